// Where everything is. `cargo xtask e2e` sets the variables; without it, `cargo xtask setup --tests` (or `npm ci` in
// e2e) and a build will do.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const dist = process.env.MODULENS_DIST ?? join(root, 'dist');
export const artefacts = join(root, 'e2e', 'artefacts');
/** What the native model computes, written by the app's example `engine_fixture`. */
export const fixture = process.env.MODULENS_FIXTURE ?? join(root, 'target', 'e2e-fixture');
/** 5,000 drawn faces in CelebA's layout, written by the example `celeba_zip`. */
export const largeZip = process.env.MODULENS_LARGE_ZIP ?? join(root, 'target', 'e2e-celeba.zip');
/** The chores, as a command line. */
export const xtask = process.env.MODULENS_XTASK
  ? [process.env.MODULENS_XTASK]
  : ['cargo', 'xtask'];
export const headed = Boolean(process.env.MODULENS_HEADED);

const cache = process.env.MODULENS_CACHE ?? join(homedir(), '.cache', 'modulens');
const places = [join(root, 'e2e', 'node_modules'), join(cache, 'npm', 'node_modules')];
const modules = process.env.MODULENS_NODE_MODULES ?? places.find((place) => existsSync(place)) ?? places[0];
const require = createRequire(join(modules, 'here.js'));
export const { chromium } = require('playwright-core');
export const axeSource = require('axe-core').source;

/** The first of these programs on PATH. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export function browserPath() {
  const found =
    process.env.CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  if (!found) throw new Error('no Chromium on PATH; run `cargo xtask setup --tests` or set CHROMIUM');
  return found;
}
