// The estimates of an import against the time it took: a folder of images is brought to the built site as a visitor does
// it, on the CPU, and what the plan and the bar say is written down. Prints one JSON object: the predicted total at some
// points, as a share of the real one, and the trace (milliseconds, images done) that the unit tests of the estimate use.
//
//   cargo xtask build
//   node e2e/import-estimate.mjs FOLDER [NETWORK]

import assert from 'node:assert/strict';

import { browserPath, chromium } from './lib/env.mjs';
import { Library } from './lib/own.mjs';
import { serve } from './lib/server.mjs';
import { Site } from './lib/site.mjs';

const [folder, network] = process.argv.slice(2);
assert.ok(folder, 'which folder? node e2e/import-estimate.mjs FOLDER [NETWORK]');
const SHARES = [0.05, 0.1, 0.25, 0.5, 0.75];

/** Seconds in "about 40 s", "2 min 05 s", "1 h 12 min". */
function seconds(words) {
  const part = (unit) => Number(words.match(new RegExp(`(\\d+) ${unit}\\b`))?.[1] ?? 0);
  return part('h') * 3600 + part('min') * 60 + part('s');
}

const server = await serve();
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-quic'] });
try {
  const site = new Site(await (await browser.newContext()).newPage(), server.url);
  await site.open('gallery=faces&backend=cpu');
  await site.ready();
  const library = new Library(site);
  await library.show();
  await site.get('bring-folder').setInputFiles(folder);
  await site.get('offer').waitFor({ timeout: 300_000 });
  if (network) await site.choose(`network-${network}`);
  await library.tried();
  const plan = await site.get('offer-time').innerText();
  await site.page.evaluate(() => {
    window.said = [];
    const began = performance.now();
    const look = () => {
      const figures = document.querySelector('[data-testid=making-figures]')?.innerText;
      const ended = document.querySelector('[data-testid=making-ended]');
      if (figures && figures !== window.said.at(-1)?.[1]) window.said.push([performance.now() - began, figures]);
      if (ended && window.said.length > 0) window.took = performance.now() - began;
      else setTimeout(look, 20);
    };
    look();
  });
  await library.start();
  const words = await library.ended(1_200_000);
  const { said, took } = await site.page.evaluate(async () => {
    while (!window.took) await new Promise((resolve) => setTimeout(resolve, 20));
    return { said: window.said, took: window.took };
  });
  const number = (text) => Number(text.replaceAll(',', ''));
  const trace = said.flatMap(([millis, figures]) => {
    const [, done, total] = figures.match(/^([\d,]+) of ([\d,]+)/) ?? [];
    if (!done) return [];
    const left = figures.match(/, ([^,]*) to go/)?.[1];
    return [{ millis, done: number(done), total: number(total), left: left && seconds(left) }];
  });
  const total = trace.at(-1).total;
  const perSecond = Number(plan.match(/(\d+) per second/)[1]);
  const at = (share) => {
    const point = trace.find(({ done, total, left }) => done >= share * total && left !== undefined);
    return point && Math.round(((point.millis / 1000 + point.left) / (took / 1000)) * 100) / 100;
  };
  const steps = trace.filter(({ done }, at) => at === 0 || done > trace[at - 1].done);
  process.stdout.write(
    `${JSON.stringify({
      browser: browser.version(),
      words,
      seconds: Math.round(took / 100) / 10,
      plan: { words: plan, ratio: Math.round((total / perSecond / (took / 1000)) * 100) / 100 },
      ratios: Object.fromEntries(SHARES.map((share) => [share, at(share)])),
      trace: steps.map(({ millis, done }) => [Math.round(millis), done]),
    })}\n`,
  );
} finally {
  await browser.close();
  await server.stop();
}
