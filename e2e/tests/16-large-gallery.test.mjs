// Five thousand pictures in CelebA's layout, from one Zip64-capable zip: brought, embedded with a reload on the way,
// searched, scrolled. The log of forty times as many is in docs/own-gallery.md.

import assert from 'node:assert/strict';
import test from 'node:test';

import { largeZip } from '../lib/env.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 5000;
const here = world();

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
  assert.match(await site.get('offer').innerText(), /was begun with these pictures/);
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
});
