// Data as people have it: tables of spreadsheets, image kinds of the web, zips of other machines, the folders of trainings.
// Each is dropped, planned, imported, and searched by a label of its own.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { bundle } from '../lib/bundle.mjs';
import { drop } from '../lib/drop.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, scratch } from '../lib/own.mjs';
import { webp } from '../lib/webp.mjs';
import { world } from '../lib/world.mjs';
import { zip } from '../lib/zip.mjs';

const COUNT = 24;
// A red square on white, 32 pixels wide.
const AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAA' +
    'AAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAALgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtp' +
    'cGNvAAAAFGlzcGUAAAAAAAAAIAAAACAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEA' +
    'AQQBAoMEAAAANm1kYXQSAAoJGBE/9ogIaDQgMh9GUeHhiGHnnnmgAACLPNBK5V4ralI4wHoiCqeCxwxx',
  'base64',
);
// 图片 (pictures) and the colours 红 and 蓝 in GBK.
const GBK = { pictures: [0xcd, 0xbc, 0xc6, 0xac], red: [0xba, 0xec], blue: [0xc0, 0xb6] };

const here = world();
const folder = scratch();
const faces = bundle('faces');
const face = (image) => readFileSync(faces.picture(image));
const smiles = (image) => faces.label(image, 'Smiling') === 'yes';
const images = Array.from({ length: COUNT }, (_, image) => image);

/** Writes files below a folder of their own and returns it. */
function written(name, files) {
  const root = join(folder, name);
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

/** The path of a file that is made. */
function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Opens the site and drops something on it. */
async function planned(t, path, options) {
  const site = await here.open(t, 'gallery=faces&backend=cpu', options);
  await drop(site, path);
  await site.get('offer').waitFor();
  return { site, library: new Library(site) };
}

/** The readings of the columns, by their headings. */
async function readings(site) {
  const rows = await site.get('offer-column').evaluateAll((all) =>
    all.map((row) => [row.querySelector('.plan__heading').textContent, row.querySelector('.plan__reading').textContent]),
  );
  return Object.fromEntries(rows);
}

const kindOf = (site, column) => site.page.getByLabel(`Read “${column}” as`);
const notes = (site) => site.get('offer-notes').innerText();

/** Imports what is planned, and asks for smiling faces: those labelled so come first. */
async function findsSmiling({ site, library }, count) {
  await library.start();
  assert.match(await library.ended(), new RegExp(`complete: ${count} pictures`));
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.match(await site.get('precision').innerText(), /right/));
}

const table = (rows, separator = ',') => rows.map((row) => row.join(separator)).join('\n');

test('a table of a German spreadsheet is read, and a column otherwise when told', async (t) => {
  const rows = images.map((image) => [
    `${image}.jpg`,
    smiles(image) ? 'ja' : 'nein',
    smiles(image) ? '1' : image === 1 ? '' : '0',
    ['rot', 'blau'][image % 2],
    ['2,5', '3,0'][image % 2],
  ]);
  const text = `\ufeffsep=;\n${table([['Datei', 'lacht', 'Smiling', 'Farbe', 'Absatz'], ...rows], ';')}`;
  const root = written('german', [
    ...images.map((image) => ({ path: `${image}.jpg`, bytes: face(image) })),
    { path: 'labels.csv', bytes: Buffer.from(text) },
  ]);
  const { site, library } = await planned(t, root);
  assert.match(await notes(site), /labels\.csv.*24 of 24 rows name a picture, in column "Datei"/);
  const read = await readings(site);
  assert.equal(read.Datei, 'the picture’s name');
  assert.match(read.Smiling, smiles(1) ? /^yes\/no$/ : /^yes\/no · 1 of 24 unknown$/);
  assert.equal(read.Farbe, '2 categories');
  assert.match(read.Absatz, /^ordered, 2 numbers \(decimal comma\)$/);
  assert.match(await site.get('offer-labels').innerText(), /4 columns; this network knows 1 of them/);
  assert.deepEqual(await site.violations(), []);

  await kindOf(site, 'Farbe').focus();
  await kindOf(site, 'Farbe').selectOption('ignore');
  await eventually(async () => assert.match((await readings(site)).Farbe, /^left out/));
  assert.match(await site.get('offer-labels').innerText(), /3 columns/);
  assert.ok(await kindOf(site, 'Farbe').evaluate((select) => select === document.activeElement), 'the focus stays');

  // What a column cannot be is said, and taken back.
  await kindOf(site, 'Farbe').selectOption('yes-no');
  await site.get('column-problem').waitFor();
  assert.match(await site.get('column-problem').innerText(), /"rot" in column "Farbe" is not yes nor no/);
  assert.equal(await kindOf(site, 'Farbe').inputValue(), 'ignore');
  await findsSmiling({ site, library }, COUNT);
});

