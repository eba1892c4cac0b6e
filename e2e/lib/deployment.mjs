// A copy of the built site that a test changes, as somebody does who brings a new version to the server.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dist, root, xtask } from './env.mjs';

export class Deployment {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'modulens-site-'));
    cpSync(dist, this.folder, { recursive: true });
    this.finish();
  }

  /** Changes the text of a file. */
  change(file, how) {
    const path = join(this.folder, file);
    const before = readFileSync(path, 'utf8');
    const after = how(before);
    if (after === before) throw new Error(`${file} did not change`);
    writeFileSync(path, after);
  }

  /** Makes a version of what is there, as the build does, and returns its name. */
  finish() {
    const [program, ...first] = xtask;
    execFileSync(program, [...first, 'finish', '--dir', this.folder], { cwd: root, stdio: 'pipe' });
    return this.version;
  }

  get version() {
    return readFileSync(join(this.folder, 'index.html'), 'utf8').match(/data-version="(\w+)"/)[1];
  }

  /** What the service worker of this version is told: paths with their hashes. */
  get list() {
    const line = readFileSync(join(this.folder, 'sw.js'), 'utf8').match(/^const SITE = (.*);$/m)[1];
    return JSON.parse(line);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * What the service worker keeps, as seen from the page: addresses relative to the site, with the hash they are kept
 * under.
 */
export function kept(site) {
  return site.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const here = new URL('./', document.baseURI).href;
    return requests.flat().map(({ url }) => url.replace(here, ''));
  });
}

/** Waits until the service worker answers for the page. */
export async function controlled(site) {
  await site.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/**
 * Changes what is kept of files whose address matches: `how` is 'cut', 'garble' or 'lose'. Returns how many they were.
 */
export function damage(site, pattern, how) {
  return site.page.evaluate(
    async ({ source, how }) => {
      const [name] = await caches.keys();
      const cache = await caches.open(name);
      const wanted = (await cache.keys()).filter(({ url }) => new RegExp(source).test(url));
      for (const request of wanted) {
        const { headers } = await cache.match(request);
        const bytes = new Uint8Array(await (await cache.match(request)).arrayBuffer());
        if (how === 'garble') bytes[bytes.length >> 1] ^= 0x55;
        const put = how === 'cut' ? bytes.slice(0, bytes.length >> 1) : bytes;
        await (how === 'lose' ? cache.delete(request) : cache.put(request, new Response(put, { headers })));
      }
      return wanted.length;
    },
    { source: pattern.source, how },
  );
}
