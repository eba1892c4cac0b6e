// The visitor's own label columns: kept with the gallery, filters, shown beside the predictions, and marks of a task.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 30;
const here = world();
const folder = scratch();
const faces = bundle('faces');
const smiles = (image) => faces.label(image, 'Smiling') === 'yes';
const place = (image) => ['garden', 'street', 'house'][image % 3];
/** The labels of the first three images are turned round. */
const labelled = (image) => (image < 3 ? !smiles(image) : smiles(image));
const all = Array.from({ length: COUNT }, (_, image) => image);

/** A zip of faces with a table: a task's name, categories, numbers, free text, and an image without labels. */
function labels() {
  const rows = all.map((image) => {
    const id = `${String(image).padStart(3, '0')}.jpg`;
    if (image === COUNT - 1) return `${id},,,,`;
    return `${id},${labelled(image) ? 'yes' : 'no'},${place(image)},${image * 10},"a note, the ${image}th"`;
  });
  const table = ['file,Smiling,place,age,note', ...rows].join('\n');
  return writeZip(folder, 'labels.zip', [
    ...all.map((image) => ({ path: `${String(image).padStart(3, '0')}.jpg`, bytes: readFileSync(faces.picture(image)) })),
    { path: 'labels.csv', bytes: Buffer.from(table) },
  ]);
}

/** Imports the zip and opens what was made. */
async function imported(t, options) {
  const site = await here.open(t, 'gallery=faces&all&backend=cpu', options);
  const library = new Library(site);
  await library.bring(labels());
  const kept = await site.get('offer-columns').innerText();
  await library.start();
  assert.match(await library.ended(), /complete/);
  await eventually(async () => assert.match(await site.get('found').innerText(), new RegExp(`^${COUNT} pictures`)));
  if (!options?.width) await site.get('label-facets').waitFor();
  return { site, library, kept };
}

const shown = async (site) => (await site.order(COUNT)).sort((a, b) => a - b);

async function shows(site, wanted) {
  await eventually(async () => assert.deepEqual(await shown(site), wanted));
}

test('label columns without a task of their name were thrown away', async (t) => {
  const { site, kept } = await imported(t);
  assert.match(kept, /3 columns as filters, 1 in the details of a picture only/);
  // A facet with counts for each column, without percents.
  const facets = site.get('label-facets');
  assert.match(await facets.innerText(), /Your labels/);
  assert.doesNotMatch(await facets.innerText(), /%/);
  assert.match(await site.get('label-place-garden').innerText(), /garden\s*10/);
  await site.get('label-place-garden').click();
  await shows(site, all.filter((image) => place(image) === 'garden' && image < COUNT - 1));
  assert.match(await site.get('chips').innerText(), /Label place: garden/);
  assert.match(await site.get('found').innerText(), /^10 pictures, 20 left out/);
  // Another value of the column adds, and its own counts stay as they are.
  await site.get('label-place-house').click();
  await shows(site, all.filter((image) => place(image) !== 'street' && image < COUNT - 1));
  await site.get('label-place-garden').click();
  await site.get('label-place-house').click();
  await site.get('not-label-place-street').click();
  await shows(site, all.filter((image) => place(image) !== 'street' && image < COUNT - 1));
  assert.equal(site.query().get('not-label.place'), 'street');
  // A link says the same, also together with what is predicted.
  await site.want('Smiling', 'yes');
  await eventually(async () => assert.match(await site.get('found').innerText(), /likely of/));
  const order = await site.order(COUNT);
  await site.page.reload();
  await site.ready();
  await eventually(async () => assert.deepEqual(await site.order(COUNT), order));
  // Numbers are ranges.
  await site.get('clear-all').click();
  const ages = site.get('label-age').locator('.value__want');
  assert.equal(await ages.count(), 5);
  await ages.first().click();
  await eventually(async () => assert.match(await site.get('found').innerText(), /left out/));
});

test('labels are compared with the predictions of the task of their name', async (t) => {
  const { site } = await imported(t);
  await site.get('differs-Smiling').waitFor();
  await site.get('differs-Smiling').click();
  await eventually(async () => assert.equal(site.query().get('differs'), 'Smiling'));
  let found;
  await eventually(async () => {
    found = await shown(site);
    assert.ok(found.length > 0 && found.length < COUNT / 2);
  });
  const wrong = found.filter((image) => image < 3);
  assert.ok(wrong.length >= 2, `${found} are those whose labels were turned round`);
  assert.match(await site.get('differs-Smiling').innerText(), new RegExp(`${found.length}$`));
  await site.page.locator(`[data-testid=result][data-index="${wrong[0]}"] .tile__open`).click();
  const details = site.get('own-labels');
  await details.waitFor();
  await eventually(async () => assert.match(await details.innerText(), /Differs from the prediction: .*Smiling \(label/));
  assert.match(await details.innerText(), new RegExp(`a note, the ${wrong[0]}th`));
  assert.match(await details.innerText(), new RegExp(place(wrong[0])));
  assert.deepEqual(await site.violations(), []);
});

test('labels are exported and imported with the gallery, and teach a task', async (t) => {
  const { site, library } = await imported(t);
  await library.show();
  const saving = site.page.waitForEvent('download');
  await site.get('library-export').click();
  const path = join(folder, 'saved.modulens.zip');
  await (await saving).saveAs(path);
  const elsewhere = await here.open(t, 'gallery=faces&all&backend=cpu');
  const other = new Library(elsewhere);
  await other.show();
  await elsewhere.get('bring-files').setInputFiles([path]);
  await elsewhere.get('restore').click();
  await elsewhere.get('label-facets').waitFor();
  await elsewhere.get('label-place-house').click();
  await shows(elsewhere, all.filter((image) => place(image) === 'house' && image < COUNT - 1));
  await elsewhere.get('clear-all').click();
  // One value against the rest, by the keyboard.
  await elsewhere.get('teach-from-place').focus();
  await elsewhere.page.keyboard.press('Enter');
  const form = elsewhere.get('teach-from');
  await form.locator('select').selectOption({ label: 'street' });
  assert.equal(await elsewhere.get('teach-from-name').inputValue(), 'Place: street');
  await elsewhere.get('teach-from-name').fill('in the street');
  await elsewhere.page.keyboard.press('Enter');
  const taught = elsewhere.get('taught-in the street');
  await taught.waitFor();
  await eventually(async () => assert.match(await taught.innerText(), /Learned from 10 yes, 19 no/));
  await eventually(async () => {
    const first = (await elsewhere.order(10)).map(place);
    assert.deepEqual(first, Array(10).fill('street'), 'marked images come first');
  });
  // A column of the name of a task gets another one.
  await elsewhere.get('teach-from-Smiling').click();
  assert.equal(await elsewhere.get('teach-from-name').inputValue(), 'Smiling (labels)');
  await elsewhere.get('teach-from-name').fill('Smiling');
  await elsewhere.get('teach-from-start').click();
  await elsewhere.page.getByText(/is an attribute of this gallery already/).waitFor();
});

test('axe finds nothing in the labels, on a desk and on a phone', async (t) => {
  for (const [dark, size] of [[false, {}], [true, { width: 390, height: 844 }]]) {
    const { site, library } = await imported(t, { dark, ...size });
    await library.close();
    if (size.width) await site.page.getByRole('button', { name: 'Attributes', exact: true }).click();
    await site.get('teach-from-place').click();
    assert.deepEqual(await site.violations(), []);
    assert.deepEqual(await site.smallTargets('.labels button'), []);
    const overflow = await site.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${overflow} px wider than the window`);
  }
});
