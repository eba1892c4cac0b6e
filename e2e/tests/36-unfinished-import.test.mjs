// An interrupted import is said wherever the gallery is shown, and goes on with one button; a running one is not.

import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const COUNT = 2000;
const here = world();
const folder = scratch();

test('an interrupted import looked finished, and a running one asked for the same files', async (t) => {
  const long = writeZip(folder, 'long.zip', celeba(COUNT));
  const site = await here.open(t, 'gallery=faces&all&backend=cpu');
  const library = new Library(site);
  await library.bring(long);
  await library.start();
  await eventually(async () => assert.ok((await library.done()) >= 600), { timeout: 60_000 });
  await site.get('making-pause').click();
  await site.get('making').getByText('Resume').waitFor();
  // While it runs, nothing calls it unfinished, and another one is told so.
  await library.show();
  const entry = site.get('library-entry');
  await eventually(async () => assert.match(await entry.innerText(), /2,000 pictures .* being imported, [\d,]+ done/));
  assert.equal(await entry.getByTestId('continue').count(), 0);
  assert.equal(await site.get('unfinished').count(), 0);
  await site.get('bring-files').setInputFiles([long]);
  await site.page.getByText(/an import is running/).waitFor();
  await library.close();
  await site.get('library').waitFor({ state: 'hidden' });
  // Interrupted, it is said in the header, in the results line, above the results and in the library.
  await site.page.reload();
  await site.ready();
  await eventually(async () => assert.match(await site.get('unfinished').innerText(), /is unfinished: \d+ of 2,000 pictures/));
  assert.match(await site.get('gallery-chooser').innerText(), /unfinished/);
  assert.match(await site.get('found-unfinished').innerText(), /unfinished/);
  assert.deepEqual(await site.violations(), []);
  await library.show();
  await eventually(async () => assert.match(await entry.innerText(), /2,000 pictures .* unfinished, [\d,]+ imported/));
  await entry.getByTestId('continue').waitFor({ state: 'attached' });
  assert.notEqual(await entry.getByTestId('continue-folder').getAttribute('webkitdirectory'), null);
  assert.deepEqual(await site.violations(), []);
  await library.close();
  // Its button takes the same files.
  await site.get('continue').setInputFiles([long]);
  await site.get('offer').waitFor();
  await library.start();
  assert.match(await library.ended(), /is complete/);
  assert.equal(await site.get('unfinished').count(), 0);
  assert.doesNotMatch(await site.get('gallery-chooser').innerText(), /unfinished/);
});
