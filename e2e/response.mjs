// Milliseconds from a press to the frame that shows new first rows, on the built site, by a visitor's ways of asking.
// The gallery is the drawn faces, repeated with noise on the features until there are as many images as wanted.
// Prints one JSON object.
//
//   cargo xtask build
//   node e2e/response.mjs [IMAGES] [ROUNDS] [REST]

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { browserPath, chromium, dist } from './lib/env.mjs';
import { serve } from './lib/server.mjs';
import { Site } from './lib/site.mjs';

const images = Number(process.argv[2] ?? 3200);
const rounds = Number(process.argv[3] ?? 9);
/** Milliseconds that the pointer is on a button before it is pressed; 0 as by a finger. */
const rest = Number(process.argv[4] ?? 150);

const folder = repeated(images);
const server = await serve({ folder });
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-quic'] });
try {
  const measured = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, millis] of await visit()) (measured[what] ??= []).push(Math.round(millis));
  }
  const rows = Object.entries(measured).map(([what, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { what, median: sorted[Math.floor(sorted.length / 2)], worst: sorted.at(-1), all };
  });
  const context = { browser: browser.version(), cores: cpus().length, images, rounds, rest };
  process.stdout.write(`${JSON.stringify({ context, rows })}\n`);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** One visit of the gallery: the ways of asking, each with its milliseconds. */
async function visit() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  context.setDefaultTimeout(120_000);
  await context.addInitScript(() => localStorage.setItem('modulens.tour', 'seen'));
  await context.addInitScript(watch);
  // The images beyond the first are the first again.
  await context.route(/\/pictures\/(\d+)\.jpg/, (route) => {
    const image = Number(route.request().url().match(/(\d+)\.jpg/)[1]);
    const name = `${String(image % 3200).padStart(6, '0')}.jpg`;
    return route.fulfill({ path: join(dist, 'galleries/faces/pictures', name), contentType: 'image/jpeg' });
  });
  const page = await context.newPage();
  const site = new Site(page, server.url);
  const times = [];
  const measure = async (what, act) => {
    await page.evaluate(() => window.response.start());
    await act();
    times.push([what, await page.evaluate(() => window.response.shown)]);
    await page.waitForTimeout(300);
  };
  // A hand comes to rest on a button before it presses.
  const press = async (button) => {
    await button.hover();
    await page.waitForTimeout(rest);
    await button.click({ noWaitAfter: true });
  };
  const lens = (task) => page.locator('label', { has: site.get(`lens-${task}`) });
  const pressed = (testid) => () => press(page.getByTestId(testid).first());
  try {
    await site.open('gallery=faces&backend=cpu');
    await site.ready();
    await measure('attribute, first time', pressed('value-Smiling-yes'));
    await measure('a second attribute, first time', pressed('value-Wearing_Hat-yes'));
    // All tasks are predicted once the visitor rests.
    await page.waitForTimeout(images > 10_000 ? 8000 : 1500);
    await measure('attribute taken away', pressed('value-Wearing_Hat-yes'));
    await measure('attribute, again', pressed('value-Eyeglasses-yes'));
    await site.get('mixer-toggle').click();
    await site.get('weight').first().focus();
    await measure('weight', () => page.keyboard.press('Home'));
    await site.get('mixer-toggle').click();
    await measure('example, overall', pressed('more-like'));
    await measure('lens, first time', () => press(lens('Smiling')));
    await measure('another lens', () => press(lens('No_Beard')));
    await measure('lens, again', () => press(lens('Smiling')));
    await measure('back', () => page.goBack());
    await site.get('result-tools').locator('summary').click();
    await measure('sorted by a prediction', () => site.get('sort').selectOption({ label: 'Bangs' }));
    await measure('sorted by file name', () => site.get('sort').selectOption({ label: 'File name' }));
    await measure('file names with a part', async () => {
      await site.get('name-filter').fill('77');
      await page.keyboard.press('Enter');
    });
    const marks = '3,1725,216,482,576/908,1113,1590';
    await site.open(`gallery=faces&backend=cpu&teach.Round+glasses=${marks}&want.Round+glasses=yes`);
    await site.ready();
    await site.get('teach-more-Round glasses').click();
    await page.waitForTimeout(images > 10_000 ? 8000 : 1500);
    await measure('a mark while teaching', () => press(page.locator('.tile .mark__yes').nth(20)));
    await measure('the next mark', () => press(page.locator('.tile .mark__no').nth(21)));
    return times;
  } finally {
    await context.close();
  }
}

