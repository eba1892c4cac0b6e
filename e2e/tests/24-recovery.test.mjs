// Files that are cut off, damaged, lost, or of another version: the page helps itself, and where it cannot, the visitor
// can.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { Deployment, controlled, damage, kept } from '../lib/deployment.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const deployment = new Deployment();
after(() => deployment.remove());
const here = world({ site: { folder: deployment.folder } });
// The browser notes what it could not compile or fetch.
const expected = /Failed to load resource|CompileError|SyntaxError|does not start|WebAssembly|uncaught/i;

/** A page whose files, and the first ones of its gallery, are kept. */
async function visit(t) {
  const site = await here.open(t, 'gallery=faces', { worker: true, expected });
  await controlled(site);
  const has = (paths, start) => assert.ok(paths.some((path) => path.startsWith(start)), start);
  await eventually(
    async () => {
      const paths = await kept(site);
      has(paths, 'galleries/faces/features.safetensors');
      has(paths, 'galleries/faces/manifest.json');
    },
    { timeout: 60_000 },
  );
  return site;
}

/** Everything kept is what the list says. */
async function isSound(site) {
  const wrong = await site.page.evaluate(async () => {
    const [name] = await caches.keys();
    const cache = await caches.open(name);
    const wrong = [];
    for (const { url } of await cache.keys()) {
      const wanted = new URL(url).searchParams.get('sha256');
      if (!wanted) continue;
      const digest = await crypto.subtle.digest('SHA-256', await (await cache.match(url)).arrayBuffer());
      const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (found !== wanted) wrong.push(url);
    }
    return wrong;
  });
  assert.deepEqual(wrong, []);
}

for (const [what, pattern, how] of [
  ['the page, cut off', /\/\?sha256/, 'cut'],
  ['its script, cut off', /\/page-[^/]*\.js/, 'cut'],
  ['its program, cut off', /\/page-[^/]*\.wasm/, 'cut'],
  ['its program, with a wrong byte', /\/page-[^/]*\.wasm/, 'garble'],
  ['the features, with a wrong byte', /features\.safetensors/, 'garble'],
  ['the manifest of the gallery, cut off', /galleries\/faces\/manifest\.json/, 'cut'],
  ['every file, lost', /./, 'lose'],
]) {
  test(`kept, but broken: ${what}`, async (t) => {
    const site = await visit(t);
    assert.ok((await damage(site, pattern, how)) > 0, 'something was damaged');
    await site.page.reload();
    await eventually(async () => assert.ok((await site.results(1)).length > 0), { timeout: 30_000 });
    assert.equal(await site.get('error').count(), 0);
    await eventually(() => isSound(site));
    assert.equal(await site.page.evaluate(() => sessionStorage.getItem('modulens.repaired') || ''), '', 'it may help itself again');
  });
}

test('a file of another version is fetched once more, past what was kept of it', async (t) => {
  const site = await here.page(t);
  const features = readFileSync(join(bundle('faces').folder, 'features.safetensors'));
  let answers = 0;
  await site.page.route('**/galleries/faces/features.safetensors', async (route) => {
    answers += 1;
    const body = Buffer.from(features);
    if (answers === 1) body[body.length - 9] ^= 1;
    await route.fulfill({ body });
  });
  await site.page.addInitScript(() => {
    const { fetch } = window;
    window.asked = [];
    window.fetch = (url, init) => {
      if (`${url}`.endsWith('features.safetensors')) window.asked.push(init?.cache ?? 'default');
      return fetch(url, init);
    };
  });
  await site.open('gallery=faces');
  await site.ready();
  assert.equal(await site.get('error').count(), 0);
  assert.deepEqual(await site.page.evaluate(() => window.asked), ['default', 'reload']);
  assert.equal(answers, 2);
});

test('an old page on a new server finds its way: its script is gone', async (t) => {
  const site = await here.page(t, { expected });
  const html = readFileSync(join(deployment.folder, 'index.html'), 'utf8');
  // An old page has the policy of its own scripts; that of this one would not let the changed script run.
  const old = html.replace(/page-\w+/g, 'page-0123456789abcdef').replace(/<meta http-equiv="Content-Security-Policy"[^>]+>/, '');
  let answers = 0;
  await site.page.route(here.server.url, async (route) => {
    answers += 1;
    if (answers > 1) return route.continue();
    return route.fulfill({ contentType: 'text/html', body: old });
  });
  await site.open();
  await eventually(async () => assert.ok((await site.results(1)).length > 0), { timeout: 20_000 });
  assert.equal(answers, 2, 'loaded again once');
});

test('where the program does not start, the visitor can clear what is kept, and nothing else', async (t) => {
  const site = await visit(t);
  await site.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const writable = await (await root.getFileHandle('own', { create: true })).createWritable();
    await writable.write('mine');
    await writable.close();
  });
  await here.server.stop();
  try {
    // Nowhere: not in what the site keeps, not in the browser's own cache, not on the server.
    assert.ok((await damage(site, /\/page-[^/]*\.wasm/, 'cut')) > 0);
    const devtools = await site.page.context().newCDPSession(site.page);
    await devtools.send('Network.clearBrowserCache');
    await site.page.reload();
    const trouble = site.page.locator('#boot-trouble');
    await trouble.waitFor({ timeout: 40_000 });
    assert.match(await trouble.innerText(), /keeps your galleries/);
    assert.deepEqual(await site.violations(), []);
  } finally {
    await here.server.start();
  }
  await site.page.getByRole('button', { name: /Clear this site’s cached files and reload/ }).press('Enter');
  await eventually(async () => assert.ok((await site.results(1)).length > 0), { timeout: 30_000 });
  const own = await site.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    return (await (await root.getFileHandle('own')).getFile()).text();
  });
  assert.equal(own, 'mine');
  await controlled(site);
  await eventually(() => isSound(site));
});
