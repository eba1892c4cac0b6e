// A visitor's own gallery: recognised, embedded, searched while it grows, kept, gone on with, renamed, deleted. Nothing
// leaves the origin (the world's own check, which sees every request of page and workers).

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 400;
// Pictures enough that an import is still under way when it is paused, and again when the page is reloaded: the CPU
// engine embeds 1,000 a second on a fast machine.
const LONG = 2000;
const BROKEN = 123;

const here = world();
const folder = scratch();
const small = writeZip(folder, 'celeba.zip', celeba(COUNT, { broken: [BROKEN] }));
const long = writeZip(folder, 'long.zip', celeba(LONG, { broken: [BROKEN] }));

/** A page that imports a file of pictures. */
async function made(t, file, options) {
  const site = await here.open(t, 'gallery=shoes&backend=cpu', options);
  const library = new Library(site);
  await library.bring(file);
  await library.start();
  return { site, library };
}

/** Counts the requests to rest that the engines get. */
function countRests() {
  window.rests = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function postMessage(message, ...more) {
    if (String(message[0]).includes('"rest":{')) window.rests += 1;
    return post.call(this, message, ...more);
  };
}

test('the engines rest after a key press while a gallery is made, and not while they are measured', async (t) => {
  const site = await here.page(t);
  await site.page.addInitScript(countRests);
  await site.open('gallery=shoes&backend=cpu');
  await site.ready();
  const library = new Library(site);
  await library.bring(small);
  await site.page.keyboard.press('Shift');
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second/), { timeout: 60_000 });
  assert.equal(await site.page.evaluate(() => window.rests), 0);
  await library.start();
  await eventually(async () => assert.ok((await library.done()) > 0), { timeout: 60_000 });
  await site.page.keyboard.press('Shift');
  assert.ok((await site.page.evaluate(() => window.rests)) > 0);
  assert.match(await library.ended(), /complete/);
});

