// The states of the page, one sheet each, at four widths and in both themes: docs/screenshots.
//
//   cargo xtask build
//   node e2e/screenshots.mjs [NAME...]

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { browserPath, chromium, root } from './lib/env.mjs';
import { serve } from './lib/server.mjs';
import { sheet } from './lib/sheet.mjs';
import { Site } from './lib/site.mjs';
import { reach, states } from './lib/states.mjs';

const SIZES = [
  [360, 740],
  [768, 1024],
  [1440, 900],
  [2560, 1440],
];

// The one that the README begins with.
const [FRONT] = states;

/** The place of the first picture in view that is a result, in pixels from the top; none where there is no such picture. */
async function top(site) {
  const result = site.page.locator('.tile img, [data-testid=beside-row] img, .welcome__found').first();
  const box = (await result.count()) > 0 ? await result.boundingBox() : null;
  return box && Math.round(box.y);
}

const wanted = process.argv.slice(2);
const chosen = states.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const folder = join(root, 'docs', 'screenshots');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'modulens-screenshots-'));
const server = await serve();
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-quic'] });
try {
  const tops = new Map();
  for (const state of chosen) {
    const rows = [];
    for (const colorScheme of ['light', 'dark']) {
      const row = [];
      for (const [width, height] of SIZES) {
        const context = await browser.newContext({
          viewport: { width, height },
          colorScheme,
          reducedMotion: 'reduce',
          serviceWorkers: 'block',
        });
        if (!state.page?.newcomer) {
          await context.addInitScript(() => localStorage.setItem('modulens.tour', 'seen'));
        }
        const site = new Site(await context.newPage(), server.url);
        await reach(site, state, scratch);
        await site.page.waitForTimeout(700);
        if (colorScheme === 'light') tops.set(`${state.name} ${width}`, await top(site));
        row.push({ png: await site.page.screenshot(), width, height });
        await context.close();
      }
      rows.push(row);
    }
    const bytes = await sheet(browser, rows);
    writeFileSync(join(folder, `${state.name}.webp`), bytes);
    if (state === FRONT) {
      const front = rows[0].find(({ width }) => width === 1440);
      writeFileSync(join(folder, 'front.webp'), await sheet(browser, [[front]], { height: front.height, gap: 0 }));
    }
    process.stdout.write(`${state.name}: ${Math.round(bytes.length / 1000)} kB\n`);
  }
  // The page that shows them has figures of all: a few leave it as it is.
  if (chosen.length === states.length) {
    const lines = states.map(({ name, title }) => `## ${title}\n\n![${title}](${name}.webp)\n`);
    const figures = SIZES.map(([width]) => width);
    const table = states
      .filter(({ name }) => figures.every((width) => tops.get(`${name} ${width}`)))
      .map(({ name, title }) => `| ${title} | ${figures.map((width) => tops.get(`${name} ${width}`)).join(' | ')} |`);
    if (table.length > 0) {
      const first = '## Where the first row of pictures begins\n\nIn pixels from the top, at each width.\n\n';
      lines.unshift(`${first}| state | ${figures.join(' | ')} |\n| --- ${'| ---: '.repeat(figures.length)}|\n${table.join('\n')}\n`);
    }
    const head =
      '# Every state of the page\n\nAt 360, 768, 1440 and 2560 pixels, light and dark. Drawn galleries only. Made by ' +
      '`cargo xtask build` and\n`node e2e/screenshots.mjs`.\n\n';
    writeFileSync(join(folder, 'README.md'), head + lines.join('\n'));
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
