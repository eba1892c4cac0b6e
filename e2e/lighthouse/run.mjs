// Lets Lighthouse load the built site as a phone does, and prints one JSON object. `cargo xtask lighthouse` prepares
// everything and starts it; MODULENS_LIGHTHOUSE_MODULES names the packages.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { browserPath } from '../lib/env.mjs';
import { serve } from '../lib/server.mjs';
import { interaction } from './interaction.mjs';

// Lighthouse's own settings for a phone: a small screen, four times slower, slow 4G; each computed from a load as fast
// as this machine allows, so that what else runs on it tells.
const RUNS = 5;
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const METRICS = {
  'first-contentful-paint': 'first contentful paint',
  'largest-contentful-paint': 'largest contentful paint',
  'speed-index': 'speed index',
  'total-blocking-time': 'total blocking time',
  'cumulative-layout-shift': 'cumulative layout shift',
};
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

const require = createRequire(join(process.env.MODULENS_LIGHTHOUSE_MODULES, 'here.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { default: lighthouse } = await load('lighthouse');
const { launch } = await load('chrome-launcher');

const server = await serve();
const reports = [];
let interactions;
try {
  for (let run = 0; run < RUNS; run += 1) {
    // A browser of its own each time: nothing is kept from the last visit.
    const chrome = await launch({ chromePath: browserPath(), chromeFlags: FLAGS, logLevel: 'error' });
    try {
      const { lhr } = await lighthouse(server.url, { port: chrome.port, logLevel: 'error', onlyCategories: CATEGORIES });
      reports.push(lhr);
      process.stderr.write(`run ${run + 1} of ${RUNS}: performance ${score(lhr, 'performance')}\n`);
    } finally {
      chrome.kill();
    }
  }
  interactions = await interaction(server.url);
} finally {
  await server.stop();
}
reports.sort((a, b) => score(a, 'performance') - score(b, 'performance'));
const median = reports[Math.floor(RUNS / 2)];
const failed = Object.values(median.audits).filter((audit) => audit.scoreDisplayMode === 'binary' && audit.score === 0);
console.log(
  JSON.stringify({
    lighthouse: median.lighthouseVersion,
    browser: median.environment.hostUserAgent.match(/Chrome\/[\d.]+/)?.[0],
    benchmark_index: Math.round(median.environment.benchmarkIndex),
    runs: RUNS,
    performance_of_runs: reports.map((report) => score(report, 'performance')),
    scores: Object.fromEntries(CATEGORIES.map((name) => [name, score(median, name)])),
    metrics: Object.entries(METRICS).map(([id, name]) => ({
      name,
      value: median.audits[id].numericValue,
      shown: median.audits[id].displayValue,
    })),
    interaction: interactions,
    failed: failed.map(({ id, title }) => ({ id, title })),
  }),
);

function score(report, category) {
  return Math.round(100 * report.categories[category].score);
}