/** Watches the first rows: `start` forgets, `shown` is a promise of the milliseconds from the next press to them. */
function watch() {
  const rows = () =>
    [...document.querySelectorAll('[data-testid=result]')]
      .slice(0, 12)
      .map(({ dataset }) => `${dataset.index} ${dataset.score}`)
      .join();
  const response = { shown: undefined };
  window.response = response;
  response.start = () => {
    const before = rows();
    let pressed;
    const press = (event) => (pressed ??= event.timeStamp);
    for (const name of ['click', 'keydown', 'change', 'popstate']) addEventListener(name, press, { capture: true, once: true });
    response.shown = new Promise((resolve) => {
      const look = () => {
        if (pressed === undefined || rows() === before) return requestAnimationFrame(look);
        // A message posted before the frame is drawn arrives after it.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - pressed);
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
  };
}

/** A copy of the site whose faces are repeated until there are `count` of them. */
function repeated(count) {
  const copy = mkdtempSync(join(tmpdir(), 'modulens-response-'));
  copyBut(['galleries'], dist, copy);
  mkdirSync(join(copy, 'galleries'));
  copyBut(['faces', 'index.json'], join(dist, 'galleries'), join(copy, 'galleries'));
  const [from, to] = [join(dist, 'galleries/faces'), join(copy, 'galleries/faces')];
  mkdirSync(to);
  const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'));
  const made = ['features.safetensors', 'ids.txt', 'labels.bin', 'pictures.idx'];
  copyBut([...made, 'manifest.json', 'pictures'], from, to);
  const { images: known } = manifest;
  const write = (name, bytes) => {
    writeFileSync(join(to, name), bytes);
    manifest.files[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  write('features.safetensors', features(readFileSync(join(from, 'features.safetensors')), count));
  write('ids.txt', Buffer.from(Array.from({ length: count }, (_, at) => `${String(at).padStart(6, '0')}.jpg\n`).join('')));
  write('labels.bin', repeat(readFileSync(join(from, 'labels.bin')), known, count));
  const index = readFileSync(join(from, 'pictures.idx'));
  const header = Buffer.from(index.subarray(0, 12));
  header.writeUInt32LE(count, 8);
  write('pictures.idx', Buffer.concat([header, repeat(index.subarray(12), known, count)]));
  manifest.images = count;
  writeFileSync(join(to, 'manifest.json'), JSON.stringify(manifest));
  const galleries = JSON.parse(readFileSync(join(dist, 'galleries/index.json'), 'utf8'));
  galleries.galleries.find(({ name }) => name === 'faces').images = count;
  writeFileSync(join(copy, 'galleries/index.json'), JSON.stringify(galleries));
  return copy;
}

/** Copies what a folder holds, but for some names. */
function copyBut(without, from, to) {
  for (const name of readdirSync(from)) {
    if (!without.includes(name)) cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

/** The rows of a table of `known` rows, repeated until there are `count`. */
function repeat(bytes, known, count) {
  const row = bytes.length / known;
  const all = Buffer.alloc(row * count);
  for (let at = 0; at < count; at += known) bytes.copy(all, at * row, 0, Math.min(known, count - at) * row);
  return all;
}

/** `f16` features `[N, C]`, repeated; the low bits of the repetitions are noise, so that no two rows are equal. */
function features(bytes, count) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const [[name, tensor]] = Object.entries(header).filter(([key]) => key !== '__metadata__');
  const [known, ...shape] = tensor.shape;
  const data = repeat(bytes.subarray(8 + length), known, count);
  const row = data.length / count;
  let state = 1;
  for (let at = known * row; at < data.length; at += 2) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (data[at] | data[at + 1]) data[at] ^= state >>> 27;
  }
  const text = JSON.stringify({ ...header, [name]: { ...tensor, shape: [count, ...shape], data_offsets: [0, data.length] } });
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, data]);
}
