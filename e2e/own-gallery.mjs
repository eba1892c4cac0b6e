// A whole gallery on the visitor's machine, as a visitor makes it: a zip is brought to the built site, embedded with a
// reload and a killed tab on the way, then searched. Prints one JSON object per line: what happened, when, and what the
// tab's process held in memory.
//
//   cargo run -p modulens-synth --example celeba_zip -- --images 202599 --out celeba.zip
//   cargo xtask build
//   node e2e/own-gallery.mjs celeba.zip

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';

import { browserPath, chromium } from './lib/env.mjs';
import { eventually } from './lib/eventually.mjs';
import { Library } from './lib/own.mjs';
import { serve } from './lib/server.mjs';
import { Site } from './lib/site.mjs';

const [zip] = process.argv.slice(2);
assert.ok(zip, 'which zip? node e2e/own-gallery.mjs ZIP');
const started = performance.now();
const say = (what, values = {}) => {
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ seconds, what, ...values })}\n`);
};

/** Megabytes that processes of the browser hold, by what they are for: now, and at most so far (Linux only). */
class Memory {
  constructor(pid) {
    this.pid = pid;
    this.peak = {};
    this.timer = setInterval(() => this.look(), 500);
  }

  look() {
    const now = {};
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
        const kind = words.match(/--type=([a-z-]+)/)?.[1];
        const resident = readFileSync(`/proc/${pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)?.[1];
        if (!words.includes('chromium') || !kind || !resident) continue;
        now[kind] = Math.max(now[kind] ?? 0, Math.round(Number(resident) / 1024));
      } catch {
        // The process ended meanwhile.
      }
    }
    for (const [kind, size] of Object.entries(now)) this.peak[kind] = Math.max(this.peak[kind] ?? 0, size);
    return now;
  }

  stop() {
    clearInterval(this.timer);
  }
}

const server = await serve();
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-quic'] });
const memory = new Memory();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
context.setDefaultTimeout(120_000);
const strangers = [];
context.on('request', (request) => {
  const url = new URL(request.url());
  if (url.protocol.startsWith('http') && url.origin !== server.origin) strangers.push(request.url());
});

/** Counts the messages between the page's thread and its workers, and their bytes. */
function countMessages() {
  window.messages = { count: 0, bytes: 0 };
  const add = (message) => {
    window.messages.count += 1;
    for (const part of message) window.messages.bytes += part.byteLength ?? part.length ?? 0;
  };
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function postMessage(message, ...more) {
    add(message);
    return post.call(this, message, ...more);
  };
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
  Object.defineProperty(Worker.prototype, 'onmessage', {
    set(listener) {
      set.call(this, (event) => {
        add(event.data);
        listener.call(this, event);
      });
    },
  });
}
await context.addInitScript(countMessages);

/** Begins to watch the page's thread while pictures are embedded: tasks that took longer than 50 ms, and messages. */
async function watchTasks(page) {
  await page.evaluate(() => {
    Object.assign(window.messages, { count: 0, bytes: 0 });
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
    }).observe({ type: 'longtask' });
  });
}

/** What was seen on the page's thread since, while so many pictures were embedded. */
async function watched(page, pictures) {
  const { all, messages } = await page.evaluate(() => ({ all: window.longTasks, messages: window.messages }));
  const per = (count) => Math.round((count / pictures) * 1000);
  return {
    'tasks over 50 ms': all.length,
    'longest, ms': Math.max(0, ...all),
    'messages per 1,000 pictures': per(messages.count),
    'kB per 1,000 pictures': per(messages.bytes / 1000),
  };
}

async function open(query) {
  const site = new Site(await context.newPage(), server.url);
  site.page.setDefaultTimeout(120_000);
  await site.open(query);
  await site.ready();
  return { site, library: new Library(site) };
}

