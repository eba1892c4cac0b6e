// Search by attribute: what the page ranks first has the attribute, by the labels the network never saw.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle, galleries, share } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const TOP = 20;

for (const { name } of galleries().galleries) {
  test(`every value of every facet of ${name} finds pictures that have it`, async (t) => {
    const truth = bundle(name);
    const site = await here.open(t, `gallery=${name}&all`);
    const found = {};
    for (const task of truth.manifest.tasks) {
      const values = task.kind === 'binary' ? ['yes', 'no'] : task.values;
      for (const value of values) {
        const top = Math.min(TOP, truth.count(task.name, value));
        if (top < 5) continue;
        await site.want(task.name, value);
        // The address changes with the question, the scores with the answer.
        await eventually(async () => {
          const results = await site.results(top);
          assert.ok(results.every(({ score }) => score !== null), 'ranked');
          const labels = results.map(({ index }) => truth.label(index, task.name));
          found[`${task.name}: ${value}`] = share(labels, (label) => label === value);
          assert.ok(found[`${task.name}: ${value}`] >= 0.5, `${task.name} ${value}: ${JSON.stringify(labels)}`);
        });
        await site.get('clear-all').click();
        await site.page.waitForFunction(
          () => !document.querySelector('[data-testid=result]')?.hasAttribute('data-score'),
        );
      }
    }
    const shares = Object.values(found);
    const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
    const worst = Object.entries(found).sort(([, a], [, b]) => a - b)[0];
    figure(t, `${name}, top ${TOP} by attribute`, { values: shares.length, mean, worst: worst[1], at: worst[0] });
    assert.ok(shares.length >= 8, `${shares.length} values were tried`);
    assert.ok(mean >= 0.85, `on average ${mean} of the top ${TOP} have the value`);
  });
}

test('several attributes are asked for together, wanted and unwanted', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&all');
  await site.want('Smiling', 'no');
  await site.want('Eyeglasses', 'yes');
  await eventually(async () => {
    const order = await site.order(12);
    const both = order.map((image) => [faces.label(image, 'Smiling'), faces.label(image, 'Eyeglasses')]);
    const right = both.filter(([smiling, glasses]) => smiling !== 'yes' && glasses !== 'no');
    assert.ok(right.length >= 9, `${right.length} of 12: ${JSON.stringify(both)}`);
  });
  const chips = site.get('chips').locator('.chip');
  assert.equal(await chips.count(), 2);
  const before = await site.order();
  await chips.first().getByRole('button', { name: /^Remove/ }).click();
  await site.reordered(before);
  assert.equal(await chips.count(), 1);
});

test('an unwanted value of several is kept away', async (t) => {
  const shoes = bundle('shoes');
  const task = shoes.manifest.tasks.find((task) => task.name === 'Closure');
  const value = task.values.toSorted((a, b) => shoes.count('Closure', b) - shoes.count('Closure', a))[0];
  const site = await here.open(t, 'gallery=shoes&all');
  await site.get(`avoid-Closure-${value}`).click();
  await eventually(async () => {
    const labels = (await site.results(TOP)).map(({ index, score }) => {
      assert.ok(score !== null);
      return shoes.label(index, 'Closure');
    });
    assert.ok(share(labels, (label) => label !== value) >= 0.9, JSON.stringify(labels));
  });
  assert.equal(site.query().get('not.Closure'), value);
});

test('a value that is wanted and pressed again is neither', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const button = site.get('value-Smiling-yes');
  await button.click();
  await eventually(async () => assert.equal(await button.getAttribute('aria-pressed'), 'true'));
  assert.equal(site.query().get('want.Smiling'), 'yes');
  await button.click();
  await eventually(async () => assert.equal(await button.getAttribute('aria-pressed'), 'false'));
  assert.equal(site.query().get('want.Smiling'), null);
});

test('the details of a result show its labels and predictions', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces');
  const [{ index }] = await site.results(1);
  await site.page.locator(`[data-testid=result][data-index="${index}"]`).getByRole('button', { name: /details/ }).click();
  const detail = site.get('detail');
  await detail.locator('.task-row').first().waitFor();
  assert.equal(await detail.locator('.task-row').count(), faces.manifest.tasks.length);
  await detail.getByText(/label agrees|label:|no label/).first().waitFor();
  await site.page.keyboard.press('Escape');
  await detail.locator('.task-row').first().waitFor({ state: 'detached' });
});