test('columns of which one is yes become one task when told, also when the import is gone on with', async (t) => {
  const colours = ['red', 'blue', 'green'];
  const count = 400;
  const rows = Array.from({ length: count }, (_, image) => [
    `${image}.jpg`,
    smiles(image) ? 1 : 0,
    ...colours.map((_colour, at) => (image % 3 === at ? 1 : 0)),
  ]);
  const heading = ['file', 'Smiling', ...colours.map((colour) => `colour_${colour}`)];
  const files = rows.map(([path], image) => ({ path, bytes: face(image) }));
  files.push({ path: 'labels.csv', bytes: Buffer.from(table([heading, ...rows])) });
  const path = file('one-hot.zip', zip(files));
  const { site, library } = await planned(t, path);
  const group = site.get('offer-one-hot');
  assert.match(await group.innerText(), /colour has one yes in each row: red, blue, green/);
  await group.getByRole('button', { name: 'Make one task' }).click();
  await eventually(async () => assert.equal((await readings(site)).colour_blue, 'one value of colour'));
  assert.match(await site.get('offer-labels').innerText(), /2 columns/);
  await library.start();
  await eventually(async () => assert.ok((await library.done()) > 0), { timeout: 60_000 });
  await site.get('making-stop').click();
  assert.match(await library.ended(), /ended early/);

  await site.page.reload();
  await site.ready();
  await drop(site, path);
  await site.get('offer').waitFor();
  assert.equal((await readings(site)).colour_blue, 'one value of colour');
  assert.match(await site.get('offer-start').innerText(), /^Continue at picture/);
  // Read otherwise, it is another gallery.
  await group.getByRole('button', { name: 'Keep separate' }).click();
  await eventually(async () => assert.match(await site.get('offer-start').innerText(), /^Import/));
});

test('a folder of WebP, AVIF and JFIF files is a gallery with its table', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const files = [];
  for (const image of images) {
    const bytes = image % 2 ? face(image) : await webp(site, face(image));
    files.push({ path: `images/${image}.${image % 2 ? 'jfif' : 'webp'}`, bytes });
  }
  files.push({ path: 'images/square.avif', bytes: AVIF });
  // Named without extensions, as many tables do.
  const rows = images.map((image) => [image, smiles(image) ? 'yes' : 'no']);
  files.push({ path: 'labels.tsv', bytes: Buffer.from(table([['file', 'Smiling'], ...rows], '\t')) });
  await drop(site, written('mixed', files));
  await site.get('offer').waitFor();
  assert.match(await site.get('offer-images').innerText(), /^25, /);
  assert.match(await notes(site), /24 of 24 rows name a picture/);
  assert.match(await notes(site), /1 picture has no row in .*labels\.tsv/);
  await findsSmiling({ site, library: new Library(site) }, COUNT + 1);
});

