// The project's own static server, on a free port.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { dist, root } from './env.mjs';

/** Starts serving a folder under a base path. `url` ends with a slash. */
export async function serve({ folder = dist, base = '/' } = {}) {
  const [program, ...first] = process.env.MODULENS_XTASK
    ? [process.env.MODULENS_XTASK]
    : ['cargo', 'run', '--quiet', '--package', 'xtask', '--'];
  const child = spawn(program, [...first, 'serve', '--port', '0', '--dir', folder, '--base', base], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = line.match(/ at (http:\S+)/)?.[1];
      if (address) resolve(address);
    });
  });
  return {
    url,
    origin: new URL(url).origin,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
