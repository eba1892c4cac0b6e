// Selected results: by mouse, keyboard and touch; saved as a table, as JSON and as images; marked, hidden, compared.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { cells } from '../lib/table.mjs';
import { world } from '../lib/world.mjs';
import { unzip } from '../lib/zip.mjs';

const here = world();
const folder = scratch();
const ALL = 'gallery=faces&all';
const ASKED = 'gallery=faces&want.Smiling=yes';
const PHONE = { width: 390, height: 844 };

const result = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"]`);
const opener = (site, image) => result(site, image).locator('.tile__open');
const check = (site, image) => result(site, image).getByTestId('select');
const counted = (site, words) => eventually(async () => assert.equal(await site.get('selection-count').innerText(), words));
const nothing = (site) => site.get('selection').waitFor({ state: 'detached' });

/** The selected images among the results in the document, in their order. */
const selected = (site) =>
  site.page.locator('[data-testid=result]:has([data-testid=select][aria-pressed=true])').evaluateAll((tiles) => {
    return tiles.map((tile) => Number(tile.dataset.index));
  });
const isSelected = (site, images) => eventually(async () => assert.deepEqual(await selected(site), images));

/** Selects images by their check marks. */
async function select(site, ...images) {
  for (const image of images) {
    await result(site, image).hover();
    await check(site, image).click();
  }
}

