// Images of all kinds in one gallery: what the browser decodes counts, however its file is called.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { Library, scratch, writeZip } from '../lib/own.mjs';
import { webp } from '../lib/webp.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const jpeg = (image) => readFileSync(bundle('shoes').picture(image));

function written(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('WebP, GIF and JFIF count like JPEG, and what nobody can decode is left out', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  const files = Array.from({ length: 20 }, (_, image) => written(`${image}.jfif`, jpeg(image)));
  for (let image = 20; image < 38; image += 1) files.push(written(`${image}.webp`, await webp(site, jpeg(image))));
  const gif = Buffer.from('R0lGODdhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  files.push(written('38.gif', gif), written('39.JPG', jpeg(39).subarray(0, -2)));
  files.push(written('broken.avif', 'this is no picture'));
  await library.bring(...files);
  await library.start();
  assert.match(await library.ended(), /complete: 40 pictures.*1 could not be read/);
});

test('a zip of WebP images is a gallery', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  const files = [];
  for (let image = 0; image < 8; image += 1) files.push({ path: `${image}.webp`, bytes: await webp(site, jpeg(image)) });
  await library.bring(writeZip(folder, 'webp.zip', files));
  await library.start();
  assert.match(await library.ended(), /complete: 8 pictures/);
});
