// Tasks that a visitor taught, kept with the gallery: after a reload, in an export, under another name, and as a table.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const NAME = 'Head wear';
const here = world();
const folder = scratch();

const result = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"]`);
const taught = (site, name = NAME) => site.get(`taught-${name}`);
const learned = (site, words, name = NAME) =>
  eventually(async () => assert.match(await taught(site, name).innerText(), words));

/** The tasks that the only own gallery keeps on the disk, as its newest line has them. */
const onDisk = (site) =>
  site.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    for await (const gallery of (await root.getDirectoryHandle('galleries')).values()) {
      const file = await (await gallery.getFileHandle('taught')).getFile();
      const newest = (await file.text()).trimEnd().split('\n').at(-1);
      return JSON.parse(newest.slice(newest.indexOf('{'))).tasks;
    }
    return null;
  });

/** Teaches a task by the first result, and that it is not shown by another one. */
async function teach(site) {
  await site.get('teach-new').click();
  await site.get('teach-name').fill(NAME);
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
  const before = await site.order();
  const [yes] = before;
  await result(site, yes).getByTestId('mark-yes').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '1 yes, 0 no'));
  await site.reordered(before);
  const no = (await site.order()).at(-1);
  await result(site, no).getByTestId('mark-no').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '1 yes, 1 no'));
  await site.get('teach-done').click();
  return { yes, no };
}

test('a taught task was gone without its link', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const { yes, no } = await teach(site);
  // What is marked is certain: at the top, and at the end.
  await eventually(async () => assert.equal((await site.order())[0], yes));
  assert.ok(!(await site.order()).includes(no));
  await site.open('gallery=faces&want.Smiling=yes');
  await site.ready();
  await learned(site, /Learned from 1 yes, 1 no/);
  assert.equal(site.query().get(`teach.${NAME}`), null, 'what does not ask for it does not carry it');
  // A question of its own carries the marks, so that a link shows the same.
  await site.get(`value-${NAME}-yes`).click();
  await eventually(() => assert.equal(site.query().get(`teach.${NAME}`), `${yes}/${no}`));
  await site.get('clear-all').click();
  // Another gallery has tasks of its own.
  await site.open('gallery=shoes&all');
  await site.ready();
  assert.equal(await taught(site).count(), 0);
});

test('going back after teaching took the marks away', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes');
  await teach(site);
  await site.page.goBack();
  await site.page.goBack();
  await eventually(() => assert.equal(site.query().get('want.Smiling'), 'yes'));
  await learned(site, /Learned from 1 yes, 1 no/);
});

test('a mark waited for timers before the results were ordered anew', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  await teach(site);
  await site.get(`teach-more-${NAME}`).click();
  await site.get('uncertain').locator('[data-index]').first().waitFor();
  const before = await site.order();
  const after = await site.page.evaluate(async (image) => {
    const order = () => [...document.querySelectorAll('[data-testid=result]')].map((tile) => Number(tile.dataset.index));
    const { setTimeout, requestAnimationFrame, requestIdleCallback } = window;
    Object.assign(window, { setTimeout: () => 0, requestAnimationFrame: () => 0, requestIdleCallback: () => 0 });
    document.querySelector(`[data-testid=result][data-index="${image}"] [data-testid=mark-no]`).click();
    // What is done in the task of the click is done before a message comes.
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(0);
    });
    Object.assign(window, { setTimeout, requestAnimationFrame, requestIdleCallback });
    return order();
  }, before[3]);
  assert.ok(!after.slice(0, 20).includes(before[3]), `${before} then ${after}`);
});

test('a link with a task offers to keep it, and its other version does not replace one’s own', async (t) => {
  const site = await here.open(t, `gallery=faces&teach.${NAME}=3,5/7&want.${NAME}=yes`);
  await learned(site, /came with the link/);
  await site.get(`keep-${NAME}`).click();
  await eventually(async () => assert.doesNotMatch(await taught(site).innerText(), /came with the link/));
  await site.open('gallery=faces&all');
  await site.ready();
  await learned(site, /Learned from 2 yes, 1 no/);
  await site.open(`gallery=faces&teach.${NAME}=8/9,10&want.${NAME}=yes`);
  await site.ready();
  await learned(site, /Learned from 1 yes, 2 no/);
  await learned(site, /came with the link/);
  await site.open('gallery=faces&all');
  await site.ready();
  await learned(site, /Learned from 2 yes, 1 no/);
});

