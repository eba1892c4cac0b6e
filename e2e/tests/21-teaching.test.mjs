// Teaching a task by marking pictures, and searching by it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const faces = bundle('faces');

/** Pictures that have an attribute by their label, or have it not. */
function labelled(task, value, count) {
  const found = [];
  for (let image = 0; found.length < count; image += 1) {
    if (faces.label(image, task) === value) found.push(image);
  }
  return found;
}

const lesson = `teach.Something=${labelled('Wearing_Hat', 'yes', 5)}/${labelled('Wearing_Hat', 'no', 5)}`;

test('a few marks in a link are a task that finds its pictures', async (t) => {
  const site = await here.open(t, `gallery=faces&${lesson}&want.Something=yes`);
  const order = await site.order(20);
  const right = order.filter((image) => faces.label(image, 'Wearing_Hat') === 'yes');
  assert.ok(right.length >= 16, `${right.length} of 20`);
  await site.page.reload();
  await site.ready();
  assert.deepEqual(await site.order(20), order, 'the same marks, the same order');
  // It is asked for like any other task, beside an attribute.
  await site.want('Smiling', 'yes');
  await eventually(() => assert.equal(site.query().get('want.Smiling'), 'yes'));
  assert.match(await site.get('taught-Something').innerText(), /5 yes, 5 no/);
  assert.deepEqual(await site.violations(), []);
});

test('a task is named, marked, undone and forgotten', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  await site.get('teach-new').click();
  await site.get('teach-name').fill('Mine');
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
  const tiles = site.page.locator('[data-testid=result]');
  const marks = () => site.query().get('teach.Mine');
  await tiles.first().getByTestId('mark-yes').click();
  await eventually(() => assert.match(marks() ?? '', /^\d+\/$/));
  await eventually(async () => assert.match(await site.get('teach-count').innerText(), /1 yes/));
  await site.get('unsure').waitFor();
  await tiles.nth(5).getByTestId('mark-no').click();
  await eventually(() => assert.match(marks() ?? '', /^\d+\/\d+$/));
  assert.deepEqual(await site.violations(), []);
  await site.get('undo').click();
  await eventually(() => assert.match(marks() ?? '', /^\d+\/$/));
  await site.get('teach-done').click();
  await site.get('forget-Mine').click();
  await eventually(() => assert.equal(marks(), null));
});
