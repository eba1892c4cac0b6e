// The project's own static server.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { dist, root, xtask } from './env.mjs';

/**
 * Starts serving a folder under a base path, on a free port. `url` ends with a slash. Stopped, it can be started again.
 */
export async function serve({ folder = dist, base = '/' } = {}) {
  const server = {
    child: undefined,
    port: '0',
    async start() {
      const { child, url } = await run(['--port', server.port, '--dir', folder, '--base', base]);
      Object.assign(server, { child, url, origin: new URL(url).origin, port: new URL(url).port });
    },
    async stop() {
      const { child } = server;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
  await server.start();
  return server;
}

async function run(args) {
  const [program, ...first] = xtask;
  const child = spawn(program, [...first, 'serve', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = line.match(/ at (http:\S+)/)?.[1];
      if (address) resolve(address);
    });
  });
  return { child, url };
}
