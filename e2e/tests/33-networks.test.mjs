// Networks without a gallery: offered when images are brought, and not fetched before.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { Deployment, controlled, kept } from '../lib/deployment.mjs';
import { eventually } from '../lib/eventually.mjs';
import { addNetwork, removeNetworks } from '../lib/networks.mjs';
import { Library, scratch } from '../lib/own.mjs';
import { people } from '../lib/people.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 12;
const deployment = new Deployment();
after(() => deployment.remove());
const auc = (manifest) => manifest.quality.tasks.forEach((task) => Object.assign(task, { auc: 0.875 }));
// It alone has a task of this name, by which it is proposed: the people of the test are drawn.
const cut = (manifest) => {
  manifest.faces = true;
  for (const task of [...manifest.tasks, ...manifest.quality.tasks]) if (task.name === 'Smiling') task.name = 'Grin';
};
removeNetworks(deployment.folder);
addNetwork(deployment.folder, { from: 'faces', name: 'things', title: 'Things', change: auc });
addNetwork(deployment.folder, { from: 'faces', name: 'portraits', title: 'Portraits', change: cut });
deployment.finish();

const here = world({ site: { folder: deployment.folder } });
const folder = scratch();
const faces = bundle('faces');
// The browser itself notes what it cannot fetch.
const expected = /Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED/;

/** A folder of shipped pictures on the disk. */
function day(count) {
  const path = join(folder, String(count), 'day');
  mkdirSync(path, { recursive: true });
  for (let image = 0; image < count; image += 1) writeFileSync(join(path, `${100 + image}.jpg`), readFileSync(faces.picture(image)));
  return path;
}

async function bring(site, path) {
  const library = new Library(site);
  await library.show();
  await site.get('bring-folder').setInputFiles(path);
  await site.get('offer').waitFor();
  return library;
}

/** The files of networks without a gallery that were asked for. */
function ofNetworks(site) {
  const paths = site.requests.map((url) => new URL(url).pathname);
  return [...new Set(paths.filter((path) => path.startsWith('/networks/')))].sort();
}

test('a network without a gallery embeds a gallery like any other, and costs nothing before', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  await site.want('Closure', 'Zipper');
  assert.deepEqual(ofNetworks(site), []);

  const library = await bring(site, day(COUNT));
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second/), { timeout: 60_000 });
  assert.deepEqual(await site.violations(), []);
  await site.choose('network-shoes');
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second/), { timeout: 60_000 });
  await site.choose('network-things');
  await library.start();
  assert.match(await library.ended(), /“day” is complete: 12 pictures/);
  assert.ok(ofNetworks(site).includes('/networks/things/weights.safetensors'));

  // Searched by an attribute.
  await eventually(async () => assert.match(await site.get('found').innerText(), /^12 pictures/));
  const before = await site.order();
  await site.want('Smiling', 'yes');
  await site.reordered(before);
  const gallery = site.query().get('gallery');
  assert.match(gallery, /^own-/);

  // After a reload it is the same, pictures included.
  await site.open(`gallery=${gallery}&backend=cpu`);
  await site.ready();
  await site.drawn();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^12 pictures/));
  await site.get('model-card-open').click();
  await site.get('model-card').waitFor();
  assert.match(await site.get('model-card').innerText(), /ROC AUC[\s\S]*87\.5/);
  await site.page.keyboard.press('Escape');

  // One more image is added to it, with its network.
  await bring(site, day(COUNT + 1));
  assert.equal(await site.get('add-summary').innerText(), '13 pictures, 12 of them are already in “day”');
  await library.start();
  assert.match(await library.ended(), /Added to “day”: 1 picture/);
});

test('a gallery whose network cannot be had is no network to choose, and keeps nobody from the others', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu', { expected });
  await site.page.route('**/galleries/shoes/manifest.json', (route) => route.fulfill({ status: 404, body: '' }));
  await bring(site, day(3));
  await eventually(async () => assert.match(await site.get('notice').innerText(), /“Drawn shoes” cannot be chosen now/));
  assert.equal(await site.get('network-shoes').count(), 0);
  assert.equal(await site.get('network-faces').count(), 1);
});