/** What the browser saves after an entry of the menu. */
async function saved(site, entry) {
  await site.get('selection-save').locator('summary').click();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get(entry).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Makes a gallery of one's own of so many faces. */
async function made(t, count, options = {}) {
  const site = await here.open(t, 'gallery=faces&all&backend=cpu', options);
  const library = new Library(site);
  await library.bring(writeZip(folder, 'album.zip', celeba(count)));
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${count} pictures`)));
  return { site, library };
}

test('images are selected by mouse: the check mark, Ctrl and Shift, and stay selected in another order', async (t) => {
  const site = await here.open(t, ASKED);
  const order = await site.order();
  const [first, second, third, fourth, fifth] = order;
  await select(site, second);
  await counted(site, '1 selected');
  assert.match(await check(site, second).getAttribute('aria-label'), /^Select \w+\.jpg$/);
  await opener(site, fourth).click({ modifiers: ['Shift'] });
  await isSelected(site, [second, third, fourth]);
  await opener(site, third).click({ modifiers: ['ControlOrMeta'] });
  await isSelected(site, [second, fourth]);
  await check(site, first).click();
  await opener(site, fifth).click({ modifiers: ['Shift'] });
  await isSelected(site, [first, second, third, fourth, fifth]);
  await eventually(async () => assert.equal(await site.get('selection-said').textContent(), '5 selected'));
  assert.equal(site.query().get('open'), null, 'nothing was opened');

  // It is of images: another query and scrolling leave it.
  await site.want('Eyeglasses', 'yes');
  await site.reordered(order);
  await counted(site, '5 selected');
  await site.page.evaluate(() => window.scrollTo(0, 20_000));
  await site.page.evaluate(() => window.scrollTo(0, 0));
  await site.page.goBack();
  await eventually(async () => assert.deepEqual(await site.order(), order));
  await isSelected(site, [first, second, third, fourth, fifth]);

  // A plain press still opens.
  await opener(site, third).click();
  await eventually(() => assert.equal(site.query().get('open'), `${third}`));
  await site.page.keyboard.press('Escape');
  await site.get('selection-clear').click();
  await nothing(site);
  assert.equal(await site.get('selection-said').textContent(), 'Nothing selected');
});

test('a selection is of its gallery', async (t) => {
  const site = await here.open(t, ALL);
  await select(site, 3);
  await counted(site, '1 selected');
  await site.choose('gallery-shoes');
  await nothing(site);
});

test('images are selected by the keyboard, in the grid only', async (t) => {
  const { images } = bundle('faces').manifest;
  const site = await here.open(t, ALL);
  const keyboard = site.page.keyboard;
  await opener(site, 2).focus();
  await keyboard.press('x');
  await isSelected(site, [2]);
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Shift+ArrowRight');
  await isSelected(site, [2, 3, 4]);
  await keyboard.press('Shift+ArrowLeft');
  await isSelected(site, [2, 3]);
  await keyboard.press('x');
  await isSelected(site, [2]);
  await keyboard.press('Escape');
  await nothing(site);
  // Without an anchor, the range begins at the result that has the focus.
  await keyboard.press('ArrowRight');
  await keyboard.press('Shift+ArrowRight');
  await isSelected(site, [4, 5]);
  await keyboard.press('ControlOrMeta+a');
  await counted(site, `${images.toLocaleString('en')} selected`);
  const told = await opener(site, 5).getAttribute('aria-label');
  assert.match(told, /selected: details$/);
  await keyboard.press('s');
  assert.ok(await site.page.evaluate(() => document.activeElement.closest('.selection') !== null));
  await opener(site, 5).focus();
  await keyboard.press('Escape');
  await nothing(site);
  await site.get('ask').focus();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.press('Escape');
  await nothing(site);
  // They are listed.
  await site.get('shortcuts-open').click();
  await site.get('shortcuts').getByText('Select the result, or deselect it').waitFor();
});

test('images are selected by touch: a long press, then taps', async (t) => {
  const site = await here.open(t, ALL, PHONE);
  const touch = await site.page.context().newCDPSession(site.page);
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const at = async (image) => {
    const { x, y, width, height } = await opener(site, image).boundingBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const send = (type, touchPoints = []) => touch.send('Input.dispatchTouchEvent', { type, touchPoints });
  const tap = async (image) => {
    await send('touchStart', [await at(image)]);
    await send('touchEnd');
  };
  await tap(1);
  await eventually(() => assert.equal(site.query().get('open'), '1'), 'a tap opens');
  await site.page.keyboard.press('Escape');
  await site.get('detail').locator('.task-row').first().waitFor({ state: 'detached' });
  await send('touchStart', [await at(0)]);
  await isSelected(site, [0]);
  await send('touchEnd');
  await tap(2);
  await isSelected(site, [0, 2]);
  await tap(0);
  await isSelected(site, [2]);
  assert.equal(site.query().get('open'), null);
  await tap(2);
  await nothing(site);
});

test('the selection is saved as a table and as JSON that agree with the page', async (t) => {
  const site = await here.open(t, ASKED);
  const results = await site.results(8);
  const chosen = [results[5], results[1], results[2]];
  await select(site, ...chosen.map(({ index }) => index));
  await counted(site, '3 selected');
  const table = await saved(site, 'selection-csv');
  assert.match(table.name, / - selection\.csv$/);
  const [header, ...rows] = cells(`${table.bytes}`.slice(1));
  assert.deepEqual(header.slice(0, 4), ['place', 'name', 'score', 'Smiling']);
  const column = (name) => {
    assert.ok(header.includes(name), name);
    return rows.map((row) => row[header.indexOf(name)]);
  };
  const order = [results[1], results[2], results[5]];
  assert.deepEqual(column('place'), ['2', '3', '6']);
  column('score').forEach((score, at) => assert.ok(Math.abs(score - order[at].score) < 1e-5));
  assert.deepEqual(column('Smiling=yes'), column('Smiling'));
  const faces = bundle('faces');
  for (const { name } of faces.manifest.tasks) column(`${name}=yes`).forEach((p) => assert.ok(p >= 0 && p <= 1));
  const labels = column('label Smiling');
  assert.deepEqual(labels, order.map(({ index }) => faces.label(index, 'Smiling') ?? ''));

  const json = await saved(site, 'selection-json');
  assert.match(json.name, / - selection\.json$/);
  const found = JSON.parse(json.bytes);
  assert.deepEqual(found.query, [{ task: 'Smiling', any_of: ['yes'], weight: 1 }]);
  assert.equal(found.images, faces.manifest.images);
  assert.deepEqual(found.results.map(({ rank }) => rank), [2, 3, 6]);
  assert.deepEqual(found.results.map(({ index }) => index), order.map(({ index }) => index));
  assert.deepEqual(found.results.map(({ id }) => id), column('name'));
  assert.deepEqual(found.results.map((it) => it.labels.Smiling ?? ''), labels);
  const smiling = found.results.map((it) => it.tasks.find(({ name }) => name === 'Smiling').probabilities.yes);
  assert.deepEqual(smiling, column('Smiling=yes').map(Number));
  // The details say the same.
  await opener(site, order[0].index).click();
  const row = site.get('detail').locator('.task-row', { hasText: 'Eyeglasses' });
  const shown = await row.locator('.task-row__probability').innerText();
  const eyeglasses = Number(column('Eyeglasses=yes')[0]);
  const percent = 100 * Math.max(eyeglasses, 1 - eyeglasses);
  assert.ok(/[<>]/.test(shown) || Math.abs(Number(shown.replace(' %', '')) - percent) < 0.6, `${shown}, ${percent}`);
});

test('a task of several values has a column for each', async (t) => {
  const { name, values } = bundle('shoes').manifest.tasks.find((task) => task.kind !== 'binary');
  const site = await here.open(t, 'gallery=shoes&all');
  await select(site, 2);
  const { bytes } = await saved(site, 'selection-csv');
  const [header, row] = cells(`${bytes}`.slice(1));
  const shares = values.map((value) => Number(row[header.indexOf(`${name}=${value}`)]));
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-4, `${shares}`);
  assert.equal(row[0], '3');
});

test('the images are saved as one zip, of a gallery of the site and of one’s own', async (t) => {
  const site = await here.open(t, ALL);
  await select(site, 1, 4, 6);
  const { name, bytes } = await saved(site, 'selection-images');
  assert.match(name, / - pictures\.zip$/);
  const faces = bundle('faces');
  const files = unzip(bytes);
  assert.deepEqual(files.map((file) => Buffer.compare(file.bytes, readFileSync(faces.picture([1, 4, 6][files.indexOf(file)])))), [0, 0, 0]);
  assert.ok(files.every(({ path }) => path.endsWith(`.${faces.manifest.picture.extension}`)), `${files.map((it) => it.path)}`);
  assert.equal(new Set(files.map(({ path }) => path)).size, 3);

  const own = await made(t, 30);
  await opener(own.site, 0).focus();
  await own.site.page.keyboard.press('ControlOrMeta+a');
  await counted(own.site, '30 selected');
  const zip = unzip((await saved(own.site, 'selection-images')).bytes);
  assert.deepEqual(zip.map(({ path }) => path), Array.from({ length: 30 }, (_, at) => `${`${at + 1}`.padStart(6, '0')}.jpg`));
  const sizes = await own.site.page.evaluate(async (images) => {
    const decode = async (image) => {
      const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      return bitmap.width;
    };
    return Promise.all(images.map(decode));
  }, zip.map((file) => file.bytes.toString('base64')));
  assert.ok(sizes.every((size) => size > 32), `${sizes}`);
});

test('saving many images says how far it is, can be stopped, and names what cannot be had', async (t) => {
  const site = await here.open(t, ALL, { expected: /Failed to load resource|ERR_FAILED/ });
  let downloads = 0;
  site.page.on('download', () => (downloads += 1));
  await opener(site, 0).focus();
  await site.page.keyboard.press('ControlOrMeta+a');
  const images = site.get('selection-images');
  const begin = async () => {
    await site.get('selection-save').locator('summary').click();
    await images.click();
  };
  await begin();
  await site.get('selection-saving').getByText(/^Saving: [\d,]+ of 3,200/).waitFor();
  await site.get('selection-stop').click();
  await eventually(async () => assert.equal(await site.get('selection-saving').innerText(), ''));
  await site.page.route('**/pictures/000020.*', (route) => route.abort());
  await begin();
  await site.get('notice').getByText(/pictures\/000020\./).waitFor();
  await eventually(async () => assert.equal(await site.get('selection-saving').innerText(), ''));
  assert.equal(downloads, 0);
});

test('hidden images are no results until they are shown again', async (t) => {
  const site = await here.open(t, ASKED);
  const [first, second, third] = await site.order();
  const total = Number((await site.get('found').innerText()).match(/of ([\d,]+) pictures/)[1].replaceAll(',', ''));
  const pictures = () => site.get('found').innerText();
  await select(site, first, third);
  await site.get('selection-hide').click();
  await nothing(site);
  await eventually(async () => assert.equal((await site.order())[0], second));
  assert.match(await pictures(), new RegExp(`of ${(total - 2).toLocaleString('en')} pictures`));
  assert.match(await site.get('hiding').innerText(), /2 pictures are hidden until you close this page/);
  assert.match(await site.get('hidden').innerText(), /2 hidden/);
  assert.deepEqual(await site.violations(), []);
  assert.deepEqual(await site.smallTargets('[data-testid=hidden] button, [data-testid=hiding] button'), []);
  // Side by side they are none, too.
  await site.choose('view-rows');
  await site.page.locator('[data-testid=beside-result]').first().waitFor();
  assert.equal(await site.page.locator(`[data-testid=beside-result][data-index="${first}"]`).count(), 0);
  await site.choose('view-grid');
  // Another gallery, and back.
  await site.choose('gallery-shoes');
  await site.ready();
  assert.equal(await site.get('hidden').count(), 0);
  await site.page.goBack();
  await eventually(async () => assert.match(await site.get('hidden').innerText(), /2 hidden/));
  await site.get('hidden-show').click();
  await eventually(async () => assert.equal((await site.order())[0], first));
  await site.get('hiding-undo').click();
  await eventually(async () => assert.equal((await site.order())[0], second));
  await site.get('hidden-show').click();
  await eventually(async () => assert.equal((await site.order())[0], first));
  assert.equal(await site.get('hidden').count(), 0);
});

test('a gallery of one’s own keeps the hidden images, in its export, too', async (t) => {
  const { site, library } = await made(t, 30);
  await select(site, 0, 5);
  await site.get('selection-hide').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^28 pictures/));
  assert.match(await site.get('hiding').innerText(), /2 pictures are hidden\./);
  await site.get('hiding-undo').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^30 pictures/));
  await select(site, 5);
  await site.get('selection-hide').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^29 pictures/));
  await eventually(async () => {
    await site.page.reload();
    await site.ready();
    await eventually(async () => assert.match(await site.get('found').innerText(), /^29 pictures/), { timeout: 5000 });
  });
  assert.match(await site.get('hidden').innerText(), /1 hidden/);
  assert.ok(!(await site.order(30)).includes(5));
  await library.show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const path = join(folder, 'album.modulens.zip');
  await (await saving).saveAs(path);
  const elsewhere = await here.open(t, ALL);
  await new Library(elsewhere).show();
  await elsewhere.get('bring-files').setInputFiles([path]);
  await elsewhere.get('restore').click();
  await eventually(async () => assert.match(await elsewhere.get('found').innerText(), /^29 pictures/));
  await elsewhere.get('hidden-show').click();
  await eventually(async () => assert.match(await elsewhere.get('found').innerText(), /^30 pictures/));
});

test('all selected images are marked in one step', async (t) => {
  const site = await here.open(t, ALL);
  await site.get('teach-new').click();
  await site.get('teach-name').fill('Head wear');
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
  await select(site, 1, 2, 3);
  await site.get('selection-right').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '3 yes, 0 no'));
  await counted(site, '3 selected');
  await site.get('selection-wrong').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '0 yes, 3 no'));
  await site.page.goBack();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '3 yes, 0 no'));
  const { bytes } = await saved(site, 'selection-csv');
  const [header, ...rows] = cells(`${bytes}`.slice(1));
  assert.deepEqual(rows.map((row) => row[header.indexOf('mark Head wear')]), ['yes', 'yes', 'yes']);
  assert.ok(header.includes('Head wear=yes'));
});

test('two images are compared task by task', async (t) => {
  const site = await here.open(t, 'gallery=shoes&all');
  await select(site, 3, 7);
  await counted(site, '2 selected');
  await site.get('selection-compare').click();
  const dialog = site.get('compare');
  const rows = dialog.locator('tbody tr');
  const tasks = bundle('shoes').manifest.tasks;
  await eventually(async () => assert.equal(await rows.count(), tasks.length + 1));
  assert.match(await site.get('compare-overall').locator('td').last().innerText(), /^-?[01]\.\d\d$/);
  await site.get('compare-by-similarity').click();
  const similar = () => rows.locator('td:last-child').allInnerTexts();
  await eventually(async () => {
    const values = (await similar()).slice(1).map(Number);
    assert.deepEqual(values, values.toSorted((a, b) => b - a));
  });
  // As the details of one have it, with the other as the example.
  const closure = await dialog.getByTestId('compare-Closure').locator('td').allInnerTexts();
  assert.deepEqual(await site.violations(), []);
  assert.deepEqual(await site.smallTargets('[data-testid=compare] :is(button, label)'), []);
  await site.page.keyboard.press('Escape');
  await dialog.locator('table').waitFor({ state: 'detached' });
  await counted(site, '2 selected');
  await site.open('gallery=shoes&like=3&lens=Closure&open=7');
  await site.get('detail').locator('.task-row').first().waitFor();
  const why = await site.get('why').innerText();
  assert.ok(why.includes(closure[2]), `${closure} in ${why}`);
});

for (const [name, options] of [
  ['a desk, in light colours', {}],
  ['a desk, in dark colours', { dark: true }],
  ['a phone, in dark colours', { ...PHONE, dark: true }],
  ['a phone, in light colours', PHONE],
  ['200 %', { width: 720, height: 450 }],
]) {
  test(`the bar can be used and hides nothing, at ${name}`, async (t) => {
    const site = await here.open(t, ALL, options);
    await site.drawn();
    await opener(site, 0).focus();
    await site.page.keyboard.press('x');
    await site.page.keyboard.press('Shift+ArrowRight');
    await counted(site, '2 selected');
    await site.get('selection-save').locator('summary').click();
    assert.deepEqual(await site.violations(), []);
    assert.deepEqual(await site.smallTargets('.selection :is(button, summary), .tile__check'), []);
    const wide = await site.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${wide} px wider than the window`);
    for (const one of await site.page.locator('.selection :is(button, summary)').all()) {
      if (!(await one.isVisible())) continue;
      const { x, y, width, height } = await one.boundingBox();
      const size = site.page.viewportSize();
      assert.ok(x >= 0 && y >= 0 && x + width <= size.width && y + height <= size.height, await one.innerText());
    }
    await site.get('selection-save').locator('summary').click();
    // The last row can be scrolled clear of it, and the last result gets the focus in sight.
    await opener(site, 0).focus();
    await site.page.keyboard.press('End');
    await eventually(async () => {
      const clear = await site.page.evaluate(() => {
        const tile = document.activeElement?.closest('[data-testid=result]');
        if (!tile || tile.getAttribute('aria-posinset') !== tile.getAttribute('aria-setsize')) return 'not the last';
        const bar = document.querySelector('.selection').getBoundingClientRect();
        const { bottom } = tile.getBoundingClientRect();
        return bottom <= bar.top ? '' : `${bottom} under ${bar.top}`;
      });
      assert.equal(clear, '');
    });
    await site.get('selection-compare').click();
    await site.get('compare').locator('tbody tr').nth(1).waitFor();
    assert.deepEqual(await site.violations(), []);
  });
}
