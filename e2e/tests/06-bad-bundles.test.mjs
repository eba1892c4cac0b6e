// Bundles that are broken, of another version, cut off or missing: a sentence, and a way on.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();
// The browser itself notes a failed request as an error.
const expected = /Failed to load resource/;

function manifest(change) {
  const changed = structuredClone(bundle('faces').manifest);
  change(changed);
  return JSON.stringify(changed);
}

function flipped(file) {
  const bytes = Buffer.from(readFileSync(join(bundle('faces').folder, file)));
  bytes[bytes.length - 5] ^= 0x10;
  return bytes;
}

const cases = [
  {
    what: 'a newer major version',
    file: 'manifest.json',
    answer: () => ({ body: manifest((it) => (it.version = '2.0')) }),
    says: /2\.0|version/i,
  },
  {
    what: 'another kind of file',
    file: 'manifest.json',
    answer: () => ({ body: manifest((it) => (it.schema = 'something-else')) }),
    says: /something-else|not a/i,
  },
  {
    what: 'a manifest that is cut off',
    file: 'manifest.json',
    answer: () => ({ body: manifest(() => {}).slice(0, 400) }),
    says: /manifest/i,
  },
  {
    what: 'a manifest whose fields contradict each other',
    file: 'manifest.json',
    answer: () => ({ body: manifest((it) => (it.tasks = [])) }),
    says: /task/i,
  },
  {
    what: 'no manifest',
    file: 'manifest.json',
    answer: () => ({ status: 404, body: 'no such file' }),
    says: /404|not there/,
  },
  {
    what: 'features with a wrong bit',
    file: 'features.safetensors',
    answer: () => ({ body: flipped('features.safetensors') }),
    says: /features\.safetensors/,
  },
  {
    what: 'features that end early',
    file: 'features.safetensors',
    answer: () => ({ body: flipped('features.safetensors').subarray(0, 5000) }),
    says: /features\.safetensors/,
  },
  {
    what: 'another tail',
    file: 'tail.safetensors',
    answer: () => ({ body: flipped('tail.safetensors') }),
    says: /tail\.safetensors/,
  },
];

for (const { what, file, answer, says } of cases) {
  test(`${what}: the page says so, and trying again works`, async (t) => {
    const site = await here.page(t, { expected });
    const pattern = `**/galleries/faces/${file}`;
    await site.page.route(pattern, (route) => route.fulfill(answer()));
    await site.open('gallery=faces');
    const error = site.get('error');
    await error.waitFor();
    const words = await error.innerText();
    t.diagnostic(words.replaceAll('\n', ' '));
    assert.match(words, says);
    assert.doesNotMatch(words, /panick|unwrap|undefined|\[object/i);
    assert.equal(await site.page.locator('[data-testid=result]').count(), 0, 'nothing of it is shown');
    await site.page.unroute(pattern);
    await error.getByRole('button').click();
    await site.ready();
    assert.equal(await error.count(), 0);
  });
}

test('no list of galleries: the page says so, and trying again works', async (t) => {
  const site = await here.page(t, { expected });
  await site.page.route('**/galleries/index.json', (route) => route.fulfill({ status: 404, body: '' }));
  await site.open();
  await site.get('error').waitFor();
  assert.match(await site.get('error').innerText(), /index\.json/);
  await site.page.unroute('**/galleries/index.json');
  await site.get('error').getByRole('button').click();
  await site.ready();
});

test('weights with a wrong bit are never run', async (t) => {
  const site = await here.page(t, { expected });
  await site.page.route('**/galleries/faces/weights.safetensors', (route) =>
    route.fulfill({ body: flipped('weights.safetensors') }),
  );
  await site.open('gallery=faces&backend=cpu');
  await site.ready();
  await site.get('own-picture-input').setInputFiles(bundle('faces').picture(3));
  const alert = site.get('own-picture-chip').getByRole('alert');
  await alert.waitFor({ timeout: 30_000 });
  assert.match(await alert.innerText(), /weights\.safetensors/);
});

test('missing labels cost the labels only', async (t) => {
  const site = await here.page(t, { expected });
  await site.page.route('**/galleries/faces/labels.bin', (route) => route.fulfill({ status: 404, body: '' }));
  await site.open('gallery=faces&open=2');
  await site.ready();
  await site.get('detail').locator('.task-row').first().waitFor();
  assert.equal(await site.get('error').count(), 0);
  await eventually(async () => assert.match(await site.get('notice').innerText(), /labels.*not shown.*labels\.bin/));
});

test('an address that asks for what is not there still shows results', async (t) => {
  const site = await here.open(t, 'gallery=nothing&want.Gone=x&like=999999999&lens=Neither&open=88888888&backend=abacus');
  assert.ok((await site.results(5)).length === 5);
  await eventually(async () => assert.match(await site.get('notice').innerText(), /“backend=abacus”.*“nothing”.*“Gone: x”/));
});
