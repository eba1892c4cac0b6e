// The files that images were made from, opened again where the browser keeps handles to them.

import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { drop } from '../lib/drop.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, scratch, writeZip } from '../lib/own.mjs';
import { drawing } from '../lib/png.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const START = 'gallery=shoes&backend=cpu';
const COUNT = 6;
const SIDES = [1200, 800];

/** Pictures larger than their previews. */
const files = Array.from({ length: COUNT }, (_, at) => ({
  path: `walk/view-${at}.png`,
  bytes: drawing(...SIDES, (x, y) => [x % 256, (y + 40 * at) % 256, (x > 200 * at) * 200]),
}));

/** Writes the pictures as a folder and returns its path. */
function album(name) {
  const root = join(folder, name);
  for (const { path, bytes } of files) {
    mkdirSync(join(root, 'walk'), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

/** A page that shows the gallery made of what was dropped on it. */
async function dropped(t, path) {
  const site = await here.open(t, START);
  await site.ready();
  await drop(site, path);
  await made(site);
  return site;
}

async function made(site, count = COUNT) {
  const library = new Library(site);
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${count} pictures`)));
}

const enlarged = (site) => site.get('zoom').locator('img');
const sides = (site) => enlarged(site).evaluate((it) => [it.naturalWidth, it.naturalHeight]);

async function details(site, image) {
  await site.page.locator(`[data-testid=result][data-index="${image}"] .tile__open`).click();
  await site.get('enlarge').waitFor();
}

async function isShown(site) {
  await site.get('original').click();
  await eventually(async () => assert.deepEqual(await sides(site), SIDES));
}

async function problem(site) {
  await site.get('original').click();
  await eventually(async () => assert.notEqual(await site.get('original-problem').innerText(), ''));
  return site.get('original-problem').innerText();
}

test('the original of a dropped folder is opened, and offered after a reload', async (t) => {
  const site = await dropped(t, album('kept'));
  await details(site, 2);
  await isShown(site);
  await site.page.keyboard.press('Escape');
  await site.page.reload();
  await site.get('enlarge').waitFor();
  assert.equal(await site.get('original').innerText(), 'Open the original');
});

test('an original is found where it was moved to, and not taken for another file where it was changed', async (t) => {
  const root = album('moved');
  const site = await dropped(t, root);
  renameSync(join(root, 'walk/view-1.png'), join(root, 'elsewhere.png'));
  writeFileSync(join(root, 'walk/view-3.png'), files[4].bytes);
  rmSync(join(root, 'walk/view-5.png'));
  await details(site, 1);
  await isShown(site);
  await site.page.keyboard.press('Escape');
  await site.page.keyboard.press('Escape');
  await details(site, 3);
  assert.match(await problem(site), /view-3\.png was changed since it was imported$/);
  await site.page.keyboard.press('Escape');
  await details(site, 5);
  assert.match(await problem(site), /view-5\.png is not where it was, and not elsewhere in the same folder$/);
});

test('the button made the buttons wider than the picture above them', async (t) => {
  const site = await dropped(t, album('narrow'));
  for (const width of [1440, 390]) {
    await site.page.setViewportSize({ width, height: 844 });
    await details(site, 0);
    const [right, end] = await site.get('original').evaluate((button) => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect();
      const buttons = [...button.parentElement.querySelectorAll('button')];
      const rights = buttons.map((it) => it.getBoundingClientRect().right);
      // Side by side on a desk, one below the other on a phone.
      return [Math.max(...rights), innerWidth > 600 ? box('.detail__tasks').left : box('.detail').right];
    });
    assert.ok(right <= end, `${right} of ${end} at ${width}`);
    await site.page.keyboard.press('Escape');
  }
});

test('the original of a dropped zip is opened', async (t) => {
  const site = await dropped(t, writeZip(folder, 'zipped.zip', files));
  await details(site, 4);
  await isShown(site);
});

/** A page on which *Choose a folder* chooses the pictures, in the site's own storage: a test cannot press the browser's dialog. */
async function choosing(t, pictures = files) {
  const site = await here.page(t);
  await site.page.addInitScript(() => {
    window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('walk');
  });
  await site.open(START);
  await site.ready();
  await site.page.evaluate(
    async (pictures) => {
      const root = await navigator.storage.getDirectory();
      const walk = await root.getDirectoryHandle('walk', { create: true });
      for (const [name, data] of pictures) {
        const file = await walk.getFileHandle(name, { create: true });
        const stream = await file.createWritable();
        await stream.write(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)));
        await stream.close();
      }
    },
    pictures.map(({ path, bytes }) => [path.replace('walk/', ''), bytes.toString('base64')]),
  );
  const library = new Library(site);
  await library.show();
  await site.get('bring-folder').locator('..').click();
  await site.get('offer').waitFor();
  return site;
}

test('a chosen folder is imported by its handle', async (t) => {
  const site = await choosing(t);
  await made(site);
  await details(site, 0);
  await isShown(site);
});

test('an interrupted import goes on without choosing the files again', async (t) => {
  // More than are made safe at once.
  const many = Array.from({ length: 700 }, (_, at) => ({
    path: `walk/small-${at}.png`,
    bytes: drawing(24, 16, (x, y) => [10 * x, 15 * y, at % 256]),
  }));
  const site = await choosing(t, many);
  const library = new Library(site);
  await library.start();
  await eventually(async () => assert.ok((await library.done()) >= 520), { timeout: 60_000 });
  await site.get('making-pause').click();
  await site.get('making').getByText('Resume').waitFor();
  await site.page.reload();
  await site.get('unfinished').waitFor();
  await site.get('continue-kept').click();
  await site.get('offer').waitFor();
  await made(site, many.length);
});

test('a gallery whose browser gives no handles offers no originals', async (t) => {
  const site = await here.page(t);
  await site.open(START);
  await site.ready();
  await new Library(site).bring(writeZip(folder, 'plain.zip', files));
  await made(site);
  await details(site, 0);
  assert.equal(await site.get('original').count(), 0);
});
