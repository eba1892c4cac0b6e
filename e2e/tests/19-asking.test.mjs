// The search bar, weights, limits and several examples: every way to ask, and back again.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();

/** Presses Enter on what is typed into the search bar. */
async function type(site, words) {
  await site.get('ask').fill(words);
  await site.page.keyboard.press('Enter');
}

/** Moves a slider by the keyboard, as many notches as given. */
async function nudge(site, slider, notches) {
  await slider.focus();
  const key = notches < 0 ? 'ArrowLeft' : 'ArrowRight';
  for (let pressed = 0; pressed < Math.abs(notches); pressed += 1) await site.page.keyboard.press(key);
}

test('words become chips, and the results have what they say', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&all');
  await type(site, 'no beard, glasses');
  await eventually(() => {
    const asked = site.query();
    assert.deepEqual([asked.get('want.No_Beard'), asked.get('want.Eyeglasses')], ['yes', 'yes']);
  });
  await eventually(async () => {
    const order = await site.order(20);
    const right = order.filter(
      (image) => faces.label(image, 'No_Beard') !== 'no' && faces.label(image, 'Eyeglasses') !== 'no',
    );
    assert.ok(right.length >= 17, `${right.length} of 20`);
  });
  assert.match(await site.get('precision').innerText(), /of the first \d+, (all|\d+) are right/);
  assert.equal(await site.get('ask').inputValue(), '');
});

test('what is half written is completed, by the keyboard and by the mouse', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const field = site.get('ask');
  await field.fill('smiling, no eyeg');
  await site.get('suggestion').first().waitFor();
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  await site.page.keyboard.press('ArrowDown');
  const active = await field.getAttribute('aria-activedescendant');
  assert.equal(await site.page.locator(`#${active}`).innerText(), 'Not eyeglasses');
  await site.page.keyboard.press('Enter');
  await eventually(() => {
    assert.equal(site.query().get('want.Smiling'), 'yes');
    assert.equal(site.query().get('not.Eyeglasses'), 'yes');
  });
  await field.fill('hat');
  await site.get('suggestion').first().click();
  await eventually(() => assert.equal(site.query().get('want.Wearing_Hat'), 'yes'));
  // Backspace in an empty field takes the last part away; Escape closes the list.
  await site.page.keyboard.press('Backspace');
  await eventually(() => assert.equal(site.query().get('want.Wearing_Hat'), null));
  await field.fill('smi');
  await site.page.keyboard.press('Escape');
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
});

test('words that name nothing are said, and what is known is asked all the same', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  await type(site, 'smiling, unicorn');
  await eventually(() => assert.equal(site.query().get('want.Smiling'), 'yes'));
  assert.match(await site.get('ask-problem').innerText(), /“unicorn”/);
  assert.equal(await site.get('ask').inputValue(), 'unicorn');
});

test('what was understood was seen only after it was asked', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const field = site.get('ask');
  const understood = site.get('ask-understood');
  assert.ok(await understood.isHidden());
  await field.fill('smile, no hat or unicorn');
  await eventually(async () =>
    assert.match(await understood.innerText(), /Understood: Smiling, Not wearing hat\..*“unicorn”/),
  );
  assert.deepEqual(await site.violations(), []);
  await field.fill('smile or glasses');
  await eventually(async () => assert.match(await understood.innerText(), /Smiling, Eyeglasses\. “or” works/));
  await field.press('Enter');
  await eventually(() => assert.equal(site.query().get('want.Eyeglasses'), 'yes'));
  assert.match(await site.get('ask-problem').innerText(), /“or” works/);
  assert.ok(await understood.isHidden());
});

test('steps are undone, also after a reload', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  assert.ok(await site.get('undo').isDisabled());
  await type(site, 'smiling');
  await eventually(() => assert.equal(site.query().get('want.Smiling'), 'yes'));
  await type(site, 'hat');
  await eventually(() => assert.equal(site.query().get('want.Wearing_Hat'), 'yes'));
  await site.page.reload();
  await site.ready();
  await site.get('undo').click();
  await eventually(() => assert.equal(site.query().get('want.Wearing_Hat'), null));
  assert.equal(site.query().get('want.Smiling'), 'yes');
  await site.get('undo').click();
  await eventually(() => assert.equal(site.query().get('want.Smiling'), null));
  await eventually(async () => assert.ok(await site.get('undo').isDisabled()));
});

test('weights rank anew while they move, and are one step when they rest', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes&want.Wearing_Hat=yes');
  const before = await site.order();
  await site.get('mixer-toggle').click();
  const slider = site.get('weight').first();
  assert.equal(await slider.getAttribute('aria-valuetext'), '×1');
  await nudge(site, slider, -10);
  await site.reordered(before);
  await eventually(() => assert.equal(site.query().get('want~0.Smiling'), 'yes'));
  const without = await site.order();
  // A part that rests counts for nothing: the order is that of the other part.
  const alone = await here.open(t, 'gallery=faces&want.Wearing_Hat=yes');
  assert.deepEqual(without, await alone.order());
  const heavy = await here.open(t, 'gallery=faces&want~300.Smiling=yes&want.Wearing_Hat=yes');
  assert.notDeepEqual(await heavy.order(), before, 'a link carries the weights');
});

