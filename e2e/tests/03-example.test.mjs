// Search by example: alike in one task, and another task ranks anew at once.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle, share } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const TOP = 20;
const EXAMPLES = 32;

/** Numbers of the list, evenly spread. */
function spread(list, count) {
  return Array.from({ length: count }, (_, at) => list[Math.floor(((at + 0.5) * list.length) / count)]);
}

for (const [name, tasks] of [
  ['shoes', ['Closure', 'Category']],
  ['faces', ['Smiling', 'Eyeglasses']],
]) {
  test(`results of ${name} are alike in the chosen task: ${tasks.join(', ')}`, async (t) => {
    const truth = bundle(name);
    const precision = Object.fromEntries(tasks.map((task) => [task, 0]));
    for (const example of spread(truth.known(tasks), EXAMPLES)) {
      const site = await here.open(t, `gallery=${name}&like=${example}&lens=${tasks[0]}`);
      let before = [];
      for (const task of tasks) {
        if (before.length > 0) {
          await site.lens(task);
          await site.reordered(before, TOP + 1);
        }
        before = await site.order(TOP + 1);
        const others = before.filter((image) => image !== example).slice(0, TOP);
        const value = truth.label(example, task);
        precision[task] += share(others.map((image) => truth.label(image, task)), (label) => label === value) / EXAMPLES;
      }
      await site.page.context().close();
    }
    figure(t, `${name}, top ${TOP} by example`, precision);
    for (const task of tasks) assert.ok(precision[task] >= 0.75, `${task}: ${precision[task]}`);
  });
}

test('switching the task asks the server for nothing but thumbnails', async (t) => {
  const site = await here.open(t, 'gallery=shoes&like=5&lens=Closure');
  const before = await site.order();
  const asked = site.requests.length;
  await site.lens('Category');
  await site.reordered(before);
  assert.deepEqual(site.askedSince(asked), []);
  const millis = await site.get('search-millis').innerText();
  figure(t, 'switching the task', { shown: millis });
});

test('the answer computed while the pointer rests on a button is that of the link', async (t) => {
  const site = await here.open(t, 'gallery=shoes');
  await site.order();
  const button = site.page.getByTestId('more-like').nth(3);
  await button.hover();
  await site.page.waitForTimeout(400);
  await button.click();
  await site.get('example-chip').waitFor();
  // Passing over others before, and not waiting for any.
  for (const lens of ['Category', 'Gender', 'Closure']) await site.page.locator('label', { has: site.get(`lens-${lens}`) }).hover();
  await site.lens('Closure');
  const asked = new URL(site.page.url()).search.slice(1);
  assert.match(asked, /like=/);
  const linked = await here.open(t, asked);
  const expected = await linked.results();
  await eventually(async () => assert.deepEqual(await site.results(), expected));
});

test('a picture of the grid becomes the example, and ranks first', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  const order = await site.order();
  const example = order[7];
  const tile = site.page.locator(`[data-testid=result][data-index="${example}"]`);
  await tile.hover();
  await tile.getByTestId('more-like').click();
  await eventually(async () => {
    assert.equal(site.query().get('like'), String(example));
    const results = await site.results(10);
    const best = results[0].score;
    const own = results.find(({ index }) => index === example);
    // Others may be just as near; none may be nearer.
    assert.ok(own && best - own.score < 1e-4, JSON.stringify(results));
  });
  assert.ok(await site.get('example-chip').isVisible());
});

test('a lens was offered where it changed nothing but captions', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes');
  assert.ok(await site.get('example-task').isHidden());
  await site.get('ask').fill('#5');
  await site.get('ask').press('Enter');
  await eventually(async () => assert.match(await site.get('example-task').innerText(), /^Similar in/));
  await site.get('clear-all').click();
  await eventually(async () => assert.ok(await site.get('example-task').isHidden()));
});