test('a zip in the layout of CelebA becomes a gallery, and what was planned comes true', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  await library.bring(small);
  assert.match(await site.get('offer').innerText(), /CelebA/);
  assert.match(await site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
  assert.match(await site.get('offer-labels').innerText(), /20 columns; this network knows 20 of them/);
  assert.ok(await site.get('network-faces').isChecked(), 'the network that knows the labels, not the one shown');
  await eventually(async () => assert.match(await site.get('offer-time').innerText(), /per second/), { timeout: 60_000 });
  assert.match(await site.get('offer-space').innerText(), /about .* free/);
  assert.deepEqual(await site.violations(), []);

  const before = site.requests.length;
  await library.start();
  // It is searched while it grows.
  await eventually(async () => assert.ok((await site.results(5)).length > 0), { timeout: 60_000 });
  const early = await site.get('found').innerText();
  assert.match(await library.ended(), new RegExp(`complete: ${COUNT - 1} pictures.*1 could not be read`));
  t.diagnostic(`${early}, then ${await library.ended()}`);
  const asked = site.askedSince(before).filter((url) => /^https?:/.test(url));
  assert.ok(
    asked.every((url) => /\/(galleries\/faces\/[a-z]+\.(json|safetensors)|engine-cpu|store)/.test(url)),
    `only the site's own programs and network were fetched: ${asked.join(', ')}`,
  );
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT - 1} pictures`)));

  // By attribute: nearly all of the best are right by their labels.
  const faces = bundle('faces');
  await site.want('Eyeglasses', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0].score !== null));
  await eventually(async () => {
    const best = await site.order(20);
    const right = best.filter((image) => faces.label(image, 'Eyeglasses') === 'yes').length;
    assert.ok(right >= 18, `${right} of the best 20 wear glasses`);
    assert.ok(!best.includes(BROKEN));
  });
  // By example: a picture is most like itself.
  await site.page.locator('[data-testid=more-like]').first().click();
  await site.get('example-chip').waitFor();
  await eventually(async () => {
    const [first] = await site.results(1);
    assert.equal(`${first.index}`, site.query().get('like'));
  });
  await site.drawn();
  // What the labels say stands beside what the network says.
  await site.page.locator('[data-testid=result] button').first().click();
  await eventually(async () => assert.match(await site.get('detail').innerText(), /label (agrees|says)/));
});

test('a pause holds, a reload keeps what is done, and going on ends where an unbroken run does', async (t) => {
  const { site, library } = await made(t, long);
  await eventually(async () => assert.ok((await library.done()) >= 32), { timeout: 60_000 });
  await site.get('making-pause').click();
  await site.get('making').getByText('Resume').waitFor();
  // Meanwhile the same pictures become a gallery without a break, which takes far longer than what was on its way.
  const unbroken = await made(t, long);
  await unbroken.library.ended();
  const held = await library.done();
  assert.ok(held < LONG);
  await site.get('making-pause').click();
  await eventually(async () => assert.ok((await library.done()) > held), { timeout: 60_000 });

  await site.page.reload();
  await site.ready();
  const images = async () => Number((await site.get('found').innerText()).split(' ')[0].replaceAll(',', ''));
  const found = await images();
  assert.ok(found >= 1 && found < LONG - 1, `${found} pictures were kept`);
  assert.ok(site.query().get('gallery').startsWith('own-'), 'the address leads to it');

  await library.bring(long);
  assert.match(await site.get('offer').innerText(), /began to import these pictures/);
  assert.match(await site.get('offer-start').innerText(), /^Continue at picture \d+/);
  await library.start();
  assert.match(await library.ended(), /is complete/);
  await eventually(async () => assert.equal(await images(), LONG - 1));
  const scores = async () => {
    await site.open(`gallery=${site.query().get('gallery')}&want.Smiling=yes&backend=cpu`);
    await site.ready();
    await eventually(async () => assert.ok((await site.results(1))[0].score !== null));
    return site.results(30);
  };
  const resumed = await scores();

  await unbroken.site.get('making-dismiss').click();
  await unbroken.site.want('Smiling', 'yes');
  await eventually(async () => assert.deepEqual(await unbroken.site.results(30), resumed));
});

test('a tab that crashes loses at most its last batch', async (t) => {
  const { site, library } = await made(t, long, { expected: /the page crashed/ });
  await eventually(async () => assert.ok((await library.done()) >= 64), { timeout: 60_000 });
  const gallery = site.query().get('gallery');
  const context = site.page.context();
  const crash = await context.newCDPSession(site.page);
  const crashed = site.page.waitForEvent('crash');
  crash.send('Page.crash').catch(() => {});
  await crashed;

  site.page = await context.newPage();
  await site.open(`gallery=${gallery}&backend=cpu`);
  await library.bring(long);
  const words = await site.get('offer').innerText();
  assert.match(words, /began to import these pictures/);
  await library.start();
  assert.match(await library.ended(), /is complete/);
});

test('two tabs do not get into each other\'s way', async (t) => {
  const { site, library } = await made(t, long);
  await eventually(async () => assert.ok((await library.done()) >= 32), { timeout: 60_000 });
  await site.get('making-pause').click();
  const first = site.page;
  const gallery = site.query().get('gallery');

  // A second tab can look at it, but neither change nor delete it.
  site.page = await first.context().newPage();
  const second = new Library(site);
  await site.open('gallery=shoes&backend=cpu');
  await site.ready();
  await second.bring(long);
  await site.page.locator('[data-testid=offer-start]:not([disabled])').click({ timeout: 60_000 });
  await eventually(async () => assert.match(await site.get('making-ended').innerText(), /another tab/));
  await second.show();
  await site.get('library-delete').click();
  await site.get('library-delete-sure').click();
  await eventually(async () => assert.match(await site.get('library').innerText(), /another tab/));
  await site.page.close();

  site.page = first;
  assert.equal(site.query().get('gallery'), gallery);
  await site.get('making-pause').click();
  assert.match(await library.ended(), /is complete/);
});

test('a full disk makes it wait, and room makes it go on', async (t) => {
  const { site, library } = await made(t, long);
  const { page } = site;
  const origin = new URL(page.url()).origin;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 200_000 });
  await site.get('making').getByRole('alert').waitFor({ timeout: 60_000 });
  assert.match(await site.get('making').innerText(), /disk space/);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await site.get('making-pause').click();
  assert.match(await library.ended(), /is complete/);
});

test('too little room is said before anything starts', async (t) => {
  const site = await here.page(t);
  // What a browser reports is not what it grants in the end; here it reports next to nothing.
  await site.page.context().route('**/store_loader.js', async (route) => {
    const response = await route.fetch();
    const poor = 'StorageManager.prototype.estimate = async () => ({ usage: 0, quota: 500_000 });';
    await route.fulfill({ response, body: poor + (await response.text()) });
  });
  await site.open('gallery=faces&backend=cpu');
  await site.ready();
  await new Library(site).bring(small);
  await eventually(async () => assert.match(await site.get('offer').innerText(), /not enough space/), { timeout: 60_000 });
  assert.ok(await site.get('offer-start').isDisabled());
});

test('a gallery left the header with the first look at another, and long names ran out of the page', async (t) => {
  const { site, library } = await made(t, small);
  await library.ended();
  const shows = (gallery) =>
    site.page.waitForFunction(
      (gallery) => document.querySelector('[data-testid=result] img')?.src.includes(gallery),
      gallery,
    );
  await site.choose('gallery-faces');
  await shows('/galleries/faces/');
  assert.ok(!(await site.get('gallery-own').isChecked()));
  assert.match(await site.get('gallery-chooser').innerText(), new RegExp(`celeba\\s+${COUNT}`));
  await site.choose('gallery-own');
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT - 1} pictures`)));
  assert.ok(await site.get('gallery-own').isChecked());

  // Also after a reload, from the list of what is kept.
  await site.choose('gallery-faces');
  await shows('/galleries/faces/');
  await site.page.reload();
  await site.get('gallery-own').waitFor({ state: 'attached' });
  // Two galleries of one name are told apart by when they were begun.
  await library.show();
  const entry = site.get('library-entry');
  const facts = new RegExp(`${COUNT} pictures · network: Drawn faces · .* · .*\\d:\\d\\d:\\d\\d.* · complete`);
  await eventually(async () => assert.match(await entry.innerText(), facts));
  await entry.getByRole('button', { name: 'Rename' }).click();
  await entry.getByRole('textbox').fill('W'.repeat(80));
  await entry.getByRole('button', { name: 'Rename' }).click();
  await entry.getByText('WWWW').waitFor();
  for (const [width, height] of [
    [1440, 900],
    [360, 740],
  ]) {
    await site.page.setViewportSize({ width, height });
    await eventually(async () => {
      const beyond = await site.page.evaluate(() => {
        const content = document.querySelector('dialog[open] .dialog__content');
        const { scrollWidth } = document.documentElement;
        return [content.scrollWidth - content.clientWidth, Math.max(0, scrollWidth - window.innerWidth)];
      });
      assert.deepEqual(beyond, [0, 0], `at ${width} px`);
    });
  }
  assert.deepEqual(await site.violations(), []);
});

