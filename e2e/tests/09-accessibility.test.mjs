// Reached by the keyboard, spoken by a screen reader, and nothing that axe-core objects to.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();

const states = {
  'first view': async () => {},
  'details': async (site) => {
    await site.page.locator('[data-testid=result] button').first().click();
    await site.get('detail').locator('.task-row').first().waitFor();
  },
  'model card': async (site) => {
    await site.get('model-card-open').click();
    await site.get('model-card').getByRole('table').waitFor();
  },
  'an example and attributes': async (site) => {
    await site.open('gallery=shoes&like=3&want.Category=Boots&lens=Closure');
    await site.ready();
  },
  'a refused picture': async (site) => {
    const buffer = Buffer.from('no picture');
    await site.get('own-picture-input').setInputFiles({ name: 'broken.jpg', mimeType: 'image/jpeg', buffer });
    await site.get('own-picture-chip').getByRole('alert').waitFor({ timeout: 30_000 });
  },
};

for (const [name, reach] of Object.entries(states)) {
  for (const dark of [false, true]) {
    test(`axe finds nothing: ${name}, ${dark ? 'dark' : 'light'}`, async (t) => {
      const site = await here.open(t, 'backend=cpu', { dark });
      await reach(site);
      assert.deepEqual(await site.violations(), []);
    });
  }
}

test('axe finds nothing: an error, and a phone', async (t) => {
  const broken = await here.page(t, { expected: /Failed to load resource/ });
  await broken.page.route('**/galleries/index.json', (route) => route.fulfill({ status: 404, body: '' }));
  await broken.open();
  await broken.get('error').waitFor();
  assert.deepEqual(await broken.violations(), []);
  const phone = await here.open(t, '', { width: 390, height: 844 });
  assert.deepEqual(await phone.violations(), []);
});

test('the keyboard alone: from the skip link to a value, a lens, a result, its details, and back', async (t) => {
  const site = await here.open(t, 'gallery=faces&like=5');
  const focused = () => site.page.evaluate(() => document.activeElement?.dataset.testid ?? document.activeElement?.tagName);
  await site.page.keyboard.press('Tab');
  assert.match(await site.page.evaluate(() => document.activeElement.textContent), /Skip to the results/);
  const before = await site.order();
  await site.tabTo('[data-testid="value-Smiling-yes"]');
  await site.page.keyboard.press('Enter');
  await site.reordered(before);
  assert.equal(await focused(), 'value-Smiling-yes', 'the focus stays where it was');

  // With an example there are lenses: one stop for all of them, and the arrows within.
  await site.tabTo('[data-testid^="lens-"]');
  const lens = await focused();
  await site.page.keyboard.press('ArrowRight');
  await eventually(async () => assert.notEqual(await focused(), lens));
  const chosen = (await focused()).replace('lens-', '');
  await eventually(async () => assert.equal(site.query().get('lens'), chosen));

  await site.tabTo('[data-testid=result] button');
  const index = await site.page.evaluate(() => document.activeElement.closest('[data-index]').dataset.index);
  await site.page.keyboard.press('Enter');
  await site.get('detail').locator('.task-row').first().waitFor();
  assert.equal(site.query().get('open'), index);
  // A modal dialog keeps the focus.
  for (let press = 0; press < 60; press += 1) await site.page.keyboard.press('Tab');
  const inside = await site.page.evaluate(() => {
    const { activeElement } = document;
    return activeElement === document.body || activeElement.closest('[data-testid=detail]') !== null;
  });
  assert.ok(inside, 'the focus left the dialog');
  await site.page.keyboard.press('Escape');
  await site.get('detail').locator('.task-row').first().waitFor({ state: 'detached' });
  const back = await site.page.evaluate(() => document.activeElement?.closest('[data-index]')?.dataset.index);
  assert.equal(back, index, 'the focus is back on the result');
});

test('the gallery and the model card are reached by the keyboard', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  await site.tabTo('[data-testid^="gallery-"][type=radio]');
  await site.page.keyboard.press('ArrowRight');
  await eventually(async () => assert.equal(site.query().get('gallery'), 'shoes'));
  await site.ready();
  await site.tabTo('[data-testid="model-card-open"]');
  await site.page.keyboard.press('Enter');
  await site.get('model-card').getByRole('table').waitFor();
});

test('what was found is announced', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const status = site.get('found');
  assert.equal(await status.getAttribute('role'), 'status');
  const before = await status.innerText();
  await site.want('Smiling', 'yes');
  await eventually(async () => {
    const words = await status.innerText();
    assert.notEqual(words, before);
    assert.match(words, /likely of/);
  });
});

test('every target is at least 24 pixels, or has room around it', async (t) => {
  const site = await here.open(t, 'gallery=shoes', { width: 390, height: 844 });
  const small = await site.page.evaluate(() => {
    const visible = [...document.querySelectorAll('button, a[href], select, label:has(input)')].filter((element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    );
    return visible
      .map((element) => ({ box: element.getBoundingClientRect(), words: element.textContent.trim() || element.ariaLabel }))
      .filter(({ box }) => box.width > 1 && box.height > 1 && (box.width < 24 || box.height < 24))
      .map(({ box, words }) => `${words}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
  });
  assert.deepEqual([...new Set(small)], []);
  assert.ok(bundle('shoes').manifest.images > 0);
});
