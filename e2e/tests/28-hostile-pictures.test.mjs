// Pictures and galleries that nobody would make on purpose, or somebody would: an import goes on without them.

import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library, scratch } from '../lib/own.mjs';
import { png } from '../lib/png.mjs';
import { world } from '../lib/world.mjs';
import { crc32, unzip, zip } from '../lib/zip.mjs';

const here = world();
const folder = scratch();
const shoes = (count) => Array.from({ length: count }, (_, image) => bundle('shoes').picture(image));

function written(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('a long screenshot among 41 pictures is embedded, and one that is longer still is left out', async (t) => {
  // The shoes' network pads pictures: a square around 1080 x 27000 took 2 GB.
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  const long = written('screenshot.png', png(1080, 27_000));
  const line = written('line.png', png(70_000, 1, { grey: true }));
  await library.bring(...shoes(40), long, line);
  assert.ok(await site.get('network-shoes').isChecked(), 'the network that pads');
  await library.start();
  const words = await library.ended();
  assert.match(words, /complete: 41 pictures.*1 could not be read.*70000 pixels long, more than 65535/);
});

test('a picture that breaks every engine costs itself only', async (t) => {
  const expected = /this picture breaks the engine/;
  const site = await here.page(t, { expected });
  const culprit = written('culprit.png', png(31, 37));
  const { length } = readFileSync(culprit);
  await site.page.context().route('**/engine-cpu_loader.js', async (route) => {
    const response = await route.fetch();
    // The engine gets its files from the store, by a port.
    const trap = `
      const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
      Object.defineProperty(MessagePort.prototype, 'onmessage', {
        set(listener) {
          set.call(this, (event) => {
            const [, ...parts] = event.data ?? [];
            if (!parts.some((part) => part.byteLength === ${length})) return listener.call(this, event);
            setTimeout(() => { throw new Error('this picture breaks the engine'); });
          });
        },
      });
    `;
    await route.fulfill({ response, body: `${trap};${await response.text()}` });
  });
  await site.open('gallery=shoes&backend=cpu');
  await site.ready();
  const library = new Library(site);
  await library.bring(...shoes(40), culprit);
  await library.start();
  const words = await library.ended(240_000);
  assert.match(words, /complete: 40 pictures.*1 could not be read.*it breaks the engine/);
});

/** Counts the bytes of files of one size that are on their way to the engines, and remembers the most. */
function countBytes(size) {
  Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 8 });
  window.flight = { now: 0, most: 0, largest: 0 };
  const { flight } = window;
  const sizes = new Map();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function postMessage(message, ...more) {
    const [text] = message;
    if (String(text).includes('"release"')) {
      const { loan } = JSON.parse(text).request.release;
      flight.now -= sizes.get(loan) ?? 0;
      sizes.delete(loan);
    }
    return post.call(this, message, ...more);
  };
  // The page hears of what the store lends, and never sees the files: all that comes in is smaller.
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
  Object.defineProperty(Worker.prototype, 'onmessage', {
    set(listener) {
      set.call(this, (event) => {
        const [text, ...parts] = event.data;
        const lent = String(text).includes('"lent"') ? JSON.parse(text).kind.reply?.lent : undefined;
        if (parts.some((part) => part.byteLength > 2 ** 20)) window.seen = true;
        if (lent && window.making) {
          const bytes = lent.images.length * size;
          sizes.set(lent.loan, bytes);
          flight.now += bytes;
          flight.most = Math.max(flight.most, flight.now);
          flight.largest = Math.max(flight.largest, bytes);
        }
        listener.call(this, event);
      });
    },
  });
}

test('large files are on their way by their bytes, not by their number', async (t) => {
  const site = await here.page(t);
  const COUNT = 40;
  const large = Array.from({ length: COUNT }, (_, at) => written(`${at}.png`, png(1750, 1750, { noise: true })));
  await site.page.addInitScript(countBytes, Math.max(...large.map((path) => statSync(path).size)));
  await site.open('gallery=shoes&backend=cpu');
  await site.ready();
  const library = new Library(site);
  await library.bring(...large);
  const start = site.page.locator('[data-testid=offer-start]:not([disabled])');
  await start.waitFor({ timeout: 120_000 });
  await site.page.evaluate(() => (window.making = true));
  await library.start();
  assert.match(await library.ended(240_000), new RegExp(`complete: ${COUNT} pictures`));
  const flight = await site.page.evaluate(() => window.flight);
  figure(t, 'files of 9 MB on their way to 8 engines', { 'most MiB': Math.round(flight.most / 2 ** 20) });
  assert.equal(flight.now, 0);
  assert.ok(!(await site.page.evaluate(() => window.seen)), 'no file passed through the page');
  assert.ok(flight.most > 3 * flight.largest, 'several at once');
  assert.ok(flight.most <= 96 * 2 ** 20, `${flight.most} bytes at once`);
});

/** The same gallery with another text in the first line of its journal, checksums put right. */
function forged(saved, change) {
  const files = unzip(readFileSync(saved)).map((file) => {
    if (file.path !== 'journal') return file;
    const [first, ...rest] = `${file.bytes}`.split('\n');
    const header = Buffer.from(change(first.slice(9)));
    const line = `${crc32(header).toString(16).padStart(8, '0')} ${header}`;
    return { ...file, bytes: Buffer.from([line, ...rest].join('\n')) };
  });
  return zip(files);
}

async function exported(site, library, name) {
  await library.bring(...shoes(5));
  await library.start();
  await library.ended();
  await site.get('making-dismiss').click();
  await library.show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const path = join(folder, name);
  await (await saving).saveAs(path);
  return path;
}

test('an imported gallery cannot name a network that is none of this site\'s', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  const saved = await exported(site, library, 'shoes.modulens.zip');
  const path = '../elsewhere';
  const other = forged(saved, (header) => header.replace('"network":"shoes"', `"network":"${path}"`));
  assert.ok(other.includes(path));
  const before = site.requests.length;
  await site.get('bring-files').setInputFiles(written('other.modulens.zip', other));
  await site.get('restore').click();
  await eventually(async () => assert.match(await site.get('error').innerText(), /elsewhere.*this site does not have/));
  assert.ok(
    site.requests.slice(before).every((url) => !url.includes('elsewhere')),
    'nothing was fetched from there',
  );
});

test('damaged labels of an own gallery are said to be damaged', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  const saved = await exported(site, library, 'labels.modulens.zip');
  const files = unzip(readFileSync(saved)).map((file) =>
    file.path === 'labels' ? { ...file, bytes: Buffer.alloc(file.bytes.length, 200) } : file,
  );
  await site.get('bring-files').setInputFiles(written('damaged.modulens.zip', zip(files)));
  await site.get('restore').click();
  await eventually(async () => assert.match(await site.get('notice').innerText(), /labels.*damaged/));
  assert.equal((await site.results(5)).length, 5, 'it is searched all the same');
});

test('a link that asks for too much shows results, and says so', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  // No server takes an address of 1.3 MB; the browser's history does.
  await site.page.evaluate(() => {
    const likes = Array.from({ length: 120_000 }, (_, at) => `like=${at % 3000}`).join('&');
    history.replaceState(null, '', `?gallery=faces&${likes}`);
    window.dispatchEvent(new PopStateEvent('popstate', { state: null }));
  });
  await eventually(async () => assert.match(await site.get('notice').innerText(), /the rest is left out/));
  await eventually(async () => assert.ok((await site.results(1))[0].score !== null), { timeout: 60_000 });
  await site.get('notice-close').click();
  assert.equal(await site.get('notice').count(), 0);
});
