// The grid: all results for the visitor, few of them in the document, and nothing that jumps.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const MOST = 130;
const ALL = 'gallery=faces&all';

/** The numbers (from 1) of the results in the document, and those of them that are in the window. */
function tiles(site) {
  return site.page.locator('[data-testid=result]').evaluateAll((all) => {
    const place = (tile) => Number(tile.ariaPosInSet ?? tile.getAttribute('aria-posinset'));
    const inView = all.filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight;
    });
    return { count: all.length, places: all.map(place), inView: inView.map(place) };
  });
}

/** The number of the result whose button has the focus, and whether it can be seen whole. */
function focused(site) {
  return site.page.evaluate(() => {
    const tile = document.activeElement?.closest('[data-testid=result]');
    if (!tile || !document.activeElement.matches('.tile__open')) return null;
    const box = tile.getBoundingClientRect();
    const edge = document.elementFromPoint(box.left + box.width / 2, box.top + 2);
    const whole = box.top >= 0 && box.bottom <= window.innerHeight && tile.contains(edge);
    return { place: Number(tile.getAttribute('aria-posinset')), whole };
  });
}

async function isFocused(site, place) {
  await eventually(async () => assert.deepEqual(await focused(site), { place, whole: true }));
}

/** Waits until nothing is scrolled any more and the results in the window are drawn. */
async function settled(site) {
  await eventually(async () => {
    const before = await tiles(site);
    await site.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(await tiles(site), before);
    assert.ok(before.inView.length > 0, 'the window is not empty');
  });
}

const scroll = (site, to) => site.page.evaluate((to) => window.scrollTo(0, to), to);
const end = (site) => scroll(site, Number.MAX_SAFE_INTEGER);

for (const [device, size, most] of [
  ['a desktop', { width: 1440, height: 900 }, 230],
  ['a phone', { width: 390, height: 844 }, 300],
]) {
  for (const [asked, query] of [
    ['the first question', ''],
    ['an example', 'gallery=faces&like=7'],
    ['an example through a lens, and a value', 'gallery=shoes&like=12&lens=Closure&want.Gender=Women'],
  ]) {
    test(`half of the screen was taken before the first image, on ${device}: ${asked}`, async (t) => {
      const site = await here.open(t, query, size);
      const { y } = await site.page.locator('[data-testid=result]').first().boundingBox();
      figure(t, `first row, ${device}, ${asked}`, { y });
      assert.ok(y < most, `the first row begins at ${y}, ${most} are allowed`);
    });
  }
}

test('an image is seen whole at 200 %, with an example in the question', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=7', { width: 720, height: 450 });
  const { y, height } = await site.page.locator('[data-testid=result] img').first().boundingBox();
  assert.ok(y + height <= 450, `from ${y} to ${y + height}`);
});

