// Galleries that a visitor brings: made of shipped pictures, in CelebA's layout.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { bundle } from './bundle.mjs';
import { eventually } from './eventually.mjs';
import { zip } from './zip.mjs';

/** A folder that is gone after the test file. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'modulens-own-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files as CelebA has them, of the first `count` shipped faces; `broken` are replaced by something unreadable. */
export function celeba(count, { broken = [] } = {}) {
  const faces = bundle('faces');
  const id = (image) => `${String(image + 1).padStart(6, '0')}.jpg`;
  const binary = faces.manifest.tasks.map((task) => task.name);
  const lines = [String(count), binary.join(' ')];
  const pictures = [];
  for (let image = 0; image < count; image += 1) {
    const bytes = broken.includes(image) ? Buffer.from('this is no picture') : readFileSync(faces.picture(image));
    pictures.push({ path: `img_align_celeba/${id(image)}`, bytes });
    lines.push(`${id(image)} ${binary.map((task) => (faces.label(image, task) === 'yes' ? ' 1' : '-1')).join(' ')}`);
  }
  return [...pictures, { path: 'list_attr_celeba.txt', bytes: Buffer.from(`${lines.join('\n')}\n`) }];
}

/** The first `count` shipped faces with a table of the visitor's own: Smiling (of the last one "no"), place and age. */
export function labelled(count) {
  const faces = bundle('faces');
  const all = Array.from({ length: count }, (_, image) => image);
  const id = (image) => `${String(image).padStart(3, '0')}.jpg`;
  const row = (image) => {
    const smiling = image < count - 1 ? 'yes' : 'no';
    return `${id(image)},${smiling},${image < count / 2 ? 'garden' : 'street'},${image * 10}`;
  };
  const table = ['file,Smiling,place,age', ...all.map(row)].join('\n');
  const pictures = all.map((image) => ({ path: id(image), bytes: readFileSync(faces.picture(image)) }));
  return [...pictures, { path: 'labels.csv', bytes: Buffer.from(table) }];
}

/** Writes files as one zip and returns its path. */
export function writeZip(folder, name, files) {
  const path = join(folder, name);
  writeFileSync(path, zip(files));
  return path;
}

/** Counts the pictures that engines are asked to embed, as `window.embedded`; runs in the page. */
export function countEmbedded() {
  window.embedded = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function postMessage(message, ...more) {
    if (String(message[0]).includes('"embed_files"')) {
      const { lent } = JSON.parse(message[0]).request.embed_files;
      window.embedded += lent?.count ?? message.length - 1;
    }
    return post.call(this, message, ...more);
  };
}

/** The library as a visitor uses it. */
export class Library {
  constructor(site) {
    this.site = site;
  }

  async show() {
    await this.site.get('library-show').click();
    await this.site.get('library').waitFor();
  }

  async close() {
    await this.site.page.keyboard.press('Escape');
  }

  /** Brings files and waits for the plan. */
  async bring(...paths) {
    await this.show();
    await this.site.get('bring-files').setInputFiles(paths);
    await this.site.get('offer').waitFor();
  }

  /** Waits for the end of the trial, which embeds a few pictures. */
  async tried() {
    const time = this.site.get('offer-time');
    await eventually(async () => assert.match(await time.innerText(), /per second/), { timeout: 60_000 });
  }

  /** Starts what is planned, once the trial is over. */
  async start() {
    await this.site.page.locator('[data-testid=offer-start]:not([disabled])').click({ timeout: 60_000 });
    await this.site.get('making').waitFor();
  }

  /** Pictures done, as shown. */
  async done() {
    const figures = await this.site.get('making-figures').innerText();
    return Number(figures.split(' of ')[0].replaceAll(',', ''));
  }

  /** Waits for the end and returns what is said of it. */
  async ended(timeout = 120_000) {
    const words = this.site.get('making-ended');
    await words.waitFor({ timeout });
    return words.innerText();
  }
}
