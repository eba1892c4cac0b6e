// Programs of this machine.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The first of these programs on PATH. */
export function first(names) {
  const folders = (process.env.PATH ?? '').split(':');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** WebKitGTK's browser for tests, which Debian keeps beside its libraries. */
export function miniBrowser() {
  const library = '/usr/lib';
  const places = readdirSync(library).flatMap((machine) =>
    ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((version) => join(library, machine, version, 'MiniBrowser')),
  );
  return first(['MiniBrowser']) ?? places.find((path) => existsSync(path));
}
