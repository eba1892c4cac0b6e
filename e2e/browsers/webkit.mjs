// WebKitGTK, driven through WebDriver (https://www.w3.org/TR/webdriver2/): the engine of Safari, with other edges.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { onPath } from '../lib/env.mjs';
import { eventually } from '../lib/eventually.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * Starts WebKitGTK's browser, on a screen of its own where there is none; `undefined` where there is no such browser.
 */
export async function webkit() {
  const [driver, binary, screen] = [onPath('WebKitWebDriver'), miniBrowser(), onPath('xvfb-run')];
  if (!driver || !binary || !(process.env.DISPLAY || screen)) return undefined;
  const port = await freePort();
  const command = process.env.DISPLAY ? [driver] : [screen, '-a', '-s', '-screen 0 1400x1000x24', driver];
  const child = spawn(command[0], [...command.slice(1), `--port=${port}`], { stdio: 'ignore', detached: true });
  const call = async (method, path, body) => {
    const options = { method, body: body && JSON.stringify(body) };
    const { value } = await (await fetch(`http://127.0.0.1:${port}${path}`, options)).json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await eventually(() => call('GET', '/status'), { timeout: 20_000 });
  const options = { binary, args: ['--automation'] };
  const wanted = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  const { sessionId, capabilities } = await call('POST', '/session', { capabilities: wanted });
  const at = (path) => `/session/${sessionId}${path}`;
  await call('POST', at('/window/rect'), { width: 1280, height: 900 });
  await call('POST', at('/timeouts'), { script: 120_000 });
  const find = async (selector) =>
    (await call('POST', at('/element'), { using: 'css selector', value: selector }))[ELEMENT];
  const seen = (selector) => eventually(() => find(selector), { timeout: 60_000 });
  const run = async (work, ...values) => {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${work})(...arguments)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await call('POST', at('/execute/async'), { script, args: values });
    if (error) throw new Error(error);
    return value;
  };
  return {
    name: 'WebKitGTK',
    version: capabilities.browserVersion,
    // Its driver does not tell them.
    errors: [],
    open: (url) => call('POST', at('/url'), { url }),
    reload: () => call('POST', at('/refresh'), {}),
    seen,
    click: async (selector) => {
      await seen(selector);
      // A press on what the page scrolled away, or laid something over, is refused until that has passed.
      await eventually(async () => call('POST', at(`/element/${await find(selector)}/click`), {}));
    },
    type: async (words) => {
      const { [ELEMENT]: element } = await call('GET', at('/element/active'));
      await call('POST', at(`/element/${element}/value`), { text: words.replaceAll('\n', '\uE007') });
    },
    upload: async (selector, path) => call('POST', at(`/element/${await seen(selector)}/value`), { text: path }),
    run,
    close: async () => {
      await call('DELETE', at(''));
      process.kill(-child.pid);
    },
  };
}

/** The browser itself, which Debian keeps beside its libraries. */
function miniBrowser() {
  const library = '/usr/lib';
  const places = readdirSync(library).flatMap((machine) =>
    ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((version) => join(library, machine, version, 'MiniBrowser')),
  );
  return onPath('MiniBrowser') ?? places.find((path) => existsSync(path));
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