test('the number of a caption belonged to other words', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes&not.Eyeglasses=yes&like=5&lens=Wearing_Hat');
  const first = site.page.locator('[data-testid=result]').first();
  const caption = async () => (await first.locator('.tile__foot').innerText()).replace(/\s+/g, ' ');
  const parts = /Smiling [<>]?\d+ % Not eyeglasses [<>]?\d+ % Similar 0\.\d\d/;
  await eventually(async () => assert.match(await caption(), parts));
  // All rows are equally high, and none lies on the next.
  const overlap = await site.page.locator('[data-testid=result]').evaluateAll((tiles) => {
    const boxes = tiles.slice(0, 60).map((tile) => tile.getBoundingClientRect());
    return boxes.some((box) => boxes.some((next) => next.left === box.left && next.top > box.top && next.top < box.bottom));
  });
  assert.ok(!overlap);
  // Of a single part, the score is that part's value.
  await site.get('clear-all').click();
  await eventually(async () => assert.match(await caption(), /^\S+\.jpg$/));
});

test('the details offer every task as a lens', async (t) => {
  const shoes = bundle('shoes');
  const site = await here.open(t, 'gallery=shoes&open=3');
  const before = await site.order();
  await site.get('detail').getByTestId('more-like-HeelHeight').click();
  await site.reordered(before);
  assert.equal(site.query().get('lens'), 'HeelHeight');
  assert.equal(site.query().get('like'), '3');
  // One for each task, and one for all together.
  assert.equal(await site.page.locator('[data-testid^="lens-"]').count(), shoes.manifest.tasks.length + 1);
});

/** The overall lens, which is the first. */
const overall = (site) => site.get('lens-');

test('an example is compared overall, until a lens is chosen', async (t) => {
  const shoes = bundle('shoes');
  const tasks = shoes.manifest.tasks.map(({ name }) => name);
  const site = await here.open(t, 'gallery=shoes&lens=Closure&want.Closure=Zipper');
  const tile = site.page.locator('[data-testid=result]').first();
  await tile.hover();
  assert.match(await tile.getByTestId('more-like').getAttribute('aria-label'), / overall$/);
  await tile.getByTestId('more-like').click();
  await eventually(async () => assert.ok(await overall(site).isChecked()));
  assert.match(await site.get('example-task').innerText(), /^Similar in:\s+Overall/);
  assert.equal(site.query().get('lens'), null);
  assert.equal(await site.page.locator('h1').innerText(), 'Alike overall');
  await eventually(async () => assert.match(await tile.locator('.tile__foot').innerText(), /^Similar\s+\d\.\d\d$/));
  // The nearest have more in common with it than those of a single lens.
  const example = Number(site.query().get('like'));
  const common = (order) => {
    const others = order.filter((image) => image !== example).slice(0, TOP);
    const values = others.flatMap((image) => tasks.map((task) => shoes.label(image, task) === shoes.label(example, task)));
    return share(values, (same) => same);
  };
  const all = await site.order(TOP + 1);
  await site.lens('Closure');
  await site.reordered(all, TOP + 1);
  const one = await site.order(TOP + 1);
  figure(t, `shoes, values shared by the top ${TOP}`, { overall: common(all), closure: common(one) });
  assert.ok(common(all) > common(one), `${common(all)} and ${common(one)}`);
  // The next example keeps the lens, and the way back leads to overall.
  await site.lens('');
  await eventually(async () => assert.deepEqual(await site.order(TOP + 1), all));
  assert.equal(site.query().get('lens'), null);
});

test('the details name the tasks that make up the overall similarity', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=7&lens=overall');
  assert.ok(await overall(site).isChecked());
  await site.page.locator('[data-testid=result]').nth(3).getByRole('button').first().click();
  const why = /Alike overall\s+0\.\d\d\s+Most alike: [a-z0-9 ]+ \d\.\d\d, .*; least: [a-z0-9 ]+ -?\d\.\d\d, /;
  await eventually(async () => assert.match(await site.get('why').innerText(), why));
  await site.page.keyboard.press('Escape');
  // One example may be compared otherwise than the others.
  await site.lens('Smiling');
  await site.get('mixer-toggle').click();
  const before = await site.order();
  await site.get('through').selectOption({ label: 'Overall' });
  await site.reordered(before);
  assert.equal(site.query().get('like.overall'), '7');
  assert.match(await site.get('example-chip').innerText(), /like this one overall/);
  assert.deepEqual(await site.violations(), []);
});
