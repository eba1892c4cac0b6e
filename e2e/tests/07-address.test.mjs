// The address is the state: a link reproduces the view, back and forward go through it, any sub-path will do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();

test('a link reproduces the view', async (t) => {
  const site = await here.open(t, 'gallery=shoes');
  const before = await site.order();
  const closure = bundle('shoes').manifest.tasks.find((task) => task.name === 'Closure');
  await site.get('clear-all').click();
  await site.want('Closure', closure.values[1]);
  await site.reordered(before);
  const example = (await site.order())[3];
  const tile = site.page.locator(`[data-testid=result][data-index="${example}"]`);
  await tile.hover();
  await tile.getByTestId('more-like').click();
  await eventually(async () => assert.equal(site.query().get('like'), String(example)));
  await site.lens('HeelHeight');
  await eventually(async () => assert.equal(site.query().get('lens'), 'HeelHeight'));
  const there = await here.open(t, site.query().toString());
  await eventually(async () => {
    assert.deepEqual(await there.results(), await site.results());
    assert.ok(await there.get('lens-HeelHeight').isChecked());
    assert.equal(await there.get('chips').innerText(), await site.get('chips').innerText());
  });
});

test('back and forward go through the questions', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  const orders = [await site.order()];
  await site.want('Smiling', 'yes');
  await site.reordered(orders[0]);
  orders.push(await site.order());
  await site.want('Eyeglasses', 'yes');
  await site.reordered(orders[1]);
  orders.push(await site.order());
  const shows = (order) => eventually(async () => assert.deepEqual(await site.order(), order));
  await site.page.goBack();
  await shows(orders[1]);
  await site.page.goBack();
  await shows(orders[0]);
  assert.equal(await site.get('value-Smiling-yes').getAttribute('aria-pressed'), 'false');
  await site.page.goForward();
  await site.page.goForward();
  await shows(orders[2]);
});

test('back closes the details, and goes back to the other gallery', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  await site.page.locator('[data-testid=result] button').first().click();
  const row = site.get('detail').locator('.task-row').first();
  await row.waitFor();
  await site.page.goBack();
  await row.waitFor({ state: 'detached' });
  await site.choose('gallery-shoes');
  const shows = (name) =>
    site.page.waitForFunction(
      (name) => document.querySelector('[data-testid=result] img')?.src.includes(`/galleries/${name}/`),
      name,
    );
  await shows('shoes');
  await site.page.goBack();
  await shows('faces');
});

test('what is opened over the page is in the address', async (t) => {
  const panels = {
    'relations-open': ['relations', 'relations'],
    'model-card-open': ['model-card', 'model-card'],
    'shortcuts-open': ['help', 'shortcuts'],
    'library-show': ['library', 'library'],
  };
  const site = await here.open(t, 'gallery=faces');
  for (const [opener, [name, dialog]] of Object.entries(panels)) {
    await site.get(opener).click();
    await site.get(dialog).getByRole('heading').first().waitFor();
    assert.equal(site.query().get('show'), name);
    await site.page.goBack();
    await eventually(async () => assert.ok(await site.get(dialog).isHidden()));
    assert.equal(site.query().get('show'), null);
    const there = await here.open(t, `gallery=faces&show=${name}`);
    await there.get(dialog).getByRole('heading').first().waitFor();
    await there.page.keyboard.press('Escape');
    await eventually(async () => assert.equal(there.query().get('show'), null));
    await there.page.context().close();
  }
});

test('what is closed is not opened again by undoing', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  const { page } = site;
  const shown = async (name) => eventually(async () => assert.equal(site.query().get('show'), name));
  await site.get('relations-open').click();
  await shown('relations');
  assert.ok(await site.get('undo').isEnabled());
  await page.keyboard.press('Escape');
  await shown(null);
  await eventually(async () => assert.ok(await site.get('undo').isDisabled()));
  await page.goForward();
  await site.get('relations').getByTestId('map-Smiling').waitFor();
  // What is done while it is open stays, and is a step of its own.
  await site.get('map-Eyeglasses').click();
  await eventually(async () => assert.equal(site.query().get('lens'), 'Eyeglasses'));
  await page.keyboard.press('Escape');
  await shown(null);
  assert.equal(site.query().get('lens'), 'Eyeglasses');
  await site.get('undo').click();
  await shown('relations');
  await page.goBack();
  await eventually(async () => assert.equal(site.query().get('lens'), null));
  assert.equal(site.query().get('show'), 'relations');
  // The same with a picture's details, from which a question may be asked.
  await page.keyboard.press('Escape');
  await shown(null);
  await page.locator('.tile__open').first().click();
  await site.get('detail').getByRole('heading').first().waitFor();
  await page.keyboard.press('Escape');
  await eventually(async () => assert.equal(site.query().get('open'), null));
  await eventually(async () => assert.ok(await site.get('undo').isDisabled()));
});

test('a step taken while the page is still on its way back is kept', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  await site.get('model-card-open').click();
  await eventually(async () => assert.equal(site.query().get('show'), 'model-card'));
  await site.page.evaluate(() => {
    document.querySelector('[data-testid=model-card] [data-testid=dialog-close]').click();
    document.querySelector('[data-testid=lens-Eyeglasses]').click();
  });
  await eventually(async () => assert.equal(site.query().get('lens'), 'Eyeglasses'));
  assert.equal(site.query().get('show'), null);
  assert.ok(await site.get('lens-Eyeglasses').isChecked());
  await site.page.goBack();
  await eventually(async () => assert.equal(site.query().get('lens'), null));
  assert.equal(site.query().get('show'), null);
  await eventually(async () => assert.ok(await site.get('undo').isDisabled()));
});

test('Next and Previous filled the history', async (t) => {
  const site = await here.open(t, 'gallery=faces');
  const { page } = site;
  const open = (index) => eventually(async () => assert.equal(site.query().get('open'), index));
  const [first, second, third] = (await site.order(3)).map(String);
  await page.locator('.tile__open').first().click();
  await open(first);
  const entries = await page.evaluate(() => history.length);
  await page.keyboard.press('ArrowRight');
  await open(second);
  await site.get('detail').getByRole('button', { name: 'Next' }).click();
  await open(third);
  assert.equal(await page.evaluate(() => history.length), entries);
  await page.goBack();
  await open(null);
  await page.goForward();
  await open(third);
  // Closed, it is not opened again by undoing.
  await page.keyboard.press('Escape');
  await open(null);
  await eventually(async () => assert.ok(await site.get('undo').isDisabled()));
});

test('bad parameters were taken silently', async (t) => {
  const notice = (site, ...patterns) =>
    eventually(async () => {
      const said = await site.get('notice').innerText();
      for (const pattern of patterns) assert.match(said, pattern);
    });
  const unknown = await here.open(t, 'gallery=faces&want.Foo=yes&like=999999&least=900');
  await notice(unknown, /“least=900”/, /“Foo: yes”, “picture 999999”/);
  assert.equal(await unknown.page.getByRole('heading', { level: 1 }).innerText(), 'Everything');
  // What is taken away is said no more.
  await unknown.get('clear-all').click();
  await eventually(async () => assert.doesNotMatch(await unknown.get('notice').innerText(), /Foo/));
  const nowhere = await here.open(t, 'gallery=elsewhere');
  await notice(nowhere, /no gallery “elsewhere”/);
  const known = await here.open(t, 'gallery=faces&want.Smiling=yes&like=3&lens=Smiling&utm_source=x');
  assert.equal(await known.get('notice').count(), 0);
});
