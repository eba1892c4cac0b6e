// A gallery dropped on the page, as the file manager drops it: a zip, and a folder with folders in it.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { drag, drop } from '../lib/drop.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const COUNT = 24;

async function becomesAGallery(site) {
  await site.get('offer').waitFor();
  assert.match(await site.get('offer').innerText(), /CelebA/);
  assert.match(await site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
  const library = new Library(site);
  await library.start();
  assert.match(await library.ended(), new RegExp(`complete: ${COUNT} pictures`));
  await eventually(async () => assert.equal((await site.results(COUNT)).length, COUNT));
}

test('a zip that is dropped becomes a gallery', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  await drop(site, writeZip(folder, 'dropped.zip', celeba(COUNT)));
  await becomesAGallery(site);
});

test('a folder that is dropped becomes a gallery, with all that lies below it', async (t) => {
  const root = join(folder, 'CelebA');
  for (const { path, bytes } of celeba(COUNT)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  await drop(site, root);
  await becomesAGallery(site);
});

test('a picture that is dropped is a question', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const [{ bytes }] = celeba(1);
  const path = join(folder, 'one.jpg');
  writeFileSync(path, bytes);
  await drop(site, path);
  await site.get('chips').locator('img').first().waitFor();
  assert.equal(await site.get('offer').count(), 0);
});

test('a drop was lost when what lay below it had been drawn anew', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.ready();
  const [{ bytes }] = celeba(1);
  const path = join(folder, 'hovering.jpg');
  writeFileSync(path, bytes);
  const letGo = await drag(site, path);
  await site.page.evaluate(() => {
    const below = document.elementsFromPoint(200, 300).find((element) => !element.closest('.drop-zone'));
    below.remove();
  });
  await letGo();
  await site.get('chips').locator('img').first().waitFor();
});
