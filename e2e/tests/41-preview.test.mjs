// Larger previews of the visitor's own images: kept with the gallery, shown in the details, enlarged, exported, limited.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { Library, scratch, writeZip } from '../lib/own.mjs';
import { drawing } from '../lib/png.mjs';
import { world } from '../lib/world.mjs';
import { unzip } from '../lib/zip.mjs';

const here = world();
const folder = scratch();
const PHONE = { width: 390, height: 844 };
const START = 'gallery=shoes&backend=cpu';

/** The sides of an image's preview: another height for each, so that one image is not taken for the next. */
const previewSides = (at) => [512, 360 - 8 * at];
const THUMBNAIL = [128, 128];

/** Landscapes, twice as large as their previews: a sky, hills, and a sun that is elsewhere in each. */
function landscape(at) {
  const hill = (x) => 380 + 60 * Math.sin(x / 90 + at) + 30 * Math.sin(x / 31);
  const [width, height] = previewSides(at);
  return drawing(2 * width, 2 * height, (x, y) => {
    if ((x - 120 - 90 * at) ** 2 + (y - 120) ** 2 < 3600) return [250, 210, 90];
    return y > hill(x) ? [50 + (x % 40), 120 + 10 * at, 60] : [130 + y / 6, 170 + y / 8, 235];
  });
}

const COUNT = 6;
const files = Array.from({ length: COUNT }, (_, at) => ({ path: `album/view-${at}.png`, bytes: landscape(at) }));
const album = writeZip(folder, 'album.zip', files);

/** Imports the album; `before` is called with the plan. */
async function made(t, { before = async () => {}, ...options } = {}) {
  const site = await here.page(t, options);
  if (options.most) await site.page.addInitScript(allow, options.most);
  await site.open(START);
  await site.ready();
  const library = new Library(site);
  await library.bring(album);
  await before(site, library);
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT} pictures`)));
  return { site, library };
}

/** Lets previews take so many bytes; runs in the page. */
function allow(bytes) {
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function postMessage(message, ...more) {
    if (String(message[0]).includes('"begin"')) {
      const text = message[0].replace(/"previews":\d+/, `"previews":${bytes}`);
      return post.call(this, [text, ...message.slice(1)], ...more);
    }
    return post.call(this, message, ...more);
  };
}

const opener = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"] .tile__open`);
const picture = (site) => site.get('enlarge').locator('img');
const enlarged = (site) => site.get('zoom').locator('img');
const sides = (image) => image.evaluate((it) => [it.naturalWidth, it.naturalHeight]);
const drawnAs = (image, expected) => eventually(async () => assert.deepEqual(await sides(image), expected));

async function details(site, image) {
  await opener(site, image).click();
  await picture(site).waitFor();
}

/** The image that is open once it is another one. */
async function openedAfter(site, before) {
  await eventually(() => assert.notEqual(site.query().get('open'), `${before}`));
  return Number(site.query().get('open'));
}

async function select(site, ...images) {
  for (const image of images) {
    const tile = site.page.locator(`[data-testid=result][data-index="${image}"]`);
    await tile.hover();
    await tile.getByTestId('select').click();
  }
}

/** The sides of the images that an entry of the open menu saves, by the numbers in their names. */
async function saved(site, entry) {
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get(entry).click()]);
  const zip = unzip(readFileSync(await download.path()));
  const found = await site.page.evaluate(async (images) => {
    const sides = async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      return [image.width, image.height];
    };
    return Promise.all(images.map(sides));
  }, zip.map((file) => file.bytes.toString('base64')));
  return Object.fromEntries(zip.map(({ path }, at) => [path.match(/view-(\d)\.jpg$/)[1], found[at]]));
}

/** The scale of the enlarged image, and its corner. */
async function place(site) {
  await eventually(async () => assert.ok(await enlarged(site).isVisible()));
  return enlarged(site).evaluate((it) => {
    const { a, e, f } = new DOMMatrix(getComputedStyle(it).transform);
    return { scale: a, x: e, y: f };
  });
}

