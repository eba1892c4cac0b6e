// The engines without the page: flex in wasm and WebGPU (through the browser's software adapter) against what the
// native model computes, layer by layer. WebGPU kernels have been silently wrong before.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { dist, fixture } from '../lib/env.mjs';
import { Engine, difference, floats } from '../lib/engine.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

/** The same weights must give the same embeddings everywhere, to this, in f32. */
const LIMIT = 1e-3;
const folder = mkdtempSync(join(tmpdir(), 'modulens-engines-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const here = world({
  webgpu: true,
  site: () => {
    assert.ok(existsSync(join(fixture, 'small', 'fixture.json')), `no fixture in ${fixture}; run the tests with \`cargo xtask e2e\``);
    for (const file of readdirSync(dist).filter((file) => file.startsWith('engine-'))) {
      cpSync(join(dist, file), join(folder, file));
    }
    cpSync(fixture, join(folder, 'fixture'), { recursive: true });
    const faces = bundle('faces');
    cpSync(join(faces.folder, 'weights.safetensors'), join(folder, 'faces', 'weights.safetensors'));
    for (let picture = 0; picture < 8; picture += 1) {
      const path = faces.picture(picture);
      cpSync(path, join(folder, 'faces', 'pictures', path.split('/').at(-1)));
    }
    writeFileSync(join(folder, 'blank.html'), '<!doctype html><title>Engines</title><link rel="icon" href="data:,">');
    return { folder };
  },
});

/** What the native model computed with a network of the fixture. */
const golden = (network, name) => floats(readFileSync(join(fixture, network, `${name}.f32`)));
const described = (network) => JSON.parse(readFileSync(join(fixture, network, 'fixture.json'), 'utf8'));

const CASES = ['small', 'portraits'].flatMap((network) => ['cpu', 'webgpu'].map((backend) => ({ network, backend })));
for (const { network, backend } of CASES) {
  test(`${backend}, ${network}: every layer equals the native model's`, async (t) => {
    const spec = described(network);
    const site = await here.page(t);
    const engine = await Engine.start(site, backend);
    assert.equal(engine.ready.backend, backend);
    if (backend === 'webgpu') t.diagnostic(`adapter: ${engine.ready.adapter}`);
    const loaded = await engine.load(spec.network, spec.input, `fixture/${network}/weights.safetensors`);
    assert.equal(loaded.channels, spec.channels);

    const layers = await engine.layers(`fixture/${network}/input.f32`);
    assert.deepEqual(
      layers.map(({ name, shape }) => ({ name, shape })),
      spec.layers.map(({ name, shape }) => ({ name, shape })),
    );
    for (const { name, values } of layers) {
      const { worst, scale } = difference(golden(network, `layer-${name}`), values);
      figure(t, `${backend} against native, ${network}, layer ${name}`, { worst, scale });
      assert.ok(scale > 1e-3, `the native layer ${name} is not all zeros`);
      assert.ok(worst <= LIMIT, `${name} is ${worst} off`);
    }

    const features = difference(golden(network, 'features'), await engine.tensor(`fixture/${network}/input.f32`));
    assert.ok(features.worst <= LIMIT, `features are ${features.worst} off`);

    // From the encoded picture: decoding, resizing and normalising are part of what must agree.
    const pictures = await engine.gallery(`fixture/${network}/pictures/`, { count: spec.pictures });
    assert.deepEqual(pictures.skipped, []);
    const { worst } = difference(golden(network, 'pictures'), pictures.features);
    figure(t, `${backend} against native, ${network}, ${spec.pictures} pictures from their files`, { worst, millis: Math.round(pictures.millis) });
    assert.ok(worst <= LIMIT, `pictures are ${worst} off`);
  });
}

test('the shipped network gives the same features on both engines', async (t) => {
  const { manifest } = bundle('faces');
  const features = {};
  for (const backend of ['cpu', 'webgpu']) {
    const engine = await Engine.start(await here.page(t), backend);
    await engine.load(manifest.network, manifest.input, 'faces/weights.safetensors');
    const got = await engine.gallery('faces/pictures/', { count: 8, extension: manifest.picture.extension });
    assert.deepEqual(got.skipped, []);
    features[backend] = got.features;
  }
  const { worst, scale } = difference(features.cpu, features.webgpu);
  figure(t, 'shipped network, cpu against webgpu', { worst, scale });
  assert.ok(scale > 1e-3);
  assert.ok(worst <= LIMIT * Math.max(1, scale), `${worst} off where values go up to ${scale}`);
});

test('pictures that are missing or broken are left out by name', async (t) => {
  const spec = described('small');
  writeFileSync(join(folder, 'fixture', 'small', 'pictures', '000001.jpg'), 'no picture');
  const site = await here.page(t, { expected: /Failed to load resource/ });
  const engine = await Engine.start(site, 'cpu');
  await engine.load(spec.network, spec.input, 'fixture/small/weights.safetensors');
  const { features, skipped } = await engine.gallery('fixture/small/pictures/', { count: spec.pictures + 1 });
  assert.deepEqual(
    skipped.map(({ index }) => index),
    [1, spec.pictures],
  );
  const row = (index) => features.slice(index * spec.channels, (index + 1) * spec.channels);
  assert.ok(row(1).every((value) => value === 0));
  assert.ok(row(0).some((value) => value !== 0));
});

test('a picture that the server first calls unchanged, or fails on, is asked for again', async (t) => {
  const spec = described('small');
  const site = await here.page(t, { expected: /Failed to load resource/ });
  const asked = {};
  for (const [picture, status] of [['000000', 304], ['000002', 503]]) {
    await site.page.context().route(`**/fixture/small/pictures/${picture}.jpg`, async (route) => {
      asked[picture] = (asked[picture] ?? 0) + 1;
      await (asked[picture] === 1 ? route.fulfill({ status }) : route.fallback());
    });
  }
  const engine = await Engine.start(site, 'cpu');
  await engine.load(spec.network, spec.input, 'fixture/small/weights.safetensors');
  const { features, skipped } = await engine.gallery('fixture/small/pictures/', { count: 1 });
  assert.deepEqual(skipped, []);
  assert.ok(features.some((value) => value !== 0));
  const all = await engine.gallery('fixture/small/pictures/', { count: spec.pictures });
  assert.deepEqual(all.skipped.map(({ index }) => index), [1], 'the one that an earlier test broke');
  assert.equal(asked['000000'], 3);
  assert.equal(asked['000002'], 2);
});
