// Images unlike those that a network was trained on: said in the plan, above the results, in the list, in the details and
// of an example; and not said of drawn faces.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { Deployment } from '../lib/deployment.mjs';
import { eventually } from '../lib/eventually.mjs';
import { removeNetworks } from '../lib/networks.mjs';
import { Library, scratch } from '../lib/own.mjs';
import { drawing } from '../lib/png.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 12;
const deployment = new Deployment();
after(() => deployment.remove());
removeNetworks(deployment.folder);
deployment.finish();

const here = world({ site: { folder: deployment.folder } });
const folder = scratch();

/** Flat colours, stripes and a ramp in turn. */
function pattern(at) {
  const colour = [0, 1, 2].map((channel) => (at * 71 + channel * 97) % 256);
  const other = colour.map((value) => 255 - value);
  const kinds = [
    () => colour,
    (x) => ((x >> 3) % 2 ? colour : other),
    (x, y) => colour.map((value, channel) => Math.round(value + ((other[channel] - value) * y) / 127)),
  ];
  return drawing(128, 128, kinds[at % kinds.length]);
}

/** Writes images to a folder on the disk. */
function write(name, extension, image) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (let at = 0; at < COUNT; at += 1) writeFileSync(join(path, `${100 + at}.${extension}`), image(at));
  return path;
}

const patterns = write('patterns', 'png', pattern);
const drawn = (name) => write(name, 'jpg', (at) => readFileSync(bundle(name).picture(at * 7)));

async function bring(site, path) {
  const library = new Library(site);
  await library.show();
  await site.get('bring-folder').setInputFiles(path);
  await site.get('offer').waitFor();
  await library.tried();
  return library;
}

test('images of no known kind are told from drawn faces, from the plan to the details', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.ready();
  const library = await bring(site, patterns);
  const plan = site.get('offer-outside');
  await plan.waitFor();
  assert.match(await plan.innerText(), /^\d+ of 12 sampled pictures look unlike what “Drawn faces” was trained on/);
  assert.deepEqual(await site.violations(), []);
  await library.start();
  await library.ended();

  const line = site.get('outside');
  await line.waitFor();
  assert.match(await line.innerText(), /^\d+ of 12 pictures look unlike/);
  await eventually(async () => assert.ok((await site.page.locator('.tile--outside').count()) >= 6));
  await site.want('Smiling', 'yes');
  await site.page.locator('.tile--outside .tile__score').first().waitFor();
  assert.deepEqual(await site.violations(), []);
  await site.get('outside-card').click();
  await site.get('model-card').waitFor();
  await site.page.keyboard.press('Escape');

  await site.page.locator('.tile--outside .tile__open').first().click();
  await site.get('detail-outside').waitFor();
  await site.page.keyboard.press('Escape');
  await site.get('detail').waitFor({ state: 'hidden' });

  await library.show();
  assert.match(await site.get('entry-outside').innerText(), /^\d+ of 12 pictures look unlike/);
  await library.close();
  await site.get('outside-close').click();
  await line.waitFor({ state: 'hidden' });

  // Known in the list after a reload, too, and the line is back.
  await site.page.reload();
  await line.waitFor();
  await library.show();
  await site.get('entry-outside').waitFor();
});

test('nothing is said of images like the training images', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.ready();
  const library = await bring(site, drawn('faces'));
  assert.equal(await site.get('offer-outside').count(), 0);
  await library.start();
  await library.ended();
  await eventually(async () => assert.match(await site.get('found').innerText(), /^12 pictures/));
  // What is looked at is remembered last.
  await eventually(async () => {
    const kept = await site.page.evaluate(() => localStorage.getItem('modulens.out-of-domain'));
    assert.match(kept ?? '', /^\w+ [01] 12\n$/);
  });
  assert.equal(await site.get('outside').count(), 0);
  await library.show();
  assert.equal(await site.get('entry-outside').count(), 0);
});

test('a network whose training images are alike is proposed in place of one whose are not', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  await site.ready();
  await bring(site, drawn('shoes'));
  await eventually(async () => assert.ok(await site.get('network-shoes').isChecked()), { timeout: 60_000 });
  assert.match(await site.get('network-why').innerText(), /look like those it was trained on.*“Drawn faces”/);
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second/), { timeout: 60_000 });
  assert.equal(await site.get('offer-outside').count(), 0);
});

test('an example of another kind is told in its chip', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  await site.get('own-picture-input').setInputFiles(join(patterns, '100.png'));
  const chip = site.get('own-picture-chip');
  await eventually(async () => assert.match(await chip.innerText(), /unlike the training pictures/), { timeout: 30_000 });
  await site.get('own-picture-input').setInputFiles(bundle('shoes').picture(5));
  await eventually(
    async () => {
      assert.equal(await chip.count(), 2);
      assert.match(await chip.last().innerText(), /\.jpg/);
      assert.doesNotMatch(await chip.last().innerText(), /unlike/);
    },
    { timeout: 30_000 },
  );
});
