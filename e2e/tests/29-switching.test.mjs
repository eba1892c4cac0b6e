// Leaving a gallery while it is loaded, searched or embedded: what ran for it stops, and the next one is as on a first
// visit.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();

/** Waits until pictures of a gallery are shown. */
function shows(site, name) {
  return site.page.waitForFunction(
    (name) => document.querySelector('[data-testid=result] img')?.src.includes(`/galleries/${name}/`),
    name,
  );
}

test('a gallery left at any moment leaves nothing behind', async (t) => {
  const picture = bundle('faces').picture(17);
  const fresh = await here.open(t, 'gallery=shoes&backend=cpu');
  await shows(fresh, 'shoes');
  const expected = await fresh.order(10);

  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const works = [
    async () => {},
    async () => site.get('own-picture-input').setInputFiles(picture),
    async () => {
      await site.get('embed-gallery').click();
      await site.get('embed-progress').waitFor();
    },
    async () => site.want('Smiling', 'yes'),
  ];
  for (const work of works) {
    await site.ready();
    await work();
    // An even number of steps among two galleries: most are left before they are there.
    for (let press = 0; press < 4; press += 1) await site.page.keyboard.press('g');
    await shows(site, 'faces');
    assert.equal(await site.get('embed-progress').count(), 0);
    assert.equal(await site.get('own-picture-chip').count(), 0);
  }
  await site.page.keyboard.press('g');
  await shows(site, 'shoes');
  await eventually(async () => assert.deepEqual(await site.order(10), expected));
});