test('several pictures, liked and unliked, each in a task of its own', async (t) => {
  const shoes = bundle('shoes');
  const site = await here.open(t, 'gallery=shoes&like=3&lens=Category');
  await site.page.locator('[data-testid=result] .tile__open').nth(4).click();
  await site.get('add-unlike').click();
  await eventually(() => assert.notEqual(site.query().get('unlike'), null));
  await site.get('mixer-toggle').click();
  await site.get('through').nth(1).selectOption('Closure');
  await eventually(() => assert.notEqual(site.query().get('unlike.Closure'), null));
  assert.equal(await site.get('example-chip').count(), 2);
  assert.match(await site.page.locator('h1').innerText(), /Alike in category, unlike in closure/);
  const unliked = Number(site.query().get('unlike.Closure'));
  await eventually(async () => {
    const order = await site.order(20);
    const same = order.filter((image) => shoes.label(image, 'Closure') === shoes.label(unliked, 'Closure'));
    assert.ok(same.length <= 4, `${same.length} of 20 have the closure of the picture they should be unlike to`);
  });
  // Every result says why it is where it is.
  await site.page.locator('[data-testid=result] .tile__open').first().click();
  const why = await site.get('why').innerText();
  assert.match(why, /Alike in category/);
  assert.match(why, /Unlike in closure/);
});

test('a picture is asked for by its number', async (t) => {
  const site = await here.open(t, 'gallery=shoes&all');
  await type(site, '#13');
  await eventually(async () => assert.equal(await site.get('example-chip').count(), 1));
  assert.equal(site.query().get('like'), '12');
});

test('limits leave pictures out, and the counts beside the other attributes follow', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const count = async (value) => {
    const words = await site.get(`value-${value}`).locator('.count').innerText();
    return Number(words.replaceAll(',', ''));
  };
  await eventually(async () => assert.ok((await count('Bald-yes')) > 0));
  const all = (await count('Bald-yes')) + (await count('Bald-no'));
  await site.get('facet-Wearing_Hat').getByRole('button', { name: /histogram/ }).click();
  const low = site.get('range-Wearing_Hat').getByRole('slider').first();
  await nudge(site, low, 18);
  await eventually(() => assert.equal(site.query().get('only.Wearing_Hat'), 'yes:90-100'));
  assert.match(await site.get('found').innerText(), /left out/);
  const few = await site.results(24);
  assert.ok(few.length > 0);
  await eventually(async () => {
    const hats = (await count('Bald-yes')) + (await count('Bald-no'));
    assert.ok(hats < all, `${hats} of ${all}`);
    // What a facet itself asks for does not count against it.
    const own = (await count('Wearing_Hat-yes')) + (await count('Wearing_Hat-no'));
    assert.equal(own, all);
  });
  // By the mouse: a press on the histogram.
  const bars = site.get('range-Wearing_Hat').locator('svg');
  const { width, height } = await bars.boundingBox();
  await bars.click({ position: { x: width * 0.52, y: height / 2 } });
  await eventually(() => assert.equal(site.query().get('only.Wearing_Hat'), 'yes:50-100'));
  const chip = site.get('chips').getByRole('button', { name: /Remove Wearing hat 50/ });
  await chip.click();
  await eventually(() => assert.equal(site.query().get('only.Wearing_Hat'), null));
});

test('the least score keeps the results above it', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes');
  await site.get('mixer-toggle').click();
  await nudge(site, site.get('at-least'), 97);
  await eventually(() => assert.equal(site.query().get('least'), '97'));
  await eventually(async () => {
    const [shown] = (await site.get('found').innerText()).match(/[\d,]+ pictures/);
    assert.ok(Number(shown.replace(/\D/g, '')) < 3200);
    for (const { score } of await site.results()) assert.ok(score >= 0.97);
  });
});

test('where no picture is left, the limits that leave none are named and taken away', async (t) => {
  const site = await here.page(t);
  await site.open('gallery=faces&want.Smiling=yes&only.Bald=yes:45-46&least=100');
  const nothing = site.get('nothing');
  await nothing.getByRole('button', { name: /Bald 45–46 %/ }).waitFor();
  assert.deepEqual(await site.violations(), []);
  await nothing.getByRole('button', { name: /Bald/ }).click();
  await nothing.getByRole('button', { name: /score at least 100 %/ }).click();
  await site.ready();
  assert.ok(await nothing.isHidden());
});

test('axe finds nothing in the bar at work', async (t) => {
  for (const dark of [false, true]) {
    const query = 'gallery=faces&want~150.Smiling=yes&not.Eyeglasses=yes&like=12&only.Bald=yes:50-100&least=20';
    const site = await here.open(t, query, { dark });
    await site.get('mixer-toggle').click();
    await site.get('facet-Bald').getByRole('button', { name: /histogram/ }).click();
    await site.get('ask').fill('no be');
    await site.get('suggestion').first().waitFor();
    assert.deepEqual(await site.violations(), []);
  }
});
