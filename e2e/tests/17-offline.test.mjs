// Kept on the visitor's machine: a visited gallery without a connection, one that never was, and installing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { Deployment, controlled, kept } from '../lib/deployment.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const BASE = '/some/sub-path/';
const deployment = new Deployment();
after(() => deployment.remove());
const here = world({ site: { folder: deployment.folder, base: BASE } });
// The browser itself notes what it cannot fetch.
const expected = /Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED/;

/** No connection: the browser knows it, and the server answers nobody. */
async function goOffline(site) {
  await here.server.stop();
  await site.page.context().setOffline(true);
}

async function goOnline(site) {
  await here.server.start();
  await site.page.context().setOffline(false);
}

/** Waits until all of a gallery is kept, and what works on it. */
async function isKept(site, name) {
  const { files, pictures } = deployment.list.galleries[name];
  const wanted = Object.keys(files).length + pictures.count;
  await eventually(
    async () => {
      const all = await kept(site);
      assert.equal(all.filter((path) => path.startsWith(`galleries/${name}/`)).length, wanted);
      assert.ok(all.some((path) => path.startsWith('engine-cpu_bg.wasm')), 'the engine');
    },
    { timeout: 180_000 },
  );
}

test('a visited gallery is searched without a connection, after a reload, with a picture of one’s own', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&backend=cpu', { worker: true, expected });
  assert.equal(await site.get('offline').count(), 0);
  const start = performance.now();
  await isKept(site, 'faces');
  figure(t, 'kept for use offline', { seconds: Math.round((performance.now() - start) / 1000) });
  const online = await site.results(24);

  await goOffline(site);
  await site.get('offline').waitFor();
  assert.match(await site.get('offline').innerText(), /Offline: everything shown is on this machine/);
  await site.page.reload();
  await site.ready();
  await site.drawn();
  assert.deepEqual(await site.results(24), online);

  const before = await site.order();
  await site.want('Smiling', 'no');
  await site.reordered(before);
  // Whatever is scrolled to is drawn.
  await site.page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await site.drawn();
  await site.page.evaluate(() => window.scrollTo(0, 0));
  // Labels and ids.
  await site.page.locator('[data-testid=result] button').first().click();
  await site.get('detail').locator('.verdict').first().waitFor();
  await site.page.keyboard.press('Escape');
  // The network.
  await site.get('own-picture-input').setInputFiles(faces.picture(4));
  await eventually(async () => assert.ok((await site.order(30)).includes(4)), { timeout: 60_000 });

  await goOnline(site);
  await site.get('offline').waitFor({ state: 'detached' });
  const outside = site.requests.filter((url) => {
    const { protocol, pathname } = new URL(url);
    return protocol === 'http:' && !pathname.startsWith(BASE);
  });
  assert.deepEqual(outside, [], 'neither page nor worker asks outside the site');
});

test('a gallery that was never opened says so without a connection, and comes by itself with one', async (t) => {
  const site = await here.open(t, 'gallery=faces', { worker: true, expected });
  await controlled(site);
  await goOffline(site);
  await site.get('offline').waitFor();
  await site.choose('gallery-shoes');
  const error = site.get('error');
  await error.waitFor();
  const words = await error.innerText();
  assert.match(words, /You are offline/);
  assert.match(words, /Drawn shoes/);
  assert.match(words, /Connect and open it once/);
  assert.deepEqual(await site.violations(), []);
  await goOnline(site);
  await site.ready();
  assert.equal(await error.count(), 0);
});

test('the site can be installed: a manifest that holds under any path, icons, and a worker', async (t) => {
  const site = await here.open(t, '', { worker: true });
  await controlled(site);
  const root = here.server.url;
  const address = await site.page.evaluate(() => document.querySelector('link[rel=manifest]').href);
  const response = await fetch(address);
  assert.match(response.headers.get('content-type'), /application\/manifest\+json/);
  const manifest = await response.json();
  const at = (relative) => new URL(relative, address).href;
  assert.equal(at(manifest.start_url), root);
  assert.equal(at(manifest.scope), root);
  // Without one of its own, a site's identity is where it starts: two sites of one host stay two.
  assert.equal(manifest.id, undefined);
  assert.equal(manifest.display, 'standalone');
  for (const field of ['name', 'short_name', 'description', 'theme_color', 'background_color']) {
    assert.ok(manifest[field], field);
  }
  const icons = manifest.icons.filter(({ type }) => type === 'image/png');
  assert.deepEqual(
    icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`),
    ['192x192 any', '512x512 any', '512x512 maskable'],
  );
  const touch = await site.page.evaluate(() => document.querySelector('link[rel=apple-touch-icon]').href);
  for (const [src, sizes] of [...icons.map(({ src, sizes }) => [at(src), sizes]), [touch, '180x180']]) {
    const png = Buffer.from(await (await fetch(src)).arrayBuffer());
    assert.equal(png.toString('latin1', 1, 4), 'PNG', src);
    assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes, src);
  }
  for (const { url } of manifest.shortcuts) {
    const shown = await here.open(t, new URL(at(url)).search.slice(1));
    assert.equal(await shown.get('error').count(), 0);
  }
  // What the browser itself says; a test's window keeps nothing, which it names as a reason.
  const devtools = await site.page.context().newCDPSession(site.page);
  const { errors } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
});

test('an offer to install is a button, used by the keyboard, gone afterwards', async (t) => {
  const site = await here.open(t);
  assert.equal(await site.get('install').count(), 0, 'not without an offer');
  const offer = () =>
    site.page.evaluate(() => {
      const event = new Event('beforeinstallprompt', { cancelable: true });
      event.prompt = async () => {
        window.prompted = (window.prompted ?? 0) + 1;
      };
      dispatchEvent(event);
      return event.defaultPrevented;
    });
  assert.ok(await offer(), 'the browser does not ask by itself');
  await site.get('install').waitFor();
  assert.deepEqual(await site.violations(), []);
  await site.tabTo('[data-testid=install]');
  await site.page.keyboard.press('Enter');
  await site.get('install').waitFor({ state: 'detached' });
  assert.equal(await site.page.evaluate(() => window.prompted), 1);
  await offer();
  await site.get('install').waitFor();
  await site.page.evaluate(() => dispatchEvent(new Event('appinstalled')));
  await site.get('install').waitFor({ state: 'detached' });
});