test('the search stays at the top of a phone, in one line', async (t) => {
  const query = 'gallery=faces&want.Smiling=yes&not.Eyeglasses=yes&want.Bangs=yes&like=7';
  const site = await here.open(t, query, { width: 390, height: 844 });
  const bar = site.page.getByRole('search');
  assert.ok((await bar.boundingBox()).height < 52);
  await scroll(site, 4000);
  await settled(site);
  const { y, height } = await bar.boundingBox();
  assert.ok(y >= 0 && y < 10 && height < 52, `${height} px high at ${y}`);
  // What is typed there begins at its best results.
  await site.get('ask').fill('bald');
  await site.get('ask').press('Enter');
  await eventually(async () => assert.equal((await tiles(site)).inView[0], 1));
  const overflow = await site.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${overflow} px wider than the window`);
});

test('the attributes of a phone open in a sheet, which keeps the focus', async (t) => {
  const site = await here.open(t, 'gallery=faces&all', { width: 390, height: 844 });
  const open = site.page.getByRole('button', { name: 'Attributes', exact: true });
  const sheet = site.get('sheet');
  await open.click();
  await site.get('value-Smiling-yes').waitFor();
  assert.deepEqual(await site.violations(), []);
  const inside = () => site.page.evaluate(() => document.activeElement.closest('[data-testid=sheet]') !== null);
  for (let press = 0; press < 4; press += 1) {
    await site.page.keyboard.press('Shift+Tab');
    const lost = await site.page.evaluate(() => document.activeElement === document.body);
    assert.ok(lost || (await inside()), 'the page behind is not reached');
  }
  const done = site.get('sheet-done');
  const before = await done.innerText();
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.notEqual(await done.innerText(), before));
  assert.match(await done.innerText(), /^Show [\d,]+ results$/);
  const { y, height } = await done.boundingBox();
  assert.ok(y + height <= 844, 'in sight without scrolling');
  await done.click();
  await sheet.getByRole('heading').first().waitFor({ state: 'detached' });
  assert.equal(site.query().get('want.Smiling'), 'yes');
  for (const close of [() => site.page.keyboard.press('Escape'), () => site.get('dialog-close').click()]) {
    await open.click();
    await site.get('value-Smiling-yes').waitFor();
    await close();
    await site.get('value-Smiling-yes').waitFor({ state: 'detached' });
    assert.ok(await open.evaluate((it) => it === document.activeElement), 'the focus is back');
  }
  // With room for them, they stand beside the results.
  await open.click();
  await site.get('value-Smiling-yes').waitFor();
  await site.page.setViewportSize({ width: 1440, height: 900 });
  await eventually(async () => assert.equal(await site.page.locator('dialog[open]').count(), 0));
  await site.page.locator('aside [data-testid=value-Smiling-yes]').waitFor();
  assert.equal(await site.get('value-Smiling-yes').count(), 1);
});

test('scrolling to the end shows the last result, and few are ever in the document', async (t) => {
  const { images } = bundle('faces').manifest;
  for (const size of [{}, { width: 390, height: 844 }]) {
    const site = await here.open(t, ALL, size);
    await settled(site);
    const first = await tiles(site);
    assert.equal(first.places[0], 1);
    assert.ok(first.count <= MOST, `${first.count} tiles at the beginning`);
    await end(site);
    await eventually(async () => {
      const last = await tiles(site);
      assert.equal(last.places.at(-1), images);
      assert.ok(last.inView.includes(images), JSON.stringify(last.inView));
      assert.ok(last.count <= MOST, `${last.count} tiles at the end`);
    });
    const last = site.page.locator('[data-testid=result]').last();
    // With nothing asked, the order is the gallery's own.
    assert.equal(await last.getAttribute('data-index'), String(images - 1));
    assert.equal(await last.getAttribute('aria-setsize'), String(images));
    await site.drawn();
    // The end lies where it was said to lie.
    const left = await site.page.evaluate(() => {
      const { scrollHeight } = document.documentElement;
      return scrollHeight - window.scrollY - window.innerHeight;
    });
    assert.ok(left <= 1, `${left} px are left`);
  }
});

test('scrolling through all of it: whole rows, no gaps, few tiles, nothing shifts', async (t) => {
  const site = await here.open(t, ALL);
  await settled(site);
  await site.drawn();
  const found = await site.page.evaluate(async () => {
    let shift = 0;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (shift += value)));
    // Whatever the start moved is not counted.
    observer.observe({ type: 'layout-shift', buffered: false });
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const result = { most: 0, empty: 0, frames: [], pictures: 0 };
    const loaded = new Set();
    let height = document.documentElement.scrollHeight;
    result.height = height;
    let before = performance.now();
    for (let at = 0; at < height; at += 350) {
      window.scrollTo(0, at);
      await frame();
      result.frames.push(performance.now() - before);
      before = performance.now();
      const tiles = [...document.querySelectorAll('[data-testid=result]')];
      result.most = Math.max(result.most, tiles.length);
      tiles.forEach((tile) => loaded.add(tile.dataset.index));
      // After the frame's own work, the middle of the window is full of tiles.
      await new Promise((done) => setTimeout(done));
      const middle = [...document.querySelectorAll('[data-testid=result]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return top <= window.innerHeight / 2 + 20 && bottom >= window.innerHeight / 2 - 20;
      });
      if (middle.length === 0) result.empty += 1;
    }
    result.pictures = loaded.size;
    result.grown = document.documentElement.scrollHeight - height;
    window.shifted = async () => {
      await frame();
      await frame();
      observer.takeRecords().forEach(({ value }) => (shift += value));
      return shift;
    };
    return result;
  });
  await site.drawn();
  found.shift = await site.page.evaluate(() => window.shifted());
  const frames = found.frames.toSorted((a, b) => a - b);
  figure(t, 'scrolling through 3,200 faces', {
    tiles: found.most,
    shift: found.shift,
    'median frame, ms': frames[Math.floor(frames.length / 2)],
    '99 % of frames, ms': frames[Math.floor(frames.length * 0.99)],
  });
  assert.ok(found.most <= MOST, `${found.most} tiles`);
  assert.equal(found.empty, 0, 'the middle of the window is never empty');
  assert.equal(found.pictures, bundle('faces').manifest.images, 'every result came by');
  assert.equal(found.grown, 0, 'the page keeps its height');
  assert.ok(found.shift < 0.05, `layout shifts of ${found.shift}`);
});

test('thumbnails are fetched only for what is near the window', async (t) => {
  const site = await here.open(t, ALL);
  await site.drawn();
  await end(site);
  await settled(site);
  await site.drawn();
  const fetched = new Set(site.requests.filter((url) => url.includes('/pictures/')));
  assert.ok(fetched.size <= 2 * MOST, `${fetched.size} pictures`);
});

for (const [name, size] of [
  ['desktop', {}],
  ['phone', { width: 390, height: 844 }],
]) {
  test(`one goes to any result by its number, on a ${name}`, async (t) => {
    const { images } = bundle('faces').manifest;
    const site = await here.open(t, ALL, size);
    const range = site.get('jump-range');
    await eventually(async () => assert.match(await range.innerText(), /^1–\d+$/));
    const field = site.page.getByLabel('Go to result');
    await field.fill('2,000');
    await field.press('Enter');
    await isFocused(site, 2000);
    await eventually(async () => {
      const [first, last] = (await range.innerText()).replaceAll(',', '').split('–').map(Number);
      assert.ok(first <= 2000 && 2000 <= last, `${first} to ${last}`);
      assert.ok(last - first < 60);
    });
    assert.equal(await site.page.locator('[aria-posinset="2000"]').getAttribute('data-index'), '1999');
    await field.fill('999999');
    await field.press('Enter');
    await isFocused(site, images);
    await field.fill('a lot');
    await field.press('Enter');
    assert.equal(await field.inputValue(), '');
    await field.fill('1');
    await site.get('jump').getByRole('button', { name: 'Go' }).click();
    await isFocused(site, 1);
    assert.deepEqual(await site.violations(), []);
  });
}

test('keys go from result to result', async (t) => {
  const { images } = bundle('faces').manifest;
  const site = await here.open(t, ALL);
  await settled(site);
  const columns = await site.page.evaluate(
    () => getComputedStyle(document.querySelector('[data-testid=grid]')).gridTemplateColumns.split(' ').length,
  );
  const press = async (key, place) => {
    await site.page.keyboard.press(key);
    await isFocused(site, place);
  };
  await site.tabTo('[data-testid=result] button');
  await isFocused(site, 1);
  await press('ArrowRight', 2);
  await press('ArrowDown', 2 + columns);
  await press('ArrowLeft', 1 + columns);
  await press('ArrowUp', 1);
  await press('ArrowLeft', 1);
  for (let row = 1; row <= 12; row += 1) await press('ArrowDown', 1 + row * columns);
  for (let row = 11; row >= 0; row -= 1) await press('ArrowUp', 1 + row * columns);
  await press('End', images);
  await press('ArrowRight', images);
  await press('ArrowLeft', images - 1);
  await press('Home', 1);
  await site.page.keyboard.press('PageDown');
  let page = 0;
  await eventually(async () => {
    page = (await focused(site)).place;
    assert.ok(page > columns && page % columns === 1 % columns, `${page}`);
  });
  await press('PageDown', 2 * page - 1);
  await press('PageUp', page);
  // Held down: keys come faster than frames.
  for (let at = 0; at < 60; at += 1) site.page.keyboard.press('ArrowDown').catch(() => {});
  await isFocused(site, page + 60 * columns);
  // Tab goes on from there, in order.
  await site.page.keyboard.press('Tab');
  await site.page.keyboard.press('Tab');
  await eventually(async () => assert.equal((await focused(site)).place, page + 60 * columns + 1));
});

test('a result keeps the focus however far one scrolls', async (t) => {
  const site = await here.open(t, ALL);
  await settled(site);
  await site.page.getByLabel('Go to result').fill('1000');
  await site.page.keyboard.press('Enter');
  await isFocused(site, 1000);
  for (const to of [0, 9000, 40_000, 100, 60_000]) {
    await scroll(site, to);
    await settled(site);
    assert.equal((await focused(site)).place, 1000, `at ${to} px`);
    assert.ok((await tiles(site)).count <= MOST + 1);
  }
  await site.page.keyboard.press('ArrowRight');
  await isFocused(site, 1001);
  // Once it has not, it is like any other.
  await site.page.getByLabel('Go to result').focus();
  await scroll(site, 0);
  await eventually(async () => assert.ok((await tiles(site)).places.every((place) => place < 500)));
});

test('details give the place back', async (t) => {
  const site = await here.open(t, ALL);
  await site.page.getByLabel('Go to result').fill('1500');
  await site.page.keyboard.press('Enter');
  await isFocused(site, 1500);
  const before = await site.page.evaluate(() => window.scrollY);
  await site.page.keyboard.press('Enter');
  await site.get('detail').locator('.task-row').first().waitFor();
  assert.equal(site.query().get('open'), '1499');
  await site.page.keyboard.press('Escape');
  await site.get('detail').locator('.task-row').first().waitFor({ state: 'detached' });
  await isFocused(site, 1500);
  assert.equal(await site.page.evaluate(() => window.scrollY), before);
});

test('a new question starts at its best results, and back is where one was', async (t) => {
  const site = await here.open(t, ALL);
  await settled(site);
  await scroll(site, 20_000);
  await settled(site);
  const { places } = await tiles(site);
  await site.want('Smiling', 'yes');
  await eventually(async () => {
    const now = await tiles(site);
    assert.equal(now.inView[0], 1);
    assert.ok((await site.results(1))[0].score !== null);
  });
  await site.page.goBack();
  await eventually(async () => {
    assert.equal((await site.results(1))[0].score, null);
    assert.deepEqual((await tiles(site)).places, places);
  });
});

test('another width keeps the first result in view', async (t) => {
  const site = await here.open(t, ALL);
  await site.page.getByLabel('Go to result').fill('1600');
  await site.page.keyboard.press('Enter');
  await isFocused(site, 1600);
  for (const [width, height] of [
    [800, 900],
    [390, 844],
    [1440, 900],
  ]) {
    await site.page.setViewportSize({ width, height });
    await settled(site);
    await eventually(async () => {
      const { inView } = await tiles(site);
      assert.ok(inView.includes(1600), `${width} px: ${inView[0]} to ${inView.at(-1)}`);
    });
  }
});

test('a re-ranking keeps the pictures it can', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=7&lens=Smiling');
  await site.drawn();
  await site.page.evaluate(() => {
    for (const tile of document.querySelectorAll('[data-testid=result]')) tile.marked = tile.dataset.index;
  });
  const before = await site.order(100);
  await site.lens('Eyeglasses');
  await site.reordered(before, 100);
  const after = await site.order(100);
  const kept = after.filter((index) => before.includes(index));
  const marked = await site.page.locator('[data-testid=result]').evaluateAll((all) =>
    all.filter((tile) => tile.marked !== undefined).map((tile) => Number(tile.dataset.index)),
  );
  assert.ok(kept.length > 0, 'the test means something');
  assert.deepEqual(marked, kept);
});
