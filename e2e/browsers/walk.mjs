// Walks through the built site in Firefox and WebKitGTK, as far as they are on this machine, and prints one JSON
// object. `cargo xtask browsers` prepares everything and starts it; MODULENS_BROWSERS_MODULES names the packages.
//
// The tests of the site are Chromium's (e2e/tests). This asks of other engines whether what they do otherwise is in the
// way: does every part of the site work at all.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { celeba, writeZip } from '../lib/own.mjs';
import { serve } from '../lib/server.mjs';
import { firefox } from './firefox.mjs';
import { webkit } from './webkit.mjs';

const COUNT = 120;
const folder = mkdtempSync(join(tmpdir(), 'modulens-browsers-'));
const zip = writeZip(folder, 'celeba.zip', celeba(COUNT));
const picture = join(folder, 'picture.jpg');
writeFileSync(picture, celeba(1)[0].bytes);

const id = (name) => `[data-testid="${name}"]`;
const text = (browser, selector) =>
  browser.run((selector) => document.querySelector(selector)?.innerText ?? '', selector);
const texts = (browser, selector) =>
  browser.run((selector) => [...document.querySelectorAll(selector)].map((element) => element.innerText), selector);
const order = (browser) =>
  browser.run(() => [...document.querySelectorAll('[data-testid=result]')].slice(0, 10).map((tile) => tile.dataset.index).join());

/** Whether at least so many addresses with these words in them are kept for use without a connection. */
async function kept(words, least) {
  if (!navigator.serviceWorker?.controller) return false;
  // Listing thousands of them without a pause leaves Firefox no time to keep more.
  await new Promise((done) => setTimeout(done, 2000));
  let found = 0;
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    found += requests.filter(({ url }) => url.includes(words)).length;
  }
  return found >= least;
}

/** Waits until something is so, and returns what it is. */
function until(what, look, { timeout = 60_000 } = {}) {
  const check = async () => {
    const value = await look();
    if (!value) throw new Error(`not seen in ${timeout / 1000} s: ${what}`);
    return value;
  };
  return eventually(check, { timeout });
}

/** What is done, one thing after the other; what a step returns is said in the report. */
const STEPS = {
  'the first results': async (browser, url) => {
    await browser.open(`${url}?gallery=shoes`);
    await browser.seen(id('result'));
  },
  'words become a question': async (browser) => {
    const before = await order(browser);
    await browser.click(id('ask'));
    await browser.type('no boots\n');
    await until('another order', async () => (await order(browser)) !== before);
    await until('the chip', async () => /Boots/.test(await text(browser, id('chips'))));
  },
  'another lens, another order': async (browser, url) => {
    await browser.open(`${url}?gallery=shoes&like=3&lens=Category`);
    await browser.seen(id('result'));
    const before = await order(browser);
    await browser.click(`label:has(${id('lens-HeelHeight')})`);
    await until('another order', async () => (await order(browser)) !== before);
  },
  'tasks side by side': async (browser) => {
    await browser.click(`label:has(${id('view-rows')})`);
    await browser.seen(`${id('beside-rows')} .tile__open`);
  },
  'a picture in detail, judged under every task': async (browser, url) => {
    await browser.open(`${url}?gallery=faces&open=5`);
    await until('all probabilities', async () => {
      const said = await texts(browser, `${id('detail')} .task-row__probability`);
      return said.length > 10 && said.every((words) => words.includes('%'));
    });
  },
  'how the tasks relate': async (browser, url) => {
    await browser.open(`${url}?gallery=faces&show=relations`);
    await browser.seen(id('map-Smiling'));
  },
  'the model card': async (browser, url) => {
    await browser.open(`${url}?gallery=faces&show=model-card`);
    await browser.seen(`${id('model-card')} table`);
  },
  'a picture of one’s own is the question': async (browser, url) => {
    await browser.open(`${url}?gallery=faces&all&backend=cpu`);
    await browser.seen(id('result'));
    await browser.upload(id('own-picture-input'), picture);
    await browser.seen(`${id('chips')} img`);
    await until('results like it', async () => /by likeness/.test(await text(browser, id('found'))));
  },
  'the gallery embedded here gives the shipped results': async (browser) => {
    await browser.click(id('embed-gallery'));
    const said = await until(
      'the end of embedding',
      async () => /per second/.test(await text(browser, id('embed-result'))) && text(browser, id('embed-result')),
      { timeout: 300_000 },
    );
    const equal = await until('the comparison', async () => (await texts(browser, '.figures dd')).at(-1));
    if (Number.parseFloat(equal) < 99) throw new Error(`only ${equal} of the best ten are the same`);
    return said;
  },
  'a zip becomes a gallery of one’s own, kept': async (browser, url) => {
    await browser.open(`${url}?gallery=faces&backend=cpu&show=library`);
    await browser.upload(id('bring-files'), zip);
    await until('a plan, or why not', async () => {
      return browser.run(() =>
        Boolean(document.querySelector('[data-testid=offer-start]:not([disabled]), [data-testid=offer-refused]')),
      );
    });
    const refused = await text(browser, `${id('offer-refused')} p`);
    if (refused) return `refused: ${refused}`;
    await browser.click(id('offer-start'));
    const said = await until('its end', () => text(browser, id('making-ended')));
    if (!said.includes(`complete: ${COUNT} pictures`)) throw new Error(said);
    await browser.reload();
    await until('it, after a reload', async () => (await text(browser, id('found'))).startsWith(`${COUNT} pictures`));
    return undefined;
  },
  'all of it without a connection': async (browser, url, server) => {
    await browser.open(`${url}?gallery=shoes`);
    await browser.seen(id('result'));
    await until('all pictures kept', () => browser.run(kept, '/galleries/shoes/pictures/', bundle('shoes').manifest.images), { timeout: 180_000 });
    await server.stop();
    await browser.reload();
    await browser.seen(id('result'));
    await until('pictures', () =>
      browser.run(() => document.querySelector('[data-testid=result] img')?.naturalWidth > 0),
    );
  },
};

async function walk(browser) {
  // A server of its own: the last step ends it.
  const server = await serve();
  const steps = [];
  try {
    for (const [name, step] of Object.entries(STEPS)) {
      const begin = performance.now();
      const outcome = { name, ok: true };
      try {
        outcome.said = await step(browser, server.url, server);
      } catch (error) {
        Object.assign(outcome, { ok: false, said: error.message.split('\n')[0] });
      }
      outcome.milliseconds = Math.round(performance.now() - begin);
      steps.push(outcome);
      process.stderr.write(`${browser.name}: ${outcome.ok ? 'ok  ' : 'FAIL'} ${name} ${outcome.said ?? ''}\n`);
    }
  } finally {
    await server.stop();
  }
  return { name: browser.name, version: browser.version, steps, errors: browser.errors };
}

const browsers = [];
const missing = [];
try {
  for (const [name, start] of [['Firefox', firefox], ['WebKitGTK', webkit]]) {
    const browser = await start();
    if (!browser) {
      missing.push(name);
      continue;
    }
    try {
      browsers.push(await walk(browser));
    } finally {
      await browser.close();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ browsers, missing }));
process.exit(0);