test('a zip with names in GBK is read with its folders', async (t) => {
  const slash = 0x2f;
  const ascii = (text) => [...Buffer.from(text)];
  const files = images.map((image) => ({
    path: Buffer.from([...GBK.pictures, slash, ...(smiles(image) ? GBK.red : GBK.blue), slash, ...ascii(`${image}.jpg`)]),
    bytes: face(image),
  }));
  const { site, library } = await planned(t, file('gbk.zip', zip(files)));
  assert.match(await notes(site), /not UTF-8; they are read as GBK/);
  assert.match(await notes(site), /the 2 folders are the task/);
  assert.match(await site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
  await library.start();
  assert.match(await library.ended(), new RegExp(`complete: ${COUNT} pictures`));
});

test('a zip in a zip is opened where it lies', async (t) => {
  const inner = zip(images.map((image) => ({ path: `${image}.jpg`, bytes: face(image) })));
  const rows = images.map((image) => [`${image}.jpg`, smiles(image) ? '1.0' : '-1.0']);
  const outer = zip([
    { path: 'data/images.zip', bytes: inner },
    { path: 'data/labels.csv', bytes: Buffer.from(table([['image_id', 'Smiling'], ...rows])) },
  ]);
  const made = await planned(t, file('outer.zip', outer));
  assert.match(await made.site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
  assert.equal((await readings(made.site)).Smiling, 'yes/no');
  await findsSmiling(made, COUNT);
});

test('folders called train, val and test are the split, with a table in each', async (t) => {
  const parts = { train: images.slice(0, 12), val: images.slice(12, 18), test: images.slice(18) };
  const files = Object.entries(parts).flatMap(([part, some]) => {
    const rows = some.map((image) => [`${image}.jpg`, smiles(image) ? 'yes' : 'no']);
    return [
      ...some.map((image) => ({ path: `${part}/${image}.jpg`, bytes: face(image) })),
      { path: `${part}/metadata.csv`, bytes: Buffer.from(table([['file_name', 'Smiling'], ...rows])) },
    ];
  });
  const made = await planned(t, written('parts', files));
  assert.match(await notes(made.site), /train 12, val 6, test 6/);
  // One list of columns for the three, which name them all.
  assert.equal(await made.site.get('offer-table').count(), 1);
  const words = await made.site.get('offer-table').innerText();
  for (const part of Object.keys(parts)) assert.ok(words.includes(`${part}/metadata.csv`), words);
  const desktop = made.site.page.viewportSize();
  await made.site.page.setViewportSize({ width: 390, height: 844 });
  const wide = await made.site.page.locator('.library').evaluate((library) => library.scrollWidth - library.clientWidth);
  assert.equal(wide, 0, 'nothing sticks out on a phone');
  await made.site.page.setViewportSize(desktop);
  await findsSmiling(made, COUNT);
});

test('an archive that cannot be opened is one sentence', async (t) => {
  const site = await here.open(t, 'gallery=faces&backend=cpu');
  const sevenZip = Buffer.concat([Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), Buffer.alloc(600)]);
  const whole = zip(images.map((image) => ({ path: `${image}.jpg`, bytes: face(image) })));
  const cases = [
    [file('toys.7z', sevenZip), /toys\.7z.*7z archive.*unpack/],
    [file('toys.zip.001', whole.subarray(0, whole.length / 2)), /toys\.zip\.00/],
    [file('toys.gz', gzipSync(Buffer.from('nothing of use'))), /toys/],
  ];
  for (const [path, words] of cases) {
    await drop(site, path);
    await eventually(async () => assert.match(await site.get('offer-refused').innerText(), words));
    await site.get('offer-refused').getByRole('button').click();
    await new Library(site).close();
  }
  const parts = [whole.subarray(0, whole.length / 2), whole.subarray(whole.length / 2)];
  await drop(site, ...parts.map((bytes, at) => file(`both.zip.00${at + 1}`, bytes)));
  await site.get('offer').waitFor();
  assert.match(await site.get('offer').innerText(), /both/);
  assert.match(await site.get('offer-images').innerText(), new RegExp(`^${COUNT}, `));
});

test('where the browser forbids storage, that is said before anything is read, and searching works', async (t) => {
  const site = await here.page(t);
  const refusal = `StorageManager.prototype.getDirectory = () => {
    throw new DOMException('Security error when calling GetDirectory', 'SecurityError');
  };`;
  await site.page.addInitScript(refusal);
  await site.page.route('**/store_loader.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${refusal}\n${await response.text()}` });
  });
  await site.open('gallery=faces&backend=cpu');
  await site.ready();
  await drop(site, file('one.jpg', face(0)));
  await site.get('own-picture-chip').waitFor();
  await drop(site, file('private.zip', zip(images.map((image) => ({ path: `${image}.jpg`, bytes: face(image) })))));
  await site.get('offer-refused').waitFor();
  assert.match(await site.get('offer-refused').innerText(), /galleries cannot be kept here.*private/);
  assert.equal(await site.page.getByRole('alert').count(), 1, 'it is said once');
  await new Library(site).close();
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.match(await site.get('precision').innerText(), /right/));
});