test('a task is renamed, saved as a table, deleted, and brought back', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const { yes, no } = await teach(site);
  await site.get(`rename-${NAME}`).click();
  const name = site.get('teach-name');
  await eventually(async () => assert.ok(await name.evaluate((field) => field === document.activeElement)));
  await name.fill('Smiling');
  await site.page.keyboard.press('Enter');
  await site.page.getByText(/is an attribute of this gallery already/).waitFor();
  await name.fill('Hats');
  await site.page.keyboard.press('Enter');
  await learned(site, /Learned from 1 yes, 1 no/, 'Hats');
  await eventually(() => assert.equal(site.query().get('want.Hats'), 'yes'));
  assert.equal(site.query().get('teach.Hats'), `${yes}/${no}`);
  const saving = site.page.waitForEvent('download');
  await site.get('save-marks-Hats').click();
  const path = join(folder, 'marks.csv');
  await (await saving).saveAs(path);
  const lines = readFileSync(path, 'utf8').split('\r\n');
  assert.equal(lines[0], '\u{feff}image,mark');
  assert.deepEqual(lines.slice(1, 3).map((line) => line.split(',')[1]), ['yes', 'no']);
  await site.get('forget-Hats').click();
  await taught(site, 'Hats').waitFor({ state: 'detached' });
  assert.match(await site.get('forgotten').innerText(), /“Hats” was deleted/);
  await site.get('forgotten-undo').click();
  await learned(site, /Learned from 1 yes, 1 no/, 'Hats');
  await site.get('forget-Hats').click();
  await site.open('gallery=faces&all');
  await site.ready();
  assert.equal(await taught(site, 'Hats').count(), 0);
});

test('a taught task is exported and imported with one’s own gallery', async (t) => {
  const site = await here.open(t, 'gallery=faces&all&backend=cpu');
  const library = new Library(site);
  await library.bring(writeZip(folder, 'faces.zip', celeba(40)));
  await library.start();
  await library.ended();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^40 pictures/));
  await teach(site);
  const gallery = site.query().get('gallery');
  await site.open(`gallery=${gallery}&all`);
  await site.ready();
  await learned(site, /Learned from 1 yes, 1 no/);
  await library.show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const path = join(folder, 'saved.modulens.zip');
  await (await saving).saveAs(path);
  const elsewhere = await here.open(t, 'gallery=faces&all&backend=cpu');
  await new Library(elsewhere).show();
  await elsewhere.get('bring-files').setInputFiles([path]);
  await elsewhere.get('restore').click();
  await learned(elsewhere, /Learned from 1 yes, 1 no/);
  await elsewhere.get(`forget-${NAME}`).click();
  await taught(elsewhere).waitFor({ state: 'detached' });
  // What the page shows is written a moment later.
  await eventually(async () => assert.deepEqual(await onDisk(elsewhere), []));
  await elsewhere.page.reload();
  await elsewhere.ready();
  assert.equal(await taught(elsewhere).count(), 0);
});

test('axe finds nothing in kept tasks, and all targets are large enough', async (t) => {
  for (const [dark, size] of [[false, {}], [true, { width: 390, height: 844 }]]) {
    const site = await here.open(t, `gallery=faces&teach.${NAME}=3,5/7&want.${NAME}=yes`, { dark, ...size });
    if (size.width) await site.page.getByRole('button', { name: 'Attributes', exact: true }).click();
    await site.get(`keep-${NAME}`).waitFor();
    assert.deepEqual(await site.violations(), []);
    assert.deepEqual(await site.smallTargets('.taught button'), []);
    await site.get(`forget-${NAME}`).click();
    await site.get('forgotten').waitFor();
    assert.deepEqual(await site.violations(), []);
  }
});
