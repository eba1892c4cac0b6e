// A folder that is brought again after it has changed: the gallery that is kept takes what is new, notices what was
// replaced, lets go of what is gone, and embeds nothing twice.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, countEmbedded, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const faces = bundle('faces');
const name = (image) => `${String(image).padStart(3, '0')}.jpg`;
const bytesOf = (image) => readFileSync(faces.picture(image));

/** A folder `day` on the disk: names, and the shipped picture behind each. */
function day(place, pictures) {
  const path = join(folder, place, 'day');
  mkdirSync(path, { recursive: true });
  for (const [image, source] of pictures) writeFileSync(join(path, name(image)), bytesOf(source));
  return path;
}

const TWELVE = Array.from({ length: 12 }, (_, image) => [image, image]);

async function opened(t, options) {
  const site = await here.page(t, options);
  await site.page.addInitScript(countEmbedded);
  await site.open('gallery=shoes&backend=cpu');
  await site.ready();
  return { site, library: new Library(site) };
}

async function bringFolder(site, library, path) {
  await library.show();
  await site.get('bring-folder').setInputFiles(path);
  await site.get('offer').waitFor();
}

/** Starts what is planned; returns the pictures embedded for it and what is said at the end. */
async function go(site, library) {
  await library.tried();
  const before = await site.page.evaluate(() => window.embedded);
  await library.start();
  const words = await library.ended();
  const embedded = (await site.page.evaluate(() => window.embedded)) - before;
  await site.get('making-dismiss').click();
  return { embedded, words };
}

/** The names of all results. */
async function names(site) {
  await site.get('result-tools').locator('summary').click();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('save-results').click()]);
  await site.page.keyboard.press('Escape');
  const text = readFileSync(await download.path(), 'utf8');
  return text.trim().split('\r\n').slice(1).map((line) => line.split(',')[1].split('/').at(-1)).sort();
}

test('what is new is added, what was replaced is noticed, what is gone is taken out', async (t) => {
  const { site, library } = await opened(t);
  await bringFolder(site, library, day('1', TWELVE));
  assert.equal(await site.get('add').count(), 0, 'nothing is kept yet');
  const first = await go(site, library);
  assert.match(first.words, /“day” is complete: 12 pictures/);
  assert.equal(first.embedded, 12);
  const gallery = site.query().get('gallery');

  // One more.
  await bringFolder(site, library, day('2', [...TWELVE, [12, 12]]));
  assert.equal(await site.get('add-summary').innerText(), '13 pictures, 12 of them are already in “day”');
  assert.ok(await site.get('add-to').isChecked());
  assert.equal(await site.get('offer-start').innerText(), 'Add 1 picture');
  assert.deepEqual(await site.violations(), []);
  const second = await go(site, library);
  assert.match(second.words, /Added to “day”: 1 picture/);
  assert.equal(second.embedded, 1, 'only the new one');
  assert.equal(site.query().get('gallery'), gallery);
  await eventually(async () => assert.match(await site.get('found').innerText(), /^13 pictures/));
  assert.deepEqual(await names(site), [...TWELVE, [12]].map(([image]) => name(image)));

  // One under the same name is another, and one is gone.
  const third = [...TWELVE.filter(([image]) => image !== 3), [12, 12]].map(([image, source]) => [image, image === 5 ? 40 : source]);
  await bringFolder(site, library, day('3', third));
  assert.equal(await site.get('add-summary').innerText(), '12 pictures, all of them already in “day”; 1 has changed since');
  assert.equal(await site.get('offer-start').innerText(), 'Replace 1 picture');
  await site.get('add-gone').check();
  const replaced = await go(site, library);
  assert.equal(replaced.embedded, 1, 'only the changed one');
  await eventually(async () => assert.match(await site.get('found').innerText(), /^12 pictures/));
  assert.deepEqual(await names(site), third.map(([image]) => name(image)).sort());

  // Nothing has changed: the gallery can be opened.
  await bringFolder(site, library, join(folder, '3', 'day'));
  assert.equal(await site.get('add-summary').innerText(), '12 pictures, all of them already in “day”');
  await site.get('offer-start').click();
  await site.get('library').waitFor({ state: 'hidden' }).catch(() => library.close());

  // After a reload it is the same, and pictures are drawn.
  await site.open(`gallery=${gallery}&backend=cpu`);
  await site.ready();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^12 pictures/));
  await site.drawn();
  assert.deepEqual(await names(site), third.map(([image]) => name(image)).sort());
});

test('taking out needs no engine', async (t) => {
  const { site, library } = await opened(t);
  await bringFolder(site, library, day('4', TWELVE));
  await go(site, library);
  await bringFolder(site, library, day('5', TWELVE.slice(2)));
  assert.ok(await site.get('offer-start').isDisabled(), 'nothing is chosen');
  await site.get('add-gone').check();
  assert.equal(await site.get('offer-start').innerText(), 'Remove 2 pictures');
  await library.tried();
  const before = await site.page.evaluate(() => window.embedded);
  await site.get('offer-start').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^10 pictures/));
  assert.equal(await site.page.evaluate(() => window.embedded), before);
  assert.deepEqual(await names(site), TWELVE.slice(2).map(([image]) => name(image)));
});

test('an addition that is cut off is gone on with', async (t) => {
  const { site, library } = await opened(t);
  const many = Array.from({ length: 300 }, (_, image) => [image, image]);
  await bringFolder(site, library, day('6', TWELVE));
  await go(site, library);
  const path = day('7', many);
  await bringFolder(site, library, path);
  assert.equal(await site.get('offer-start').innerText(), 'Add 288 pictures');
  await library.start();
  await eventually(async () => assert.ok((await library.done()) > 0), { timeout: 60_000 });
  await site.page.reload();
  await site.ready();
  await bringFolder(site, library, path);
  assert.match(await site.get('offer').innerText(), /began to import these pictures/);
  const { words } = await go(site, library);
  assert.match(words, /Added to “day”/);
  await eventually(async () => assert.match(await site.get('found').innerText(), /^300 pictures/));
  assert.deepEqual(await names(site), many.map(([image]) => name(image)));
});

test('labels of what is added are joined, and a zip is compared like a folder', async (t) => {
  const { site, library } = await opened(t);
  const table = (images, columns) => {
    const lines = images.map((image) => [name(image), ...columns.map((task) => faces.label(image, task))].join(','));
    return Buffer.from(`${['image', ...columns].join(',')}\n${lines.join('\n')}\n`);
  };
  const zip = (place, images, columns) => {
    const pictures = images.map((image) => ({ path: name(image), bytes: bytesOf(image) }));
    return writeZip(folder, place, [...pictures, { path: 'labels.csv', bytes: table(images, columns) }]);
  };
  const range = (count) => Array.from({ length: count }, (_, image) => image);
  mkdirSync(join(folder, 'a'));
  mkdirSync(join(folder, 'b'));
  await library.bring(zip('a/box.zip', range(20), ['Smiling', 'Bangs']));
  await go(site, library);
  await library.bring(zip('b/box.zip', range(24), ['Smiling', 'Eyeglasses']));
  assert.equal(await site.get('add-summary').innerText(), '24 pictures, 20 of them are already in “box”');
  const words = await site.get('add').innerText();
  assert.match(words, /you bring have no labels for Bangs,/);
  assert.match(words, /already in the gallery have no labels for Eyeglasses\./);
  assert.equal((await go(site, library)).embedded, 4);
  await eventually(async () => assert.match(await site.get('found').innerText(), /^24 pictures/));
});
