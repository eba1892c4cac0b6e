// What every test file shares: one server, one browser, and a watched page per test.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { browserPath, chromium, headed } from './env.mjs';
import { serve } from './server.mjs';
import { Site } from './site.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever would leave this machine fails at once, and is seen as an error.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Registers the set-up of a test file. `webgpu` lets the browser offer its software adapter; `site` goes to the
 * server (folder, base).
 */
export function world({ webgpu = false, site = {} } = {}) {
  const here = {};
  before(async () => {
    const options = typeof site === 'function' ? await site() : site;
    here.server = await serve(options);
    here.browser = await chromium.launch({
      executablePath: browserPath(),
      headless: !headed,
      args: webgpu ? [...FLAGS, '--enable-unsafe-webgpu'] : FLAGS,
    });
  });
  after(async () => {
    await here.browser?.close();
    await here.server?.stop();
  });

  /**
   * A fresh page with its own storage. At the end of the test it must have asked nobody but the server, and have
   * said nothing to the console's errors, save what `expected` matches. Only with `worker` does the service worker
   * keep the site: it fetches in the background, and answers in place of what a test lets the server say. A `newcomer`
   * is offered the tour; with `motion` things may move.
   */
  here.page = async (t, options = {}) => {
    const { width = 1440, height = 900, dark = false, motion = false } = options;
    const { newcomer = false, expected, worker = false } = options;
    const context = await here.browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: motion ? 'no-preference' : 'reduce',
      serviceWorkers: worker ? 'allow' : 'block',
    });
    context.setDefaultTimeout(20_000);
    // Whoever was here before is not offered the tour, which would lie over a corner of the page.
    // The empty page that a window begins with has no storage, nor has a frame that was refused.
    const seen = () => self.origin !== 'null' && localStorage.setItem('modulens.tour', 'seen');
    if (!newcomer) await context.addInitScript(seen);
    const watched = watch(context);
    const page = await context.newPage();
    t.after(async () => {
      await context.close();
      const strangers = watched.requests.filter((url) => {
        return !['data:', 'blob:'].includes(new URL(url).protocol) && new URL(url).origin !== here.server.origin;
      });
      assert.deepEqual(strangers, [], 'no request may leave the origin');
      assert.deepEqual(
        watched.errors.filter((error) => !expected?.test(error)),
        [],
        'no errors in the console',
      );
    });
    const made = new Site(page, here.server.url);
    made.requests = watched.requests;
    made.background = watched.background;
    return made;
  };

  /** Another window of the same visitor, watched like the first. */
  here.another = async (site, query = '') => {
    const page = await site.page.context().newPage();
    const made = new Site(page, here.server.url);
    await made.open(query);
    await made.ready();
    return made;
  };

  /** A watched page, opened at a query string, with its first results. */
  here.open = async (t, query = '', options = {}) => {
    const made = await here.page(t, options);
    await made.open(query);
    await made.ready();
    return made;
  };
  return here;
}

function watch(context) {
  const requests = [];
  const background = [];
  const errors = [];
  // The context's events include those of workers.
  context.on('request', (request) => {
    requests.push(request.url());
    // What the service worker asks the server for.
    if (request.serviceWorker()) background.push(request.url());
  });
  context.on('page', (page) => listen(page, errors));
  return { requests, background, errors };
}

function listen(page, errors) {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  page.on('crash', () => errors.push('the page crashed'));
}
