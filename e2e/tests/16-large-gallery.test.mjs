// Five thousand pictures in CelebA's layout, from one Zip64-capable zip: brought, embedded with a reload on the way,
// searched, scrolled; then brought again with ten more, of which only those are embedded. The log of forty times as
// many is in docs/own-gallery.md.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { largeZip } from '../lib/env.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library, countEmbedded, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';
import { unzip } from '../lib/zip.mjs';

const COUNT = 5000;
const MORE = 10;
const here = world();
const folder = scratch();

/** The large zip with ten pictures more, which are labelled as its first ten. */
function grownZip() {
  const faces = bundle('faces');
  const name = (image) => `${String(image + 1).padStart(6, '0')}.jpg`;
  const more = Array.from({ length: MORE }, (_, image) => ({
    path: `img_align_celeba/${name(COUNT + image)}`,
    bytes: readFileSync(faces.picture(image)),
  }));
  const listed = unzip(readFileSync(largeZip)).map((file) => {
    if (!file.path.endsWith('.txt')) return file;
    const lines = `${file.bytes}`.trimEnd().split('\n');
    const first = lines.findIndex((line) => line.startsWith(name(0)));
    if (first > 0) lines[0] = `${COUNT + MORE}`;
    const rows = lines.slice(first, first + MORE).map((line, image) => line.replace(name(image), name(COUNT + image)));
    return { ...file, bytes: Buffer.from(`${[...lines, ...rows].join('\n')}\n`) };
  });
  return writeZip(folder, 'grown.zip', [...listed, ...more]);
}

test('five thousand pictures are embedded through a reload, and searched', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const library = new Library(site);
  await library.bring(largeZip);
  assert.match(await site.get('offer-images').innerText(), /^5,000, /);
  assert.match(await site.get('offer-labels').innerText(), /this network knows 20 of them/);
  await library.start();
  await site.page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  });
  const start = performance.now();
  await eventually(async () => assert.ok((await library.done()) > 1500), { timeout: 120_000 });
  const rate = (await library.done()) / ((performance.now() - start) / 1000);
  const long = await site.page.evaluate(() => window.longTasks);
  figure(t, 'embedding', { 'pictures per second': rate, 'tasks over 50 ms': long.length, longest: Math.max(0, ...long) });

  await site.page.reload();
  await site.ready();
  await library.bring(largeZip);
  assert.match(await site.get('offer').innerText(), /began to import these pictures/);
  await library.start();
  assert.match(await library.ended(240_000), /is complete/);
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^5,000 pictures/));

  await site.want('Eyeglasses', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0].score > 0.5));
  await site.page.locator('[data-testid=more-like]').first().click();
  await eventually(async () => {
    const [first] = await site.results(1);
    assert.equal(`${first.index}`, site.query().get('like'));
  });
  // The far end is a scroll away.
  await site.page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await eventually(async () => {
    const places = await site.page
      .locator('[data-testid=result]')
      .evaluateAll((tiles) => tiles.map((tile) => Number(tile.getAttribute('aria-posinset'))));
    assert.ok(places.includes(COUNT));
    assert.ok(places.length < 200);
  });
  await site.drawn();

  // Ten more of them.
  await site.page.evaluate(countEmbedded);
  await library.bring(grownZip());
  assert.match(await site.get('add-summary').innerText(), /^5,010 pictures, 5,000 of them are already in /);
  assert.equal(await site.get('offer-start').innerText(), `Add ${MORE} pictures`);
  await library.tried();
  const before = await site.page.evaluate(() => window.embedded);
  await library.start();
  assert.match(await library.ended(), /Added to .*: 10 pictures/);
  const embedded = (await site.page.evaluate(() => window.embedded)) - before;
  figure(t, 'ten pictures added to five thousand', { embedded });
  assert.equal(embedded, MORE);
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^5,010 pictures/));
});