test('details show the whole image, also after a reload, and after an export, a deletion and an import', async (t) => {
  const { site, library } = await made(t, {
    before: async (site, library) => {
      await library.tried();
      assert.match(
        await site.get('offer-previews-hint').innerText(),
        /^Each picture whole, at most 512 pixels wide and high, for the details: about [\d.]+ [kM]B\.$/,
      );
      assert.deepEqual(await site.violations(), []);
    },
  });
  await details(site, 2);
  await drawnAs(picture(site), previewSides(2));
  const [box, image] = [await site.get('enlarge').boundingBox(), await picture(site).boundingBox()];
  assert.ok(Math.abs(box.width - box.height) < 1 && Math.abs(image.height - box.height) < 1, 'its room is a square');
  await site.page.keyboard.press('ArrowRight');
  const next = await openedAfter(site, 2);
  await drawnAs(picture(site), previewSides(next));

  await site.page.reload();
  await drawnAs(picture(site), previewSides(next));
  await site.page.keyboard.press('Escape');

  await library.show();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get('library-export').click()]);
  const saved = join(folder, 'saved.modulens.zip');
  await download.saveAs(saved);
  await site.get('library-delete').click();
  await site.get('library-delete-sure').click();
  await site.get('library-entry').waitFor({ state: 'detached' });
  await site.get('bring-files').setInputFiles(saved);
  await site.get('restore').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT} pictures`)));
  await details(site, 4);
  await drawnAs(picture(site), previewSides(4));
});

test('the preview comes in place of the thumbnail without a shift', async (t) => {
  const { site } = await made(t);
  await site.page.evaluate(() => {
    window.shifts = [];
    const watch = new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((it) => it.value)));
    watch.observe({ type: 'layout-shift' });
  });
  await details(site, 1);
  await drawnAs(picture(site), previewSides(1));
  await site.get('detail').locator('.task-row').first().waitFor();
  const shifts = await site.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(window.shifts))));
  assert.ok(shifts.every((it) => it < 0.01), `${shifts}`);
});

test('without the switch no previews are kept', async (t) => {
  const { site } = await made(t, { before: (site) => site.get('offer-previews').uncheck() });
  await select(site, 0, COUNT - 1);
  await site.get('selection-save').locator('summary').click();
  assert.equal(await site.get('selection-previews').isVisible(), false);
  assert.deepEqual(await saved(site, 'selection-images'), { 0: THUMBNAIL, [COUNT - 1]: THUMBNAIL });
});

test('previews stop where their space is full, and the list says so', async (t) => {
  const { site, library } = await made(t, { most: 40_000 });
  await library.show();
  const words = await site.get('entry-previews').innerText();
  const [, count] = words.match(/^Larger previews of (\d) of 6 pictures: there was no room for more$/);
  assert.ok(Number(count) > 0 && Number(count) < COUNT, words);
  await library.close();
  await details(site, 0);
  await drawnAs(picture(site), previewSides(0));
  await site.page.keyboard.press('Escape');
  await select(site, ...files.keys());
  await site.get('selection-save').locator('summary').click();
  const expected = [...files.keys()].map((at) => [at, at < Number(count) ? previewSides(at) : THUMBNAIL]);
  assert.deepEqual(await saved(site, 'selection-previews'), Object.fromEntries(expected));
});

test('selected images are saved as previews', async (t) => {
  const { site } = await made(t);
  await select(site, 3);
  await site.get('selection-save').locator('summary').click();
  assert.equal(await site.get('selection-images').isVisible(), false);
  assert.match(await site.get('selection-previews').innerText(), /512 pixels/);
  assert.deepEqual(await saved(site, 'selection-previews'), { 3: previewSides(3) });
});

test('an image is enlarged, zoomed by keys, moved, and left by Escape', async (t) => {
  const { site } = await made(t);
  const { keyboard } = site.page;
  await details(site, 2);
  await drawnAs(picture(site), previewSides(2));
  await keyboard.press('z');
  await drawnAs(enlarged(site), previewSides(2));
  const whole = await place(site);
  const [width, height] = previewSides(2);
  assert.ok(Math.abs(whole.scale - Math.min(1440 / width, 900 / height)) < 0.01, `${whole.scale}`);
  await keyboard.press('+');
  await eventually(async () => assert.ok((await place(site)).scale > whole.scale * 1.3));
  const larger = await place(site);
  await keyboard.press('ArrowRight');
  await eventually(async () => assert.equal(Math.round((await place(site)).x - larger.x), -80));
  assert.equal(site.query().get('open'), '2', 'the arrow moved the image');
  await keyboard.press('-');
  await keyboard.press('+');
  await keyboard.press('0');
  await eventually(async () => assert.deepEqual(await place(site), whole));
  assert.ok(await site.get('zoom-out').isDisabled());
  // The place under the pointer stays.
  await site.page.mouse.move(500, 400);
  await site.page.mouse.wheel(0, -200);
  await eventually(async () => assert.ok((await place(site)).scale > whole.scale * 1.2));
  const rolled = await place(site);
  const under = ({ scale, x, y }) => [Math.round((500 - x) / scale), Math.round((400 - y) / scale)];
  assert.deepEqual(under(rolled), under(whole));
  await site.page.mouse.down();
  await site.page.mouse.move(480, 390, { steps: 3 });
  await site.page.mouse.up();
  await eventually(async () => assert.equal(Math.round((await place(site)).x - rolled.x), -20));
  await site.page.mouse.dblclick(700, 450);
  await eventually(async () => assert.deepEqual(await place(site), whole));
  // Where all of it is seen, arrows go to the next result.
  await keyboard.press('ArrowRight');
  const next = await openedAfter(site, 2);
  await drawnAs(enlarged(site), previewSides(next));
  await keyboard.press('Escape');
  await site.get('zoom').waitFor({ state: 'detached' });
  assert.ok(await site.get('detail').isVisible());
  // The image itself is a button.
  await site.get('enlarge').focus();
  await keyboard.press('Enter');
  await site.get('zoom').waitFor();
  await keyboard.press('z');
  await site.get('zoom').waitFor({ state: 'detached' });
  await keyboard.press('Escape');
  await site.get('detail').waitFor({ state: 'hidden' });
});

test('an image of the site is enlarged up to four times', async (t) => {
  const site = await here.open(t, 'gallery=shoes&open=3');
  await site.get('enlarge').click();
  assert.equal((await place(site)).scale, 4);
  assert.ok(await site.get('zoom-in').isDisabled());
});

for (const dark of [false, true]) {
  test(`axe finds nothing in details with a preview and enlarged, ${dark ? 'dark, on a phone' : 'light'}`, async (t) => {
    const { site } = await made(t, { dark, ...(dark ? PHONE : {}) });
    await details(site, 2);
    await drawnAs(picture(site), previewSides(2));
    await site.get('detail').locator('.task-row').first().waitFor();
    assert.deepEqual(await site.violations(), []);
    await site.get('enlarge').click();
    await drawnAs(enlarged(site), previewSides(2));
    assert.deepEqual(await site.violations(), []);
    assert.deepEqual(await site.smallTargets('[data-testid=enlarged] button'), []);
  });
}
