// A graphics device that is lost in the middle of a gallery: another one is made, and the result is the same.

import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

// Few pictures: the only adapter here computes on the CPU, slowly.
const COUNT = 100;
const here = world({ webgpu: true });
const pictures = writeZip(scratch(), 'faces.zip', celeba(COUNT));

/** Makes every engine remember its devices, so that they can be taken away from it. */
async function rememberDevices(page) {
  await page.context().route('**/engine-webgpu_loader.js', async (route) => {
    const response = await route.fetch();
    const remember = `
      const request = GPUAdapter.prototype.requestDevice;
      self.devices = [];
      GPUAdapter.prototype.requestDevice = async function (...asked) {
        const device = await request.apply(this, asked);
        self.devices.push(device);
        return device;
      };
    `;
    await route.fulfill({ response, body: `${await response.text()};${remember}` });
  });
}

const engines = (page) => page.workers().filter((worker) => worker.url().includes('engine-webgpu'));

/** Scores of all pictures by "smiling" in the gallery shown. */
async function scores(site) {
  await site.get('making-dismiss').click();
  await site.want('Smiling', 'yes');
  await eventually(async () => {
    const found = await site.results(COUNT);
    assert.ok(found.length >= 12 && found.every(({ score }) => score !== null));
  });
  return new Map((await site.results(COUNT)).map(({ index, score }) => [index, score]));
}

test('a lost device is replaced, and nothing is lost with it', async (t) => {
  const site = await here.page(t, { expected: /device|Device|lost|destroyed/ });
  await rememberDevices(site.page);
  await site.open('gallery=faces&backend=webgpu');
  await site.ready();
  const library = new Library(site);
  await library.bring(pictures);
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second on WebGPU/), {
    timeout: 180_000,
  });
  t.diagnostic(await site.get('offer-time').innerText());
  const started = [];
  site.page.on('worker', (worker) => started.push(worker.url().split('/').at(-1)));
  await library.start();
  // The engine of the trial is gone; this one embeds.
  await eventually(() => assert.ok(engines(site.page).length > 0), { timeout: 60_000 });
  const [first] = engines(site.page);
  await eventually(async () => assert.ok((await first.evaluate(() => self.devices?.length ?? 0)) > 0), { timeout: 60_000 });
  // Once it is at work: the first pictures are done, others are on their way.
  const before = await eventually(
    async () => {
      const done = await library.done();
      assert.ok(done > 0);
      return done;
    },
    { timeout: 120_000 },
  );
  assert.ok(before < COUNT);
  await first.evaluate(() => self.devices.at(-1).destroy());
  const start = performance.now();
  assert.match(await library.ended(240_000), new RegExp(`complete: ${COUNT} pictures`));
  // Its pictures are tried again in a fresh engine of their own, to find out if one of them broke it.
  assert.ok(started.length > 1, 'another engine took its place');
  assert.ok(started.every((name) => name === 'engine-webgpu_loader.js'), started.join(', '));
  figure(t, 'from the lost device to the end', { 'done before': before, millis: Math.round(performance.now() - start) });
  const lost = await scores(site);

  const other = await here.open(t, 'gallery=faces&backend=cpu');
  const second = new Library(other);
  await second.bring(pictures);
  await second.start();
  await second.ended();
  const unbroken = await scores(other);
  assert.equal(lost.size, unbroken.size);
  for (const [index, score] of lost) {
    assert.ok(Math.abs(score - unbroken.get(index)) < 2e-3, `picture ${index}: ${score} and ${unbroken.get(index)}`);
  }
});
