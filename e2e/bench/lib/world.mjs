// One server, one browser, and pages that share neither memory nor storage.

import { join } from 'node:path';

import { browserPath, chromium, dist, root } from '../../lib/env.mjs';
import { serve } from './server.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Says how far the run is, on the channel that is not the result. */
export function say(words) {
  process.stderr.write(`${words}\n`);
}

export class World {
  static async start() {
    const world = new World();
    world.server = await serve({
      '/bench/': join(root, 'e2e', 'bench', 'page'),
      '/npm/': process.env.MODULENS_BENCH_MODULES,
      '/module/': process.env.MODULENS_BENCH_MODULE,
      '/site/': dist,
    });
    world.browser = await chromium.launch({ executablePath: browserPath(), headless: true, args: FLAGS });
    const page = await world.page();
    const { cores, isolated } = await page.evaluate(() => ({
      cores: navigator.hardwareConcurrency,
      isolated: crossOriginIsolated,
    }));
    if (!isolated) throw new Error('the page got no threads: crossOriginIsolated is false');
    await page.context().close();
    world.context = { browser: `Chromium ${world.browser.version()}`, cores };
    return world;
  }

  /** An empty page in a context, and so a process, of its own. */
  async page() {
    const context = await this.browser.newContext();
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    page.on('pageerror', (error) => say(`page: ${error.message}`));
    await page.goto(this.server.url);
    return page;
  }

  async stop() {
    await this.browser.close();
    await this.server.stop();
  }
}
