// A new version of the site: whole, when the visitor wants it, and without leftovers.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Deployment, controlled, kept } from '../lib/deployment.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const deployment = new Deployment();
after(() => deployment.remove());
const here = world({ site: { folder: deployment.folder } });

const QUERY = 'gallery=shoes&want.Category=Boots&lens=Closure';
const shownVersion = (site) => site.page.evaluate(() => document.documentElement.dataset.version);
let count = 0;

/** Brings a new version to the server: another page, another script, another id for the first of the shoes. */
function deploy() {
  count += 1;
  deployment.change('index.html', (html) => html.replace(/<body[^>]*>/, `<body data-deployed="${count}">`));
  deployment.change('boot.js', (script) => `${script}// ${count}\n`);
  deployment.change('galleries/shoes/ids.txt', (ids) => ids.replace(/^.*/, `shoe-${count}`));
  const ids = readFileSync(join(deployment.folder, 'galleries/shoes/ids.txt'));
  deployment.change('galleries/shoes/manifest.json', (text) => {
    const manifest = JSON.parse(text);
    const sha256 = createHash('sha256').update(ids).digest('hex');
    manifest.files['ids.txt'] = { bytes: ids.length, sha256 };
    return JSON.stringify(manifest);
  });
  return deployment.finish();
}

/** A page that the first version is kept for. */
async function visit(t, query = QUERY) {
  const site = await here.open(t, query, { worker: true });
  await controlled(site);
  assert.equal(await shownVersion(site), deployment.version);
  assert.equal(await site.get('update').count(), 0);
  return site;
}

test('a new version waits to be asked for, keeps what is shown, and leaves nothing of the old one', async (t) => {
  const site = await visit(t, `${QUERY}&open=0`);
  await eventually(
    async () => assert.ok((await kept(site)).some((path) => path.startsWith('galleries/shoes/ids.txt')), 'ids are kept'),
    { timeout: 60_000 },
  );
  const before = deployment.version;
  const results = await site.results();
  const id = site.page.locator('.detail__id');
  const old = await id.innerText();
  const next = deploy();
  await site.page.reload();
  await site.ready();
  assert.equal(await shownVersion(site), before);
  await eventually(async () => assert.equal(await id.innerText(), old, 'one version is shown whole'));
  await site.page.keyboard.press('Escape');
  await site.get('update').waitFor();
  assert.match(await site.get('update').innerText(), /A new version is ready/);
  const region = site.page.locator('[role=status]', { has: site.get('update') });
  assert.equal(await region.count(), 1, 'it is read out');
  assert.deepEqual(await site.violations(), []);
  const address = site.page.url();
  let loads = 0;
  site.page.on('load', () => (loads += 1));

  await site.tabTo('[data-testid=update-accept]');
  await site.page.keyboard.press('Enter');
  await eventually(async () => assert.equal(await shownVersion(site), next), { timeout: 20_000 });
  await site.ready();
  assert.equal(site.page.url(), address);
  assert.deepEqual(await site.results(), results);
  await site.page.goBack();
  await eventually(async () => assert.equal(await id.innerText(), `shoe-${count}`));
  assert.equal(await site.get('update').count(), 0);
  assert.equal(loads, 1, 'loaded once');
  const { shell, later } = deployment.list;
  const hashed = (files) => Object.entries(files).map(([path, hash]) => `${path.replace('./', '')}?sha256=${hash}`);
  const own = (await kept(site)).filter((path) => !path.startsWith('galleries/'));
  // What works on a gallery is fetched behind it, and may be there by now.
  const behind = new Set(hashed(later));
  assert.deepEqual(
    own.filter((path) => !behind.has(path)).sort(),
    hashed(shell)
      .filter((path) => !path.startsWith('galleries/'))
      .sort(),
    'the files of the new version and no others',
  );
  assert.equal(await site.page.evaluate(async () => (await caches.keys()).length), 1);
});

test('“not now” is taken for an answer', async (t) => {
  const site = await visit(t);
  deploy();
  await site.page.reload();
  await site.get('update').waitFor();
  await site.get('update-later').click();
  await site.get('update').waitFor({ state: 'detached' });
  const before = await site.order();
  await site.get('clear-all').click();
  await site.reordered(before);
});

test('what did not change is not fetched again', async (t) => {
  const site = await visit(t);
  deploy();
  await site.page.reload();
  await site.get('update').waitFor();
  await site.get('update-accept').click();
  await eventually(async () => assert.equal(await shownVersion(site), deployment.version), { timeout: 20_000 });
  await site.ready();
  // A page that is answered by the worker asks for its files as well; the server is asked by the worker alone.
  const fetched = (pattern) => site.background.filter((url) => pattern.test(url)).length;
  assert.ok(fetched(/\/boot\.js$/) >= 2, 'what changed is');
  assert.equal(fetched(/\/page-.*\.wasm$/), 1, 'the program once in all');
});

test('another window goes on with what it has, and is told', async (t) => {
  const site = await visit(t);
  const other = await here.another(site, QUERY);
  const before = await shownVersion(other);
  deploy();
  await site.page.reload();
  await site.get('update').waitFor();
  await site.get('update-accept').click();
  await eventually(async () => assert.equal(await shownVersion(site), deployment.version), { timeout: 20_000 });
  await other.get('update').waitFor();
  assert.equal(await shownVersion(other), before, 'it is not reloaded by itself');
  const order = await other.order();
  await other.get('clear-all').click();
  await other.reordered(order);
  await other.get('update-accept').click();
  await eventually(async () => assert.equal(await shownVersion(other), deployment.version), { timeout: 20_000 });
});

test('a reload that would cost something says what', async (t) => {
  const site = await visit(t, 'gallery=faces&backend=cpu');
  deploy();
  await site.page.reload();
  await site.ready();
  await site.get('update').waitFor();
  assert.doesNotMatch(await site.get('update').innerText(), /Reloading/);
  await site.get('embed-gallery').click();
  await site.get('embed-progress').waitFor();
  assert.match(await site.get('update').innerText(), /Reloading ends the embedding/);
});
