// The page with WebGPU: a software adapter is refused unless asked for, and works when it is.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world({ webgpu: true });

test('left to itself, the page refuses a software adapter and says why', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  await eventually(async () => {
    const status = await site.get('engine-status').innerText();
    assert.match(status, /CPU/);
    assert.match(status, /software|SwiftShader/i);
  });
  assert.ok(!site.requests.some((url) => url.includes('engine-webgpu')), 'its engine is not even fetched');
});

test('asked for, WebGPU embeds a picture, and finds it', async (t) => {
  const picture = 17;
  const site = await here.open(t, 'gallery=faces&backend=webgpu');
  const start = performance.now();
  await site.get('own-picture-input').setInputFiles(bundle('faces').picture(picture));
  await eventually(
    async () => {
      const results = await site.results(30);
      const own = results.find(({ index }) => index === picture);
      assert.ok(own, await site.get('own-picture-chip').innerText());
      assert.ok(results[0].score - own.score < 2e-3);
    },
    { timeout: 120_000 },
  );
  figure(t, 'own picture through the software adapter', { millis: Math.round(performance.now() - start) });
  const status = await site.get('engine-status').innerText();
  assert.match(status, /WebGPU, ready in/);
  assert.match(status, /Why: you chose it/);
});
