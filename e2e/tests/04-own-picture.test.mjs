// The visitor's own picture: by the file dialog, dropped, pasted; and what happens when it is none.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const PICTURE = 17;

/** A gallery's own picture as the query must find itself. */
async function findsItself(site, picture) {
  await eventually(
    async () => {
      assert.match(await site.get('own-picture-chip').innerText(), /\.jpg/, 'it has been looked at');
      const results = await site.results(30);
      const own = results.find(({ index }) => index === picture);
      assert.ok(own, `picture ${picture} is not among ${results.map(({ index }) => index)}`);
      assert.ok(results[0].score - own.score < 2e-3, `${own.score} where the best has ${results[0].score}`);
      assert.equal(await site.get('own-picture-chip').getByRole('alert').count(), 0);
    },
    { timeout: 30_000 },
  );
}

/** A DataTransfer with a gallery picture in it, as a drop or a paste carries it. */
async function transfer(site, path) {
  const bytes = readFileSync(path).toString('base64');
  return site.page.evaluateHandle(
    ({ bytes, name }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }));
      return data;
    },
    { bytes, name: basename(path) },
  );
}

test('a chosen file finds itself in the gallery, on the CPU engine', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const start = performance.now();
  await site.get('own-picture-input').setInputFiles(faces.picture(PICTURE));
  await findsItself(site, PICTURE);
  figure(t, 'own picture, engine started on the way', { millis: Math.round(performance.now() - start) });
  const status = await site.get('engine-status').innerText();
  assert.match(status, /CPU/);
  assert.match(status, /\d/, 'with its time');
  assert.ok(!site.page.url().includes('like='), 'no link can carry the picture');
  // Another lens ranks the same picture anew, without another run of the network.
  const before = await site.order();
  const lens = faces.manifest.tasks.find((task) => !['Smiling'].includes(task.name)).name;
  const asked = site.requests.length;
  await site.lens(lens);
  await site.reordered(before);
  assert.deepEqual(site.askedSince(asked), []);
});

test('an own picture was forgotten by a reload without a word', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.get('own-picture-input').setInputFiles(faces.picture(PICTURE));
  await findsItself(site, PICTURE);
  await site.page.reload();
  await site.ready();
  await eventually(async () => assert.match(await site.get('notice').innerText(), /Choose the picture again/));
  assert.match(await site.get('own-picture-chip').innerText(), /forgotten/);
  // Chosen again, it takes the place of the forgotten one.
  await site.get('own-picture-input').setInputFiles(faces.picture(PICTURE));
  await findsItself(site, PICTURE);
  assert.equal(await site.get('own-picture-chip').count(), 1);
  assert.equal(await site.get('notice').count(), 0);
});

test('a dropped picture', async (t) => {
  const shoes = bundle('shoes');
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const dataTransfer = await transfer(site, shoes.picture(PICTURE));
  await site.page.dispatchEvent('body', 'dragover', { dataTransfer });
  await site.page.getByText(/Drop pictures/).waitFor();
  await site.page.dispatchEvent('body', 'drop', { dataTransfer });
  await findsItself(site, PICTURE);
  assert.ok(!(await site.page.getByText(/Drop pictures/).isVisible()));
});

test('a pasted picture', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const data = await transfer(site, faces.picture(PICTURE));
  await data.evaluate((clipboardData) => {
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await findsItself(site, PICTURE);
});

const JPEG = (() => readFileSync(bundle('faces').picture(0)))();
for (const [what, buffer] of [
  ['text that calls itself a JPEG', Buffer.from('this is no picture at all')],
  ['half a JPEG', JPEG.subarray(0, 300)],
  ['nothing at all', Buffer.alloc(0)],
]) {
  test(`${what} is refused with a sentence, and the page goes on`, async (t) => {
    const site = await here.open(t, 'gallery=faces&backend=cpu');
    await site.get('own-picture-input').setInputFiles({ name: 'broken.jpg', mimeType: 'image/jpeg', buffer });
    const alert = site.get('own-picture-chip').getByRole('alert');
    await alert.waitFor({ timeout: 30_000 });
    const words = await alert.innerText();
    t.diagnostic(words);
    assert.ok(words.split(' ').length >= 5, `a sentence: ${words}`);
    assert.doesNotMatch(words, /panick|unwrap|undefined|\[object/i);
    await site.get('own-picture-input').setInputFiles(bundle('faces').picture(PICTURE));
    await findsItself(site, PICTURE);
  });
}