test('galleries are renamed, opened and deleted', async (t) => {
  const { site, library } = await made(t, small);
  await library.ended();
  const gallery = site.query().get('gallery');
  await site.choose('gallery-faces');
  await site.page.waitForFunction(() => document.querySelector('[data-testid=result] img')?.src.includes('/galleries/faces/'));
  await library.show();
  const entry = site.get('library-entry');
  assert.match(await entry.innerText(), new RegExp(`celeba[^]*${COUNT} pictures`));
  await entry.getByRole('button', { name: 'Rename' }).click();
  await entry.getByRole('textbox').fill('My faces');
  await entry.getByRole('button', { name: 'Rename' }).click();
  await entry.getByText('My faces').waitFor();
  assert.deepEqual(await site.violations(), []);

  await site.page.reload();
  await site.ready();
  // The library is open as before.
  await entry.getByText('My faces').waitFor();
  const start = performance.now();
  await site.get('library-open').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT - 1} pictures`)));
  figure(t, 'a kept gallery opened', { pictures: COUNT, millis: Math.round(performance.now() - start) });
  assert.equal(site.query().get('gallery'), gallery);
  assert.match(await site.page.title(), /My faces/);

  await library.show();
  await site.get('library-delete').click();
  await site.get('library-delete-sure').click();
  await eventually(async () => assert.equal(await entry.count(), 0));
  await library.close();
  assert.equal(site.query().get('gallery'), 'faces');
  const left = await site.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names = [];
    for await (const name of (await root.getDirectoryHandle('galleries')).keys()) names.push(name);
    return names;
  });
  assert.deepEqual(left, []);
});

test('"Like this" on an own gallery was lost by a reload, a link and going back', async (t) => {
  const { site, library } = await made(t, small);
  await library.ended();
  const gallery = site.query().get('gallery');
  await site.want('Eyeglasses', 'yes');
  await eventually(async () => assert.equal(site.query().get('want.Eyeglasses'), 'yes'));
  const attribute = await site.results();
  const example = attribute[7].index;
  await site.page.locator('.tile__open').first().click();
  await site.page.goto(`${site.url}?gallery=${gallery}&want.Eyeglasses=yes&like=${example}&lens=Smiling`);
  await site.ready();
  const kept = await site.results();
  assert.equal(await site.page.getByRole('heading', { level: 1 }).innerText(), 'Alike in smiling: eyeglasses');
  assert.notDeepEqual(kept, attribute);
  const same = () => eventually(async () => assert.deepEqual(await site.results(), kept));
  await site.page.reload();
  await site.ready();
  await same();
  await site.choose('gallery-faces');
  await site.page.waitForFunction(() => document.querySelector('[data-testid=result] img')?.src.includes('/galleries/faces/'));
  await site.page.goBack();
  await same();
});

test('a gallery of another browser, and one deleted in another tab, said what the store said', async (t) => {
  const elsewhere = await here.page(t);
  await elsewhere.open('gallery=own-19a3f');
  const error = elsewhere.get('error');
  await error.waitFor();
  assert.match(await error.innerText(), /not in this browser/);
  assert.equal(await error.getByRole('button', { name: 'Try again' }).count(), 0);
  await error.getByRole('button', { name: 'Your galleries' }).click();
  await elsewhere.get('library').getByRole('heading').first().waitFor();
  await elsewhere.page.keyboard.press('Escape');
  await error.getByRole('button', { name: 'Show Drawn faces' }).click();
  await elsewhere.ready();

  const { site, library } = await made(t, small);
  await library.ended();
  const first = site.page;
  site.page = await first.context().newPage();
  await site.open('gallery=shoes');
  await site.ready();
  await new Library(site).show();
  await site.get('library-delete').click();
  await site.get('library-delete-sure').click();
  await eventually(async () => assert.equal(await site.get('library-entry').count(), 0));
  await site.page.close();
  site.page = first;
  await site.page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await eventually(async () => assert.match(await site.get('error').innerText(), /has been deleted/));
});

test('a gallery is exported, deleted, and brought back without being embedded again', async (t) => {
  const { site, library } = await made(t, small);
  await library.ended();
  await site.get('making-dismiss').click();
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0]?.score > 0));
  const before = await site.results(30);
  await library.show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const saved = join(folder, 'celeba.modulens.zip');
  const download = await saving;
  assert.equal(download.suggestedFilename(), 'celeba.modulens.zip');
  await download.saveAs(saved);
  await site.get('library-delete').click();
  await site.get('library-delete-sure').click();
  await eventually(async () => assert.equal(await site.get('library-entry').count(), 0));

  await site.get('bring-files').setInputFiles(saved);
  await site.get('restore').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT - 1} pictures`)));
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.deepEqual(await site.results(30), before));
  await site.drawn();

  // One that was cut off is refused, and leaves nothing behind.
  const cut = join(folder, 'cut.modulens.zip');
  writeFileSync(cut, readFileSync(saved).subarray(0, 300_000));
  await library.show();
  await site.get('bring-files').setInputFiles(cut);
  await eventually(async () => assert.match(await site.get('offer-refused').innerText(), /damaged|cut off/));
  assert.equal(await site.get('library-entry').count(), 1);
});

test('pictures of one\'s own, and files that are no gallery', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const library = new Library(site);
  const faces = bundle('faces');
  await library.bring(...[1, 2, 3, 4, 5].map((image) => faces.picture(image)));
  assert.match(await site.get('offer-images').innerText(), /^5, /);
  assert.match(await site.get('offer-labels').innerText(), /none/);
  await library.start();
  assert.match(await library.ended(), /complete: 5 pictures/);

  await library.show();
  await site.get('bring-files').setInputFiles({ name: 'notes.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') });
  await eventually(async () => assert.match(await site.get('offer-refused').innerText(), /notes\.zip.*(zip|end)/s));
});
