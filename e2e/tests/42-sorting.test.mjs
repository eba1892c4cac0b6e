// Results in another order than the best first, found by their names, and searches that are kept.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const faces = bundle('faces');

const open = (site) => site.get('result-tools').locator('summary').click();
const chips = (site) => site.get('chips').locator('li').allInnerTexts();

async function saved(site) {
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('save-results-json').click()]);
  return JSON.parse(readFileSync(await download.path(), 'utf8'));
}

const sorted = (numbers) => numbers.toSorted((one, other) => other - one);

test('results are sorted by the probability of any value, and the other way round', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes');
  const [best] = await site.order(1);
  await open(site);
  await site.get('sort').selectOption({ label: 'Bangs' });
  await eventually(async () => assert.notEqual((await site.order(1))[0], best));
  assert.deepEqual((await chips(site)).at(-1), 'Sorted by bangs');
  const found = await saved(site);
  assert.deepEqual([found.sort, found.reversed], ['Bangs=yes', false]);
  const bangs = ({ tasks }) => tasks.find(({ name }) => name === 'Bangs').probabilities.yes;
  const shares = found.results.map(bangs);
  assert.deepEqual(shares, sorted(shares));
  assert.deepEqual(found.results.slice(0, 9).map(({ index }) => index), await site.order(9));

  await site.get('sort-reversed').check();
  await eventually(async () => assert.equal((await site.order(1))[0], found.results.at(-1).index));
  assert.match(String(site.query()), /sort\.Bangs=yes&reversed/);
  // A new question is answered best first.
  await site.page.keyboard.press('Escape');
  await site.want('Eyeglasses', 'yes');
  await eventually(async () => assert.doesNotMatch(String(site.query()), /sort/));
});

test('results are sorted by file name, and shuffled the same way by a link', async (t) => {
  const site = await here.open(t, 'gallery=faces&all&sort=name&reversed');
  const names = faces.ids.map((id, index) => ({ id, index }));
  names.sort((one, other) => (one.id < other.id ? 1 : -1));
  assert.deepEqual(await site.order(20), names.slice(0, 20).map(({ index }) => index));
  await open(site);
  await site.get('sort').selectOption({ label: 'Random' });
  await eventually(async () => assert.match(String(site.query()), /sort=random%7E\d+/));
  await site.reordered(names.slice(0, 20).map(({ index }) => index));
  const shuffled = await site.order(20);
  await site.get('shuffle').click();
  await site.reordered(shuffled);
  await site.page.goBack();
  await eventually(async () => assert.deepEqual(await site.order(20), shuffled));
  await site.page.goBack();
  const chosen = () => site.get('sort').evaluate((list) => list.selectedOptions[0].label);
  await eventually(async () => assert.equal(await chosen(), 'File name'));
  await site.page.goForward();
  await eventually(async () => assert.deepEqual(await site.order(20), shuffled));
  await site.page.reload();
  await site.ready();
  assert.deepEqual(await site.order(20), shuffled);
  // A random sample is the first of them.
  await open(site);
  await site.get('select-count').fill('5');
  await site.get('select-first').click();
  await eventually(async () => assert.match(await site.get('selection').innerText(), /5 selected/));
});

test('images are found by a part of their file names, from the search bar and from the menu', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const part = faces.ids[7].slice(1, 5);
  const expected = faces.ids.filter((id) => id.includes(part)).length;
  await site.page.getByRole('combobox', { name: 'Ask for attributes' }).fill(part);
  await site.get('suggestion-name').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${expected} picture`)));
  assert.deepEqual(await chips(site), [`File name contains “${part}”`]);
  await open(site);
  assert.equal(await site.get('name-filter').inputValue(), part);
  await site.get('name-filter').fill('no such name');
  await site.page.keyboard.press('Enter');
  await eventually(async () => assert.match(await site.get('nothing').innerText(), /Without “File name contains/));
  await site.page.keyboard.press('Escape');
  await site.get('nothing').getByRole('button').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^3,200 pictures/));
});

test('a search is kept with its gallery, and asked again after a reload', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes&only.Bangs=yes:20-80');
  const order = await site.order(20);
  await open(site);
  await site.get('save-search').click();
  const kept = site.get('saved-searches').getByRole('button').first();
  assert.equal(await kept.innerText(), 'Smiling · Bangs 20–80 %');
  for (const theme of ['light', 'dark']) {
    await site.page.emulateMedia({ colorScheme: theme });
    assert.deepEqual(await site.violations(), []);
  }
  await site.page.keyboard.press('Escape');
  await site.page.goto(site.page.url().replace(/\?.*/, '?gallery=faces&all'));
  await site.ready();
  await open(site);
  await kept.click();
  await eventually(async () => assert.deepEqual(await site.order(20), order));
  assert.match(String(site.query()), /want\.Smiling=yes&only\.Bangs/);
  // Another gallery has its own.
  await site.page.goto(site.page.url().replace(/\?.*/, '?gallery=shoes&all'));
  await site.ready();
  await open(site);
  assert.equal(await site.get('saved-searches').isVisible(), false);
});

test('the menu fits on a phone', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes', { width: 360, height: 740 });
  await open(site);
  await site.get('save-search').click();
  const box = await site.get('result-tools').locator('.tools__menu').boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  assert.deepEqual(await site.smallTargets('.tools__menu button, .tools__menu .field, .tools__menu label'), []);
});
