// Nothing moves by itself while the page is loaded: Cumulative Layout Shift below 0.05, on a slow phone and a desktop.

import assert from 'node:assert/strict';
import test from 'node:test';

import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const MOST = 0.05;

const devices = {
  // The phone and the connection that Lighthouse has in mind.
  'a slow phone': { size: { width: 412, height: 823 }, cpu: 4, network: { latency: 150, kilobits: 1638 } },
  'a desktop': { size: { width: 1350, height: 940 }, cpu: 1, network: { latency: 40, kilobits: 10_240 } },
};

/** Notes every shift from the first moment on, whatever caused it. */
function observe() {
  window.shifts = [];
  const name = ({ node }) => node?.className || node?.nodeName || '?';
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) window.shifts.push({ value, what: sources.map(name) });
  }).observe({ type: 'layout-shift', buffered: true });
}

for (const [name, { size, cpu, network }] of Object.entries(devices)) {
  for (const query of ['', 'gallery=shoes&like=3&lens=Closure', 'gallery=faces&all']) {
    test(`on ${name}: ${query || 'the first view'}`, async (t) => {
      const site = await here.page(t, size);
      const devtools = await site.page.context().newCDPSession(site.page);
      const bytes = (network.kilobits * 1024) / 8;
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: network.latency,
        downloadThroughput: bytes,
        uploadThroughput: bytes,
      });
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
      await site.page.addInitScript(observe);
      await site.open(query);
      await site.page.locator('[data-testid=result]').first().waitFor({ timeout: 60_000 });
      await site.drawn();
      const shifts = await site.page.evaluate(() => window.shifts);
      const sum = shifts.reduce((sum, { value }) => sum + value, 0);
      figure(t, `layout shift on ${name}: ${query || 'first view'}`, { sum });
      assert.ok(sum < MOST, JSON.stringify(shifts));
    });
  }
}
