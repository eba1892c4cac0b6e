// Results taken along: saved as a table, their names copied, near-duplicates shown once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, scratch, writeZip } from '../lib/own.mjs';
import { cells } from '../lib/table.mjs';
import { encoded } from '../lib/webp.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const faces = bundle('faces');

// Twelve pictures, of which three are there five times; one has a name that a spreadsheet would compute.
const NAMED = new Map([[11, ['=1+1, "x".jpg']]]);
const copies = (image) => ['', ' (1)', ' (2)', ' (3)', ' (4)'].map((copy) => `${String(image).padStart(3, '0')}${copy}.jpg`);
const namesOf = (image) => NAMED.get(image) ?? ([0, 4, 8].includes(image) ? copies(image) : copies(image).slice(0, 1));
const files = Array.from({ length: 12 }, (_, image) => image).flatMap((image) => {
  return namesOf(image).map((path) => ({ path, bytes: readFileSync(faces.picture(image)) }));
});
const box = writeZip(folder, 'box.zip', files);

async function made(t) {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await bring(site, box, /^24 pictures/);
  return site;
}

async function bring(site, zip, found) {
  const library = new Library(site);
  await library.bring(zip);
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), found));
}

const open = (site) => site.get('result-tools').locator('summary').click();

async function saved(site) {
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('save-results').click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

test('results are saved with place, name, score and what was asked, in two presses', async (t) => {
  const site = await made(t);
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0].score !== null));
  await open(site);
  assert.deepEqual(await site.violations(), []);
  const { name, text } = await saved(site);
  assert.match(name, /^box - results\.csv$/);
  assert.ok(text.startsWith('\ufeff') && text.endsWith('\r\n'));
  const [header, ...rows] = cells(text.slice(1));
  assert.deepEqual(header.slice(0, 4), ['place', 'name', 'score', 'Smiling']);
  // Then the probabilities of all tasks, and the labels there are.
  const tasks = faces.manifest.tasks.map((task) => `${task.name}=yes`);
  assert.deepEqual(header.slice(4), tasks, 'these images have no labels');
  assert.equal(rows.length, 24);
  assert.deepEqual(rows.map(([place]) => Number(place)), rows.map((_, at) => at + 1));
  const scores = rows.map((row) => Number(row[2]));
  assert.deepEqual(scores, scores.toSorted((a, b) => b - a));
  assert.ok(rows.every(([, , score, part]) => score === part));
  const names = rows.map((row) => row[1]).sort();
  assert.ok(names.includes('\'=1+1, "x".jpg'), 'no formula');
  const expected = files.map(({ path }) => (path.startsWith('=') ? `'${path}` : path)).sort();
  assert.deepEqual(names, expected);
});

test('equal images are folded into one, in the grid, by the keyboard and in the counts', async (t) => {
  const site = await made(t);
  await open(site);
  await site.get('fold-copies').check();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^24 pictures, 12 copies folded$/));
  const tiles = site.get('result');
  assert.equal(await tiles.count(), 12);
  assert.equal(await site.page.locator('.tile__copies').count(), 3);
  assert.equal(await site.page.locator('.tile__copies').first().innerText(), '5 copies');
  await site.page.keyboard.press('Escape');

  // Keys go through the places that are left.
  await tiles.first().locator('.tile__open').focus();
  await site.page.keyboard.press('End');
  const last = () => site.page.evaluate(() => {
    const tile = document.activeElement.closest('[data-index]');
    return [tile?.ariaPosInSet ?? tile?.getAttribute('aria-posinset'), tile?.getAttribute('aria-setsize')];
  });
  await eventually(async () => assert.deepEqual(await last(), ['12', '12']));

  // Ranked, too: a picture is most like itself, and its copies are behind it.
  await tiles.first().hover();
  await site.page.locator('[data-testid=more-like]').first().click();
  await site.get('example-chip').waitFor();
  await eventually(async () => assert.equal(`${(await site.results(1))[0].index}`, site.query().get('like')));
  assert.equal(await tiles.count(), 12);
  await open(site);
  const [header, ...rows] = cells((await saved(site)).text.slice(1));
  const at = header.indexOf('copies');
  assert.ok(at > 0);
  assert.equal(rows.reduce((sum, row) => sum + Number(row[at]), 0), 24);

  await site.get('fold-copies').uncheck();
  await eventually(async () => assert.equal(await tiles.count(), 24));
  assert.equal(await site.page.locator('.tile__copies').count(), 0);
});

test('near-duplicates are folded into one, and no others', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const files = [];
  for (let image = 0; image < 12; image += 1) {
    const jpeg = readFileSync(faces.picture(image));
    files.push({ path: `${image}.jpg`, bytes: jpeg });
    for (const quality of image % 4 ? [] : [0.8, 0.6]) {
      const bytes = await encoded(site, jpeg, { type: 'image/jpeg', quality });
      files.push({ path: `${image} at ${quality}.jpg`, bytes });
    }
  }
  await bring(site, writeZip(folder, 'again.zip', files), /^18 pictures/);
  await open(site);
  await site.get('fold-copies').check();
  await eventually(async () => {
    assert.match(await site.get('found').innerText(), /^18 pictures, 6 near-duplicates folded$/);
  });
  assert.equal(await site.get('result').count(), 12);
  const badges = await site.page.locator('.tile__copies').allInnerTexts();
  assert.deepEqual(badges, ['3 alike', '3 alike', '3 alike']);
  const [header, ...rows] = cells((await saved(site)).text.slice(1));
  const at = header.indexOf('copies');
  assert.deepEqual(rows.map((row) => Number(row[at])).sort(), [...Array(9).fill(1), 3, 3, 3]);
  await site.get('fold-copies').uncheck();
  await eventually(async () => assert.equal(await site.get('result').count(), 18));
});

test('names are copied in the order of the results', async (t) => {
  const site = await made(t);
  await site.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(site);
  await site.get('copy-names').click();
  await site.get('result-tools').getByText('Copied 24 names.').waitFor();
  const copied = await site.page.evaluate(() => navigator.clipboard.readText());
  assert.deepEqual(copied.split('\n').sort(), files.map(({ path }) => path).sort());
  // A press elsewhere closes the menu.
  await site.get('found').click();
  assert.equal(await site.get('result-tools').getAttribute('open'), null);
});
