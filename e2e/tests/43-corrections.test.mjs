// Labels of an own gallery are corrected, kept, taken back, and saved as a table.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { labelled, Library, scratch, writeZip } from '../lib/own.mjs';
import { cells } from '../lib/table.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 12;
const here = world();
const folder = scratch();
const all = Array.from({ length: COUNT }, (_, image) => image);
async function imported(t) {
  const site = await here.open(t, 'gallery=faces&all&backend=cpu');
  const library = new Library(site);
  await library.bring(writeZip(folder, 'box.zip', labelled(COUNT)));
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await site.get('label-facets').waitFor();
  return site;
}

const tile = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"]`);
const order = async (site) => (await site.order(COUNT)).sort((one, other) => one - other);

async function savedTable(site) {
  await site.get('result-tools').locator('summary').click();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('save-label-table').click()]);
  await site.page.keyboard.press('Escape');
  const text = readFileSync(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), rows: cells(text.slice(1)) };
}

test('labels of selected images are corrected, and what is shown follows', async (t) => {
  const left = all.filter((image) => ![2, 5, COUNT - 1].includes(image));
  const site = await imported(t);
  await site.get('label-Smiling-yes').click();
  await eventually(async () => assert.equal((await order(site)).length, COUNT - 1));
  await tile(site, 2).locator('.tile__open').click({ modifiers: ['Control'] });
  await tile(site, 5).locator('.tile__open').click({ modifiers: ['Control'] });
  await site.get('selection-label').locator('summary').click();
  await site.get('label-column').selectOption({ label: 'Smiling' });
  await site.get('label-value').selectOption({ label: 'no' });
  assert.deepEqual(await site.violations(), []);
  await site.get('label-give').click();
  // The filter is asked again, and the counts are those of the corrected labels.
  await eventually(async () => assert.deepEqual(await order(site), left));
  assert.match(await site.get('corrected').innerText(), /2 pictures: Smiling is now no\./);
  assert.match(await site.get('label-Smiling-no').innerText(), /3$/);

  // They are kept.
  await site.page.reload();
  await eventually(async () => assert.deepEqual(await order(site), left));
  const { name, rows } = await savedTable(site);
  assert.equal(name, 'box - labels.csv');
  assert.deepEqual(rows[0], ['name', 'Smiling', 'place', 'age', 'corrected']);
  assert.deepEqual(rows[3], ['002.jpg', 'no', 'garden', '20', 'Smiling']);
  assert.deepEqual(rows[5], ['004.jpg', 'yes', 'garden', '40', '']);
  assert.equal(rows.length, COUNT + 1);
});

test('a correction of one image is taken back, and the first one stays', async (t) => {
  const site = await imported(t);
  await tile(site, 3).locator('.tile__open').click();
  const choice = site.get('correct-place');
  assert.equal(await choice.inputValue(), 'garden');
  await choice.selectOption('street');
  await eventually(async () => assert.match(await site.get('own-labels').innerText(), /corrected/));
  await choice.selectOption({ label: 'no label' });
  await site.page.keyboard.press('Escape');
  await eventually(async () => assert.match(await site.get('corrected').innerText(), /no label/));
  await site.get('corrected-undo').click();
  const { rows } = await savedTable(site);
  assert.deepEqual(rows[4], ['003.jpg', 'yes', 'street', '30', 'place']);
});

test('the label that is shown is given, whichever column was chosen before, and numbers follow', async (t) => {
  const site = await imported(t);
  await tile(site, 0).locator('.tile__open').click({ modifiers: ['Control'] });
  await site.get('selection-label').locator('summary').click();
  await site.get('label-column').selectOption({ label: 'Age' });
  await site.get('label-value').selectOption({ index: 3 });
  // Another column begins with its first value, in the list as well.
  await site.get('label-column').selectOption({ label: 'Place' });
  assert.equal(await site.get('label-value').evaluate((list) => list.selectedOptions[0].label), 'garden');
  await site.get('label-column').selectOption({ label: 'Age' });
  await site.get('label-value').selectOption({ index: 1 });
  const range = await site.get('label-value').evaluate((list) => list.selectedOptions[0].label);
  await site.get('label-give').click();
  await site.get('selection-clear').click();
  const { rows } = await savedTable(site);
  assert.deepEqual(rows[1], ['000.jpg', 'yes', 'garden', range, 'age']);
  await tile(site, 0).locator('.tile__open').click();
  const words = await site.get('own-labels').innerText();
  assert.equal(words.match(/age/gi).length, 1, words);

  // Undo is seen in the list; the arrow keys choose in it, and do not leaf.
  await site.get('correct-place').focus();
  await site.get('correct-place').selectOption('street');
  await eventually(async () => assert.equal(await site.get('corrected').count(), 1));
  assert.equal(await site.page.evaluate(() => document.activeElement.dataset.testid), 'correct-place');
  await site.page.keyboard.press('ArrowRight');
  assert.equal(site.query().get('open'), '0');
  await site.page.keyboard.press('Escape');
  await site.get('corrected-undo').click();
  await tile(site, 0).locator('.tile__open').click();
  await eventually(async () => assert.equal(await site.get('correct-place').inputValue(), 'garden'));
});

test('an exported gallery has its corrections', async (t) => {
  const site = await imported(t);
  await tile(site, 1).locator('.tile__open').click();
  await site.get('correct-Smiling').selectOption('no');
  await site.page.keyboard.press('Escape');
  await new Library(site).show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const path = join(folder, 'saved.modulens.zip');
  await (await saving).saveAs(path);
  const other = await here.open(t, 'gallery=faces&all&backend=cpu');
  await new Library(other).show();
  await other.get('bring-files').setInputFiles([path]);
  await other.get('restore').click();
  await other.get('label-facets').waitFor();
  const { rows } = await savedTable(other);
  assert.deepEqual(rows[2], ['001.jpg', 'no', 'garden', '10', 'Smiling']);
});
