// Firefox, driven through WebDriver BiDi by puppeteer.

import { createRequire } from 'node:module';
import { join } from 'node:path';

import { onPath } from '../lib/env.mjs';

/** Starts Firefox; `undefined` where there is none. */
export async function firefox() {
  const executablePath = onPath('firefox', 'firefox-esr');
  if (!executablePath) return undefined;
  const require = createRequire(join(process.env.MODULENS_BROWSERS_MODULES, 'here.js'));
  const { default: puppeteer } = require('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    defaultViewport: null,
    args: ['--width=1280', '--height=900'],
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const errors = [];
  page.on('pageerror', (error) => {
    // Puppeteer's own waiting is not allowed to look at the page's arrays.
    if (!/Permission denied to access property/.test(error.message)) errors.push(error.message);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return {
    name: 'Firefox',
    version: (await browser.version()).replace(/^firefox\//i, ''),
    errors,
    open: (url) => page.goto(url),
    reload: () => page.reload(),
    seen: (selector) => page.waitForSelector(selector),
    click: (selector) => page.locator(selector).click(),
    type: (words) => page.keyboard.type(words),
    upload: async (selector, path) => (await page.waitForSelector(selector)).uploadFile(path),
    run: (work, ...values) => page.evaluate(work, ...values),
    close: () => browser.close(),
  };
}
