// A visitor's whole way with images of their own: drop a labelled zip, find what is labelled wrong, teach a task, close
// the browser, come back, and save what was selected.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { drop } from '../lib/drop.mjs';
import { browserPath, chromium } from '../lib/env.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, writeZip } from '../lib/own.mjs';
import { serve } from '../lib/server.mjs';
import { Site } from '../lib/site.mjs';
import { cells } from '../lib/table.mjs';
import { unzip } from '../lib/zip.mjs';

const COUNT = 60;
const SELECTED = 20;
const TASK = 'Round face';
const folder = mkdtempSync(join(tmpdir(), 'modulens-walk-'));
const faces = bundle('faces');
const all = Array.from({ length: COUNT }, (_, image) => image);
const name = (image) => `portrait ${String(image).padStart(3, '0')}.jpg`;
const smiles = (image) => faces.label(image, 'Smiling') === 'yes';
const album = (image) => ['summer', 'winter'][image % 2];
/** Three labels are wrong. */
const labelled = (image) => (image < 3 ? !smiles(image) : smiles(image));
let server;

before(async () => {
  server = await serve();
});
after(async () => {
  await server?.stop();
  // The browser may still be writing its last.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** A browser with a profile on disk, as a visitor's: what is kept outlives it. */
async function browser(t) {
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: browserPath(),
    args: ['--no-sandbox', '--disable-quic'],
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  await context.addInitScript(() => location.protocol !== 'about:' && localStorage.setItem('modulens.tour', 'seen'));
  t.after(() => context.close());
  return new Site(context.pages()[0] ?? (await context.newPage()), server.url);
}

const result = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"]`);
const shown = async (site) => (await site.order(COUNT)).toSorted((a, b) => a - b);

/** What the browser saves after an entry of the selection's menu. */
async function saved(site, entry) {
  await site.get('selection-save').locator('summary').click();
  const [download] = await Promise.all([site.page.waitForEvent('download'), site.get(entry).click()]);
  return readFileSync(await download.path());
}

test('a visitor’s images are labelled, corrected, taught, found again, and saved', async (t) => {
  const table = all.map((image) => `${name(image)},${labelled(image) ? 'yes' : 'no'},${album(image)}`);
  const zip = writeZip(folder, 'my portraits.zip', [
    ...all.map((image) => ({ path: name(image), bytes: readFileSync(faces.picture(image)) })),
    { path: 'labels.csv', bytes: Buffer.from(['file,Smiling,album', ...table].join('\n')) },
  ]);
  let site = await browser(t);
  await site.open('gallery=faces&all&backend=cpu');
  await site.ready();

  // Dropped, looked at, imported.
  await drop(site, zip);
  await site.get('offer').waitFor();
  assert.match(await site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
  const library = new Library(site);
  await library.start();
  assert.match(await library.ended(), /complete/);
  await site.get('making-dismiss').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT} pictures`)));

  // By a label of one's own.
  await site.get('label-album-winter').click();
  await eventually(async () => assert.deepEqual(await shown(site), all.filter((image) => album(image) === 'winter')));
  await site.get('clear-all').click();

  // Labels that the network doubts: the wrong ones are among them.
  await site.get('differs-Smiling').click();
  await eventually(async () => {
    const found = await shown(site);
    assert.ok(found.length > 0 && found.length < COUNT / 3, `${found}`);
    assert.ok([0, 1, 2].filter((image) => found.includes(image)).length >= 2, `${found}`);
  });
  await site.get('clear-all').click();
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT} pictures`)));

  // A task of one's own.
  await site.get('teach-new').click();
  await site.get('teach-name').fill(TASK);
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
  await result(site, 5).getByTestId('mark-yes').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '1 yes, 0 no'));
  await site.page.locator('[data-testid=result]').nth(6).getByTestId('mark-no').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '1 yes, 1 no'));
  await site.get('teach-done').click();
  const taught = /Learned from 1 yes, 1 no/;
  await eventually(async () => assert.match(await site.get(`taught-${TASK}`).innerText(), taught));
  const gallery = site.query().get('gallery');
  await site.page.context().close();

  // Another day.
  site = await browser(t);
  await site.open(new URLSearchParams({ gallery, all: '', backend: 'cpu' }).toString());
  await site.ready();
  await eventually(async () => assert.match(await site.get(`taught-${TASK}`).innerText(), taught));
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.match(await site.get('found').innerText(), /likely of/));
  const order = (await site.order(COUNT)).slice(0, SELECTED);
  assert.equal(order.length, SELECTED);
  await result(site, order[0]).hover();
  await result(site, order[0]).getByTestId('select').click();
  await result(site, order.at(-1)).locator('.tile__open').click({ modifiers: ['Shift'] });
  await eventually(async () => {
    assert.equal(await site.get('selection-count').innerText(), `${SELECTED} selected`);
  });

  const [header, ...rows] = cells(`${await saved(site, 'selection-csv')}`.replace(/^\uFEFF/, ''));
  const column = (words) => {
    const at = header.findIndex((cell) => words.test(cell));
    assert.ok(at >= 0, `${words} among ${header}`);
    return rows.map((row) => row[at]);
  };
  assert.equal(rows.length, SELECTED);
  assert.deepEqual(column(/^(name|image|file)$/i), order.map(name));
  assert.deepEqual(column(/album/), order.map(album));
  assert.ok(column(/^Smiling/).every((cell) => cell !== ''));
  assert.ok(header.some((cell) => cell.includes(TASK)), `${header}`);

  const images = unzip(await saved(site, 'selection-images'));
  assert.deepEqual(images.map(({ path }) => path).toSorted(), order.map(name).toSorted());
  for (const { bytes } of images) assert.equal(bytes.readUInt16BE(0), 0xffd8, 'a JPEG');
});