/** Waits until so many pictures are done, and says how it goes every half a minute. */
async function until(library, wanted) {
  let next = 0;
  for (;;) {
    const done = await library.done();
    if (performance.now() > next) {
      say('embedding', { figures: await library.site.get('making-figures').innerText(), megabytes: memory.look() });
      next = performance.now() + 30_000;
    }
    if (done >= wanted) return done;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The pictures that are done, once their number is shown. */
async function begin(library) {
  await watchTasks(library.site.page);
  return eventually(async () => {
    const done = await library.done();
    assert.ok(done >= 0);
    return done;
  });
}

async function bring(library) {
  const start = performance.now();
  await library.show();
  await library.site.get('bring-files').setInputFiles(zip);
  await library.site.get('offer').waitFor({ timeout: 300_000 });
  const recognised = Math.round(performance.now() - start);
  await eventually(async () => assert.match(await library.site.get('offer-time').innerText(), /per second/), {
    timeout: 120_000,
  });
  const words = (testid) => library.site.get(testid).innerText();
  say('recognised', {
    millis: recognised,
    pictures: await words('offer-images'),
    labels: await words('offer-labels'),
    space: await words('offer-space'),
    time: await words('offer-time'),
  });
  await library.start();
}

try {
  say('machine', { browser: browser.version(), cores: cpus().length });
  let { site, library } = await open('gallery=faces&backend=cpu');
  await bring(library);
  const total = await eventually(async () => {
    const total = Number((await site.get('making-figures').innerText()).match(/of ([\d,]+)/)[1].replaceAll(',', ''));
    assert.ok(total > 0);
    return total;
  });
  let begun = await begin(library);
  let done = await until(library, total * 0.25);
  say('reload', { done, ...(await watched(site.page, done - begun)) });
  const gallery = site.query().get('gallery');
  await site.page.reload();
  await site.ready();
  await bring(library);
  begun = await begin(library);
  done = await until(library, total * 0.5);
  say('kill', { done, ...(await watched(site.page, done - begun)) });
  const devtools = await context.newCDPSession(site.page);
  const crashed = site.page.waitForEvent('crash');
  devtools.send('Page.crash').catch(() => {});
  await crashed;

  ({ site, library } = await open(`gallery=${gallery}&backend=cpu`));
  await bring(library);
  begun = await begin(library);
  // It is searched while it grows.
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0].score > 0.5), { timeout: 60_000 });
  say('searched while growing', { found: await site.get('found').innerText() });
  await until(library, total * 0.98);
  say('end', { words: await library.ended(600_000), ...(await watched(site.page, total - begun)), megabytes: memory.look() });
  await site.get('making-dismiss').click();
  await site.page.close();

  const start = performance.now();
  ({ site, library } = await open(`gallery=${gallery}&backend=cpu`));
  say('opened', { 'first pictures, ms': Math.round(performance.now() - start) });
  await eventually(
    async () => {
      const found = Number((await site.get('found').innerText()).split(' ')[0].replaceAll(',', ''));
      assert.equal(found, total);
    },
    { timeout: 60_000 },
  );
  say('opened', { 'all pictures, ms': Math.round(performance.now() - start), megabytes: memory.look() });
  const ask = async (what, act) => {
    const before = await site.order(5);
    const began = performance.now();
    await act();
    await site.reordered(before, 5);
    say(what, {
      'until shown, ms': Math.round(performance.now() - began),
      ranked: await site.get('search-millis').innerText(),
      found: await site.get('found').innerText(),
    });
  };
  for (const task of ['Smiling', 'Eyeglasses', 'Wearing_Hat', 'Blond_Hair']) {
    await ask(`by attribute: ${task}`, () => site.want(task, 'yes'));
  }
  await ask('by example', () => site.page.locator('[data-testid=more-like]').first().click());
  for (const lens of ['Bangs', 'Smiling', 'Goatee']) await ask(`lens: ${lens}`, () => site.lens(lens));
  const last = performance.now();
  await site.page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await eventually(async () => {
    const shown = await site.page.locator('[data-testid=result]').evaluateAll((all) => all.map((tile) => Number(tile.ariaPosInSet)));
    assert.ok(shown.includes(total));
  });
  await site.drawn();
  say('scrolled to the last result', { millis: Math.round(performance.now() - last), megabytes: memory.look() });
  say('peak', { megabytes: memory.peak });
  assert.deepEqual(strangers, [], 'no request may leave the origin');
} finally {
  memory.stop();
  await browser.close();
  await server.stop();
}