/** The names of all results. */
async function names(site) {
  await site.get('result-tools').locator('summary').click();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('save-results').click()]);
  await site.page.keyboard.press('Escape');
  const text = readFileSync(await download.path(), 'utf8');
  return text.trim().split('\r\n').slice(1).map((line) => line.split(',')[1].split('/').at(-1)).sort();
}

test('by a network of faces, each face becomes an image; one without a face is named', async (t) => {
  const path = join(folder, 'people');
  mkdirSync(path);
  writeFileSync(join(path, 'one.png'), people(1));
  writeFileSync(join(path, 'two.png'), people(2, { seed: 2 }));
  writeFileSync(join(path, 'none.png'), people(0, { seed: 3 }));
  writeFileSync(join(path, 'labels.csv'), 'image,Grin\none.png,yes\ntwo.png,no\nnone.png,no\n');
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = await bring(site, path);
  assert.ok(await site.get('network-portraits').isChecked());
  await site.get('faces-found').waitFor();
  assert.equal(await site.get('faces-found').innerText(), '3 faces found in the 3 pictures tried');
  assert.equal(await site.get('offer-start').innerText(), 'Import the faces in 3 pictures');
  assert.deepEqual(await site.violations(), []);
  await library.start();
  const words = await library.ended();
  assert.match(words, /“people” is complete: 3 pictures/);
  assert.match(words, /No face was found in 1 picture: people\/none\.png\./);
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^3 pictures/));
  const portraits = ['one.png', 'two.png#1', 'two.png#2'];
  assert.deepEqual(await names(site), portraits);

  // Details show the whole file, and the face in a frame.
  await site.page.locator('[data-testid=result] .tile__open').last().click();
  await site.get('detail-frame').waitFor();
  const [image, frame] = [await site.get('enlarge').boundingBox(), await site.get('detail-frame').boundingBox()];
  assert.ok(frame.width < image.width * 0.8 && frame.x >= image.x - 1, 'the frame is around a part');
  assert.ok(frame.x + frame.width <= image.x + image.width + 1);
  await site.page.keyboard.press('Escape');
  await eventually(async () => assert.equal(site.query().get('open'), null));

  // With one more, only that one is embedded, also after a reload.
  await site.page.reload();
  await site.ready();
  await site.drawn();
  assert.deepEqual(await names(site), portraits);
  writeFileSync(join(path, 'three.png'), people(1, { seed: 4 }));
  await bring(site, path);
  assert.equal(await site.get('add-summary').innerText(), '4 pictures, 3 of them are already in “people”');
  assert.equal(await site.get('offer-start').innerText(), 'Add 1 picture');
  await library.start();
  assert.match(await library.ended(), /Added to “people”: 1 picture/);
  const four = ['one.png', 'three.png', ...portraits.slice(1)];
  await eventually(async () => assert.deepEqual(await names(site), four));
});

test('its gallery is there without a connection, and of the networks only what it needs', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu', { worker: true, expected });
  await controlled(site);
  const library = await bring(site, day(COUNT));
  await site.choose('network-things');
  await library.start();
  assert.match(await library.ended(), /complete: 12 pictures/);
  await site.get('making-dismiss').click();
  const files = Object.keys(deployment.list.networks).filter((path) => !path.startsWith('networks/portraits/'));
  await eventually(
    async () => {
      const all = await kept(site);
      for (const file of files) assert.ok(all.some((path) => path.startsWith(`${file}?`)), file);
      assert.ok(!all.some((path) => path.startsWith('networks/portraits/weights')), 'of another network');
    },
    { timeout: 60_000 },
  );
  await here.server.stop();
  await site.page.context().setOffline(true);
  await site.page.reload();
  await site.ready();
  await site.drawn();
  assert.match(await site.get('found').innerText(), /^12 pictures/);
  await site.page.context().setOffline(false);
  await here.server.start();
});

test('a version of the site keeps no network that nobody asked for', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu', { worker: true });
  await controlled(site);
  // What comes after the site's own files: then they would be there.
  await eventually(
    async () => assert.ok((await kept(site)).some((path) => path.startsWith('engine-cpu_bg.wasm'))),
    { timeout: 180_000 },
  );
  assert.deepEqual(ofNetworks(site), []);
  assert.ok((await kept(site)).every((path) => !path.startsWith('networks/')));
});
