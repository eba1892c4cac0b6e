// What other browsers do otherwise, done to this one: Firefox asks the visitor before it promises to keep what is
// stored, and need not be answered; WebKit has no idle callbacks, and on some systems no files for sites.

import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const COUNT = 24;
const zip = writeZip(scratch(), 'celeba.zip', celeba(COUNT));

/** A page on which a script runs before everything else, in its workers, too. */
async function changed(t, script, query) {
  const site = await here.page(t);
  await site.page.addInitScript(script);
  await site.page.context().route('**/*_loader.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
  await site.open(query);
  await site.ready();
  return site;
}

test('nobody answers whether what is stored may be kept', async (t) => {
  const never = 'if (self.StorageManager) StorageManager.prototype.persist = () => new Promise(() => {});';
  const site = await changed(t, never, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  await library.bring(zip);
  await library.start();
  assert.match(await library.ended(), new RegExp(`complete: ${COUNT} pictures`));
});

test('without idle callbacks, all is said all the same', async (t) => {
  const site = await changed(t, 'delete self.requestIdleCallback;', 'gallery=faces&backend=cpu');
  assert.equal(await site.page.evaluate(() => typeof requestIdleCallback), 'undefined');
  // What the network says under the tasks not asked for is computed in idle time.
  await site.page.locator('.tile__open').first().click();
  await eventually(async () => {
    const said = await site.get('detail').locator('.task-row__probability').allInnerTexts();
    assert.ok(said.length > 1 && said.every((words) => words.includes('%')), said.join());
  });
});

for (const [name, script] of [
  ['no storage', "Object.defineProperty(Object.getPrototypeOf(navigator), 'storage', { value: undefined });"],
  ['no files in it', 'delete StorageManager.prototype.getDirectory;'],
]) {
  test(`where a browser has ${name}, this is said before anything starts`, async (t) => {
    const site = await changed(t, script, 'gallery=faces&backend=cpu');
    const library = new Library(site);
    await library.show();
    const dialog = site.get('library');
    await dialog.getByRole('alert').getByText('this browser cannot keep galleries').waitFor();
    await site.get('bring-files').setInputFiles(zip);
    await site.get('offer-refused').getByText('a recent Chrome').waitFor();
    assert.equal(await dialog.getByText('this browser cannot keep galleries').count(), 1, 'said once');
    assert.deepEqual(await site.violations(), []);
    await library.close();
    // All else goes on.
    const before = await site.order();
    await site.want('Eyeglasses', 'yes');
    await site.reordered(before);
  });
}
