// The welcome, shown once; and the guided tour, done by the visitor's own hand.

import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();

test('the tour follows what the visitor does, stop by stop', async (t) => {
  const site = await here.open(t, '', { newcomer: true });
  const words = site.get('tour-words');
  const next = site.get('tour-next');
  await site.get('tour-start').click();
  assert.match(await words.innerText(), /search bar/);
  assert.equal(await next.innerText(), 'Skip');
  assert.equal(await site.page.evaluate(() => document.documentElement.dataset.tour), 'ask');

  await site.get('ask').fill('hat');
  await site.page.keyboard.press('Enter');
  await eventually(async () => assert.equal(await next.innerText(), 'Next'));
  assert.match(await words.innerText(), /calibrated/);
  await next.click();

  await site.page.locator('[data-testid=result]').first().hover();
  await site.get('more-like').first().click();
  await eventually(async () => assert.equal(await next.innerText(), 'Next'));
  await next.click();

  await site.lens('Smiling');
  await eventually(async () => assert.match(await words.innerText(), /other neighbours/));
  await next.click();

  assert.deepEqual(await site.violations(), []);
  assert.match(await words.innerText(), /on this machine/);
  await next.click();
  assert.ok(await site.get('tour').isHidden());
});

test('the welcome shows one image with those most like it in three respects, and another one', async (t) => {
  const site = await here.open(t, '', { newcomer: true });
  const rows = site.get('welcome-row');
  await eventually(async () => assert.equal(await rows.locator('img').count(), 18));
  assert.deepEqual(await rows.locator('.welcome__name').allInnerTexts(), ['Same smile', 'Same glasses', 'Same hat']);
  const images = () => site.get('welcome').locator('img').evaluateAll((all) => all.map(({ src }) => src));
  const before = await images();
  assert.equal(new Set(before.slice(1)).size > 6, true, 'each row has images of its own');
  assert.deepEqual(await site.violations(), []);
  await site.get('welcome-another').click();
  await eventually(async () => assert.notEqual((await images())[0], before[0]));
  const [shown] = await images();

  // A row leads to all images, most like the one shown under its task.
  await rows.nth(1).getByRole('button', { name: 'Same glasses' }).click();
  await eventually(async () => assert.equal(site.query().get('lens'), 'Eyeglasses'));
  assert.ok(shown.includes(String(site.query().get('like')).padStart(6, '0')), shown);
  assert.equal(await site.get('welcome').count(), 0);
});

test('from the welcome a visitor comes to the own photographs', async (t) => {
  const site = await here.open(t, '', { newcomer: true, width: 390, height: 844, dark: true });
  await eventually(async () => assert.equal(await site.get('welcome-row').locator('img').count(), 18));
  assert.deepEqual(await site.violations(), []);
  const first = await site.get('welcome').locator('img').first().boundingBox();
  assert.ok(first.y < 300, `the first image is seen at once: ${first.y}`);
  await site.get('welcome-photos').click();
  await eventually(async () => assert.equal(site.query().get('show'), 'library'));
  assert.equal(await site.get('welcome').count(), 0);
});

test('who does not want it is not asked again, nor who follows a link', async (t) => {
  const site = await here.page(t, { newcomer: true });
  await site.open('gallery=shoes');
  await site.ready();
  assert.equal(await site.get('welcome').count(), 0, 'a link leads to what it says');
  await site.open();
  await site.get('tour-decline').click();
  await eventually(async () => assert.equal(await site.get('welcome').count(), 0));
  await site.page.reload();
  await site.ready();
  assert.equal(await site.get('welcome').count(), 0);
});

test('the tour is skipped, gone back on, and ended by the keyboard', async (t) => {
  const site = await here.open(t, '', { newcomer: true, width: 390, height: 844, dark: true });
  assert.deepEqual(await site.violations(), []);
  await site.get('tour-start').focus();
  await site.page.keyboard.press('Enter');
  const title = site.get('tour').getByRole('heading');
  const first = await title.innerText();
  await site.get('tour-next').focus();
  await site.page.keyboard.press('Enter');
  await eventually(async () => assert.notEqual(await title.innerText(), first));
  assert.ok(await site.page.evaluate(() => document.activeElement?.dataset.testid === 'tour'), 'the focus follows');
  await site.get('tour').getByRole('button', { name: 'Back' }).click();
  await eventually(async () => assert.equal(await title.innerText(), first));
  await site.get('tour-end').click();
  await eventually(async () => assert.ok(await site.get('tour').isHidden()));
});
