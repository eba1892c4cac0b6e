// Understanding what one sees: how the tasks relate, the model card, and the keyboard's shortcuts.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { celeba, Library, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();

/** A gallery's folded tail: every tensor as `{shape, values}`, and the file with other values in its place. */
function tail(name) {
  const bytes = readFileSync(join(bundle(name).folder, 'tail.safetensors'));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, start).toString());
  const place = (tensor) => header[tensor].data_offsets.map((offset) => start + offset);
  return {
    rows(tensor) {
      assert.equal(header[tensor].dtype, 'F32');
      const [from, to] = place(tensor);
      const values = Array.from({ length: (to - from) / 4 }, (_, at) => bytes.readFloatLE(from + 4 * at));
      const [rows, width] = header[tensor].shape;
      return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
    },
    filled(tensor, value) {
      const changed = Buffer.from(bytes);
      const [from, to] = place(tensor);
      for (let at = from; at < to; at += 4) changed.writeFloatLE(value, at);
      return changed;
    },
  };
}

function cosine(a, b) {
  const dot = (x, y) => x.reduce((sum, value, at) => sum + value * y[at], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const title = (task) => {
  const words = task.replaceAll('_', ' ').toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
};

const opened = {
  'map': async (site) => {
    await site.get('relations-open').click();
    await site.get('relations').getByTestId('map-Smiling').waitFor();
    await site.get('relations').locator('summary').click();
  },
  'channels of the features': async (site) => {
    await opened.map(site);
    await site.choose('relations-channel');
    await site.get('relations').getByRole('heading', { name: 'Channels' }).waitFor();
  },
  'model card': async (site) => {
    await site.get('model-card-open').click();
    await site.get('model-card').getByRole('table').waitFor();
  },
  'shortcuts': async (site) => {
    await site.get('shortcuts-open').click();
    await site.get('shortcuts-on').waitFor();
  },
};

for (const [name, open] of Object.entries(opened)) {
  for (const dark of [false, true]) {
    test(`axe finds nothing: ${name}, ${dark ? 'dark' : 'light'}, wide and narrow`, async (t) => {
      for (const size of [{}, { width: 390, height: 844 }]) {
        const site = await here.open(t, 'gallery=faces', { dark, ...size });
        await open(site);
        assert.deepEqual(await site.violations(), []);
      }
    });
  }
  for (const [width, height, gallery] of [
    [360, 740, 'faces'],
    [390, 844, 'faces'],
    // A window of 1440 pixels at 200 %.
    [720, 450, 'faces'],
    [1440, 900, 'faces'],
  ]) {
    test(`nothing is cut off at ${width} px: ${name}`, async (t) => {
      const site = await here.open(t, `gallery=${gallery}`, { width, height });
      await open(site);
      const cut = await site.page.evaluate(() => {
        const content = document.querySelector('dialog[open] .dialog__content');
        const wide = content.scrollWidth - content.clientWidth;
        const names = [...content.querySelectorAll('.map__name, .channel__name, .segment__face')];
        const short = names.filter((name) => name.scrollWidth > name.clientWidth + 1).map((name) => name.textContent);
        return { wide, short, page: document.documentElement.scrollWidth - window.innerWidth };
      });
      assert.deepEqual(cut, { wide: 0, short: [], page: Math.min(cut.page, 0) });
    });
  }
}

test('the header is one row on a phone, with targets of at least 24 pixels', async (t) => {
  const site = await here.open(t, 'gallery=faces', { width: 360, height: 740 });
  const boxes = await site.page.locator('.brand, .header__tools button').evaluateAll((elements) =>
    elements.map((element) => element.getBoundingClientRect()).map(({ top, bottom, left, right }) => ({
      middle: (top + bottom) / 2,
      width: right - left,
      height: bottom - top,
      right,
    })),
  );
  assert.ok(boxes.length >= 5);
  for (const box of boxes) {
    assert.ok(Math.abs(box.middle - boxes[0].middle) < 3, JSON.stringify(boxes));
    assert.ok(box.width >= 24 && box.height >= 24 && box.right <= 360, JSON.stringify(box));
  }
});

test('the figures of the map are those of the network', async (t) => {
  const faces = bundle('faces').manifest.tasks.map((task) => task.name);
  const smiling = faces.indexOf('Smiling');
  const site = await here.open(t, 'gallery=faces&lens=Smiling');
  await opened.map(site);
  for (const [tensor, part, digits] of [
    ['embedding_scale', 'dimension', 2],
    ['feature_scale', 'channel', 3],
  ]) {
    await site.choose(`relations-${part}`);
    const rows = tail('faces').rows(tensor);
    const nearest = faces
      .map((name, task) => ({ name, alike: cosine(rows[smiling], rows[task]) }))
      .filter(({ name }) => name !== 'Smiling')
      .sort((a, b) => b.alike - a.alike)
      .slice(0, 3);
    const words = nearest.map(({ name, alike }) => `${title(name)} ${alike.toFixed(digits)}`).join(', ');
    await eventually(async () => assert.equal(await site.get('facts-most').innerText(), words));
    const row = site.get('relations').getByRole('row', { name: /^Smiling/ });
    assert.ok((await row.innerText()).includes(words), 'the table says the same');
    const off = rows[smiling].filter((scale) => scale < 0.05 * Math.max(...rows[smiling])).length;
    assert.ok((await row.innerText()).includes(`${rows[smiling].length - off} of ${rows[smiling].length}`));
  }
});

test('no label lies on another, and the map fits its window', async (t) => {
  for (const [width, gallery] of [
    [360, 'faces'],
    [1440, 'faces'],
    [390, 'shoes'],
  ]) {
    const site = await here.open(t, `gallery=${gallery}`, { width, height: 800 });
    await site.get('relations-open').click();
    const labels = site.page.locator('.map__task');
    await labels.first().waitFor();
    const boxes = await labels.evaluateAll((all) =>
      all.map((label) => label.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
    );
    assert.equal(boxes.length, bundle(gallery).manifest.tasks.length);
    boxes.forEach((a, at) => {
      assert.ok(a.left >= 0 && a.right <= width, JSON.stringify(a));
      for (const b of boxes.slice(0, at)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        assert.ok(apart, `${JSON.stringify(a)} ${JSON.stringify(b)}`);
      }
    });
  }
});

test('a task pressed on the map is the lens', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=5&lens=Smiling');
  const before = await site.order();
  await site.get('relations-open').click();
  const task = site.get('map-Eyeglasses');
  await task.hover();
  await eventually(async () => assert.equal(await site.get('facts-title').innerText(), 'Eyeglasses'));
  assert.equal(site.query().get('lens'), 'Smiling', 'looking is not choosing');
  await task.click();
  await eventually(async () => assert.equal(site.query().get('lens'), 'Eyeglasses'));
  assert.equal(await task.getAttribute('aria-pressed'), 'true');
  assert.equal(await site.get('map-Smiling').getAttribute('aria-pressed'), 'false');
  await site.page.keyboard.press('Escape');
  await eventually(async () => assert.ok(await site.get('lens-Eyeglasses').isChecked()));
  await site.reordered(before);
});

test('the map and the channels by the keyboard alone', async (t) => {
  const site = await here.open(t, 'gallery=faces&lens=Smiling');
  const focused = (name) => site.page.evaluate((name) => document.activeElement.dataset[name], name);
  await site.page.keyboard.press('m');
  await site.get('map-Smiling').waitFor();
  // One stop for the whole map, and it is the lens.
  await site.tabTo('.map__task', { limit: 6 });
  assert.equal(await focused('testid'), 'map-Smiling');
  const seen = new Set(['map-Smiling']);
  for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowUp']) {
    await site.page.keyboard.press(key);
    seen.add(await focused('testid'));
  }
  assert.ok(seen.size >= 3, `the arrows go from task to task: ${[...seen]}`);
  const there = (await focused('testid')).replace('map-', '');
  await eventually(async () => assert.equal(await site.get('facts-title').innerText(), title(there)));
  await site.page.keyboard.press('Enter');
  await eventually(async () => assert.equal(site.query().get('lens'), there));

  await site.tabTo('.channel', { limit: 6 });
  assert.equal(await site.page.locator('.channel').count(), bundle('faces').manifest.tasks.length);
  await site.page.keyboard.press('Home');
  const first = await focused('task');
  await site.page.keyboard.press('ArrowDown');
  assert.notEqual(await focused('task'), first);
  const next = bundle('faces').manifest.tasks[Number(await focused('task'))].name;
  await eventually(async () => assert.equal(await site.get('facts-title').innerText(), title(next)));
  await site.page.keyboard.press('Space');
  await eventually(async () => assert.equal(site.query().get('lens'), next));
});

test('what has the focus is in view, on a phone and at 200 %', async (t) => {
  for (const [width, height] of [
    [390, 844],
    [720, 450],
  ]) {
    const site = await here.open(t, 'gallery=faces', { width, height });
    await opened.map(site);
    for (const [place, keys] of [
      ['.map__task', ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp']],
      ['.channel', ['End', 'ArrowUp', 'Home']],
    ]) {
      await site.page.locator(`${place}[tabindex="0"]`).focus();
      const focused = () => site.page.evaluate(() => document.activeElement.dataset.task);
      let moves = 0;
      for (const key of keys) {
        const before = await focused();
        await site.page.keyboard.press(key);
        if ((await focused()) !== before) moves += 1;
        const { top, bottom, height, covered } = await site.page.evaluate(() => {
          const box = document.activeElement.getBoundingClientRect();
          const facts = document.querySelector('.facts').getBoundingClientRect();
          return { top: box.top, bottom: box.bottom, height: box.height, covered: facts.top };
        });
        const seen = top >= 0 && bottom <= covered + 1 && height > 0;
        assert.ok(seen, `${key} in ${place} at ${width}: ${top} to ${bottom}, and the facts begin at ${covered}`);
      }
      assert.ok(moves >= 3, `${moves} moves in ${place}`);
    }
  }
});

test('what is said of a task does not flicker where it grows over the task pointed at', async (t) => {
  const site = await here.open(t, 'gallery=faces', { width: 360, height: 740 });
  await opened.map(site);
  await site.page.locator('.dialog__content').evaluate((content) => content.scrollTo(0, 0));
  const top = await site.get('task-facts').evaluate((facts) => facts.getBoundingClientRect().top);
  const told = new Set();
  for (let x = 30; x < 350; x += 45) {
    for (let y = top - 70; y < top + 40; y += 10) {
      await site.page.mouse.move(5, 5);
      await site.page.mouse.move(x, y);
      const frames = await site.page.evaluate(async () => {
        const frames = [];
        for (let frame = 0; frame < 8; frame += 1) {
          await new Promise((done) => requestAnimationFrame(done));
          const facts = document.querySelector('.facts');
          frames.push(`${facts.querySelector('h3').textContent} at ${facts.getBoundingClientRect().top}`);
        }
        // The first frames may still show the task before.
        return frames.slice(3);
      });
      assert.deepEqual([...new Set(frames)], [frames[0]], `at ${x}, ${y}`);
      told.add(frames[0]);
    }
  }
  assert.ok(told.size > 3, `the pointer met ${[...told].join('; ')}`);
});

test('a network whose features are not scaled says so, and shows its embedding only', async (t) => {
  const site = await here.page(t);
  const bytes = tail('faces').filled('feature_scale', 1);
  const manifest = structuredClone(bundle('faces').manifest);
  manifest.files['tail.safetensors'] = {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  await site.page.route('**/galleries/faces/manifest.json', (route) => route.fulfill({ body: JSON.stringify(manifest) }));
  await site.page.route('**/galleries/faces/tail.safetensors', (route) => route.fulfill({ body: bytes }));
  await site.open('gallery=faces');
  await site.ready();
  await site.get('relations-open').click();
  await site.get('map-Smiling').waitFor();
  assert.match(await site.get('relations-words').innerText(), /64 numbers of its own.*the same for every task: nothing scales them/s);
  assert.equal(await site.get('relations-channel').count(), 0);
});

test('the model card says what the manifest says, and what ran here', async (t) => {
  const { manifest } = bundle('faces');
  const site = await here.open(t, 'gallery=faces');
  await opened['model card'](site);
  const card = site.get('model-card');
  const facts = await site.get('card-facts').innerText();
  assert.ok(facts.includes(manifest.images.toLocaleString('en')), facts);
  assert.match(facts, /test split/);
  assert.match(facts, /192 parameters per task, the rest shared/);
  assert.equal(await card.getByRole('row').count(), manifest.tasks.length + 1);
  const smiling = manifest.quality.tasks.find((task) => task.name === 'Smiling');
  const row = await card.getByRole('row', { name: /^Smiling/ }).innerText();
  for (const share of [smiling.triplet_accuracy, smiling.ci95[0], smiling.ci95[1]]) {
    assert.ok(row.includes(`${(100 * share).toFixed(1)} %`), row);
  }
  assert.match(await site.get('card-timing').innerText(), /took [\d.]+ (ms|s) for 3,200 pictures/);
  assert.match(await site.get('card-engine').innerText(), /CPU|WebGPU/);
  assert.match(await site.get('card-noise').innerText(), /what the program drew.*12 of the 40.*2210\.07356/s);
  assert.match(await site.get('card-never').innerText(), /who somebody is/);
  for (const { creator } of manifest.licence) assert.ok((await card.innerText()).includes(creator));
  await site.get('card-library').click();
  await site.get('library').getByText('You have no galleries yet').waitFor();
  assert.ok(await card.isHidden());

  const shoes = await here.open(t, 'gallery=shoes');
  await opened['model card'](shoes);
  assert.doesNotMatch(await shoes.get('model-card').innerText(), /CelebA|2210\.07356|who somebody is/);
});

test('the card of an own gallery says whose figures it shows', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const library = new Library(site);
  await library.bring(writeZip(folder, 'few.zip', celeba(6)));
  await library.start();
  await library.ended();
  await opened['model card'](site);
  assert.match(await site.get('card-own').innerText(), /not on yours/);
  assert.match(await site.get('card-facts').innerText(), /6, your own/);
  assert.match(await site.get('card-noise').innerText(), /If your labels are CelebA/);
  assert.match(await site.get('card-timing').innerText(), /computed on this machine/);
});

const shows = (site, id) => site.page.locator(`dialog[open][data-testid=${id}]`);

test('every shortcut that is listed does what is said', async (t) => {
  const site = await here.open(t, 'gallery=faces&lens=Smiling');
  const { keyboard } = site.page;
  const tasks = bundle('faces').manifest.tasks.map((task) => task.name);
  const lens = (name) => eventually(async () => assert.ok(await site.get(`lens-${name}`).isChecked()));
  const inside = (selector) => site.page.evaluate((it) => document.activeElement.closest(it) !== null, selector);
  const done = {
    '/': async () => assert.ok(await inside('[data-testid=ask], #side')),
    'r': async () => assert.ok(await inside('[data-testid=result]')),
    's': async () => {
      await site.get('selection-clear').waitFor();
      assert.ok(await inside('[data-testid=selection]'));
      await site.get('selection-clear').click();
    },
    'j': async () => assert.ok(await inside('[data-testid=jump]')),
    ']': () => lens(tasks[tasks.indexOf('Smiling') + 1]),
    '[': () => lens('Smiling'),
    '.': () => lens(tasks[tasks.indexOf('Smiling') + 1]),
    ',': () => lens('Smiling'),
    'u': () => lens(tasks[tasks.indexOf('Smiling') + 1]),
    'm': () => shows(site, 'relations').waitFor(),
    'i': () => shows(site, 'model-card').waitFor(),
    'l': () => shows(site, 'library').waitFor(),
    '?': () => shows(site, 'shortcuts').waitFor(),
    't': () => eventually(async () => assert.equal(await site.page.locator('html').getAttribute('data-theme'), 'dark')),
    'g': () => eventually(async () => assert.equal(site.query().get('gallery'), 'shoes')),
  };
  for (const [key, check] of Object.entries(done)) {
    // There must be something selected first.
    for (const before of key === 's' ? ['r', 'x'] : []) await keyboard.press(before);
    await keyboard.press(key);
    await check();
    await keyboard.press('Escape');
    await site.page.evaluate(() => document.activeElement.blur());
  }
  assert.equal(
    await site.get('theme-toggle').getAttribute('aria-label'),
    'Use light colours',
    'the button knows what the key did',
  );
  await site.get('shortcuts-open').click();
  const listed = await shows(site, 'shortcuts')
    .locator('.shortcuts__group', { has: site.page.getByRole('heading', { name: 'Anywhere' }) })
    .locator('kbd > [aria-hidden]')
    .allInnerTexts();
  assert.deepEqual(listed.toSorted(), Object.keys(done).toSorted(), 'and every one of them was tried');
});

test('undo stays on the site', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  const address = site.page.url();
  await site.page.keyboard.press('u');
  await site.page.keyboard.press('r');
  await eventually(async () => {
    assert.ok(await site.page.evaluate(() => document.activeElement.closest('[data-testid=result]') !== null));
  });
  assert.equal(site.page.url(), address);
});

test('no shortcut while typing, with a modifier, or in a dialog', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=5');
  const { keyboard } = site.page;
  const quiet = async () => {
    // Long enough for a dialog to have opened.
    await site.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await site.page.locator('dialog[open]').count(), 0);
  };
  const field = site.get('jump-field');
  await field.focus();
  for (const key of ['m', 'i', '?', '/', 't']) await keyboard.press(key);
  await quiet();
  assert.equal(await field.inputValue(), 'mi?/t');
  await field.blur();
  for (const key of ['Control+m', 'Alt+i', 'Meta+m', 'Shift+M']) await keyboard.press(key);
  await quiet();
  // A radio button takes no text: the lens that has the focus stays no obstacle.
  await site.get('lens-Smiling').focus();
  await keyboard.press('i');
  await shows(site, 'model-card').waitFor();
  await keyboard.press('m');
  await keyboard.press('t');
  assert.equal(await shows(site, 'relations').count(), 0);
  assert.equal(await site.page.locator('html').getAttribute('data-theme'), null);
  // Help is called from anywhere, and goes as it came.
  await keyboard.press('?');
  await shows(site, 'shortcuts').waitFor();
  await keyboard.press('?');
  await shows(site, 'shortcuts').waitFor({ state: 'detached' });
  await shows(site, 'model-card').waitFor();
  await keyboard.press('Escape');
  await shows(site, 'model-card').waitFor({ state: 'detached' });
  await keyboard.press('?');
  await shows(site, 'shortcuts').waitFor();
  await keyboard.press('?');
  await shows(site, 'shortcuts').waitFor({ state: 'detached' });
  assert.equal(await site.page.locator('dialog[open]').count(), 0);
});

test('shortcuts can be turned off, and stay off', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  const { keyboard } = site.page;
  await keyboard.press('?');
  const dialog = shows(site, 'shortcuts');
  await dialog.waitFor();
  await site.tabTo('[data-testid=shortcuts-on]', { limit: 5 });
  await keyboard.press('Space');
  assert.ok(!(await site.get('shortcuts-on').isChecked()));
  await keyboard.press('?');
  await dialog.waitFor();
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const dead = async () => {
    for (const key of ['m', '?', '/']) await keyboard.press(key);
    await site.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await site.page.locator('dialog[open]').count(), 0);
  };
  await dead();
  await site.page.reload();
  await site.ready();
  await dead();
  await site.get('shortcuts-open').click();
  await site.get('shortcuts-on').check();
  await keyboard.press('Escape');
  await keyboard.press('m');
  await shows(site, 'relations').waitFor();
});
