// "Embed this gallery here": the whole gallery through the network on this machine, cancelled, then to the end.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();

test('embedding on the CPU can be cancelled, then runs to the end and agrees with the shipped features', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const before = await site.order(10);

  await site.get('embed-gallery').click();
  // Some pictures are done, but not all.
  await site.get('embed-progress').getByText(/of [\d.,\s]+.*per second/).waitFor({ timeout: 60_000 });
  await site.get('embed-cancel').click();
  await site.get('embed-result').getByText(/Stopped/).waitFor();
  assert.equal(await site.get('embed-difference').count(), 0);
  assert.deepEqual(await site.order(10), before, 'the shipped features are still searched');

  await site.get('embed-gallery').click();
  await site.get('embed-difference').waitFor({ timeout: 240_000 });
  const ended = await site.get('embed-result').innerText();
  assert.match(ended, /per second/);
  assert.doesNotMatch(ended, /left out|failed/);
  await eventually(async () => assert.match(await site.get('difference-top').innerText(), /\d/), { timeout: 60_000 });
  const number = async (testid) => Number.parseFloat((await site.get(testid).innerText()).replace(/[^\d.e+-]/g, ''));
  const largest = await number('difference-max');
  const cosine = await number('difference-cosine');
  const top = await number('difference-top');
  figure(t, 'embedded here', { pictures: faces.manifest.images, ended, largest, cosine, 'equal top results, %': top });
  assert.ok(cosine > 0.999, `mean cosine ${cosine}`);
  assert.ok(top >= 95, `${top} % of the top results are equal`);

  // Both sources can be searched; what they find is nearly the same.
  await site.choose('source-local');
  await site.page.getByText(/features computed here/).waitFor();
  const local = await site.order(10);
  const same = local.filter((image) => before.includes(image)).length;
  assert.ok(same >= 8, `${same} of 10 results are the same`);
});

test('another gallery ends the work on this one', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.get('embed-gallery').click();
  await site.get('embed-progress').waitFor();
  await site.choose('gallery-shoes');
  await site.page.waitForFunction(() =>
    document.querySelector('[data-testid=result] img')?.src.includes('/galleries/shoes/'),
  );
  await site.get('embed-gallery').waitFor();
  assert.equal(await site.get('embed-progress').count(), 0);
});
