// The first view: useful at once, light, and quiet.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { get } from 'node:http';
import test from 'node:test';

import { bundle, galleries, share } from '../lib/bundle.mjs';
import { dist } from '../lib/env.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const FIRST_BYTES = 2_000_000;
const WASM_BYTES = 3_770_000;
const here = world();

test('the default gallery shows ranked results at once', async (t) => {
  const site = await here.open(t);
  const results = await site.results(24);
  assert.equal(results.length, 24);
  assert.ok(results.every(({ score }) => score !== null && score >= 0 && score <= 1));
  for (let at = 1; at < results.length; at += 1) {
    assert.ok(results[at - 1].score >= results[at].score, 'best first');
  }
  assert.match(await site.get('search-millis').innerText(), /\d/);
  assert.equal(await site.get('error').count(), 0);
});

test('the first question is answered rightly: smiling, without eyeglasses', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces');
  const order = await site.order(24);
  const smiling = share(order.map((image) => faces.label(image, 'Smiling')), (value) => value === 'yes');
  const glasses = share(order.map((image) => faces.label(image, 'Eyeglasses')), (value) => value === 'no');
  figure(t, 'first question, top 24', { smiling, 'no eyeglasses': glasses });
  assert.ok(smiling >= 0.9 && glasses >= 0.9, `${smiling} smile, ${glasses} without glasses`);
});

for (const [name, size] of [
  ['desktop', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
]) {
  test(`few bytes until the first results are drawn, on a ${name}`, async (t) => {
    const site = await here.page(t, size);
    const devtools = await site.page.context().newCDPSession(site.page);
    const received = new Map();
    const add = (id, bytes) => received.set(id, (received.get(id) ?? 0) + bytes);
    devtools.on('Network.responseReceived', ({ requestId, response }) => add(requestId, response.encodedDataLength));
    devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => add(requestId, encodedDataLength));
    // The final figure of a finished request replaces what was counted on the way.
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => received.set(requestId, encodedDataLength));
    await devtools.send('Network.enable');
    const start = performance.now();
    await site.open();
    await site.ready();
    await site.drawn();
    const millis = performance.now() - start;
    const bytes = [...received.values()].reduce((sum, one) => sum + one, 0);
    figure(t, `until the first results, ${name}`, { bytes, requests: received.size, millis: Math.round(millis) });
    assert.ok(bytes > 10_000, 'something was counted');
    assert.ok(bytes <= FIRST_BYTES, `${bytes} bytes, ${FIRST_BYTES} are allowed`);
    assert.ok(!site.requests.some((url) => /engine-(cpu|webgpu)/.test(url)), 'no engine is fetched before it is needed');
  });
}

/** The bytes of a file as the server sends it to a browser that takes gzip. */
async function gzipped(url) {
  const answer = await new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, resolve).once('error', reject);
  });
  assert.equal(answer.headers['content-encoding'], 'gzip', url);
  let bytes = 0;
  for await (const chunk of answer) bytes += chunk.length;
  return bytes;
}

test('all wasm modules together are small', async (t) => {
  const modules = readdirSync(dist).filter((file) => file.endsWith('.wasm'));
  assert.equal(modules.length, 5, 'the page, the store, the map and two engines');
  const sizes = await Promise.all(modules.map(async (file) => [file, await gzipped(`${here.server.url}${file}`)]));
  const all = sizes.reduce((sum, [, size]) => sum + size, 0);
  figure(t, 'wasm, gzip bytes', { ...Object.fromEntries(sizes), all });
  assert.ok(all <= WASM_BYTES, `${all} bytes, ${WASM_BYTES} are allowed`);
});

test('every listed gallery can be chosen', async (t) => {
  const site = await here.open(t);
  for (const { name, images } of galleries().galleries) {
    await site.choose(`gallery-${name}`);
    await site.page.waitForFunction(
      (name) => document.querySelector('[data-testid=result] img')?.src.includes(`/galleries/${name}/`),
      name,
    );
    assert.ok(images >= 3000, `${name} shows ${images} pictures`);
    assert.equal(bundle(name).manifest.images, images);
  }
});

test('more results come as one scrolls', async (t) => {
  const site = await here.open(t);
  const last = site.page.locator('[data-testid=result]').last();
  const place = async () => Number(await last.getAttribute('aria-posinset'));
  const first = await place();
  await last.scrollIntoViewIfNeeded();
  await eventually(async () => assert.ok((await place()) > first));
});
