// The map of the images: laid out in a worker, coloured by what is predicted, moved, and selected in.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { world } from '../lib/world.mjs';

const here = world();

/** Waits until the layout is finished. */
async function laidOut(site) {
  await site.page.locator('[data-testid=map-canvas][data-done=true]').waitFor();
}

/** The map opened by its button. */
async function open(t, query, options) {
  const site = await here.open(t, query, options);
  await site.ready();
  const start = performance.now();
  await site.choose('view-map');
  await laidOut(site);
  figure(t, 'map', { 'milliseconds to the finished layout': performance.now() - start });
  return site;
}

/** Pixels of the canvas that are painted, and those of them in a strong colour. */
function colours(site) {
  return site.get('map-canvas').evaluate((canvas) => {
    // The worker draws on it: here it can only be copied.
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const copy = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    copy.drawImage(canvas, 0, 0, width, height);
    const { data } = copy.getImageData(0, 0, width, height);
    let [painted, coloured] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue, alpha] = data.subarray(at, at + 4);
      if (alpha < 128) continue;
      painted += 1;
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured += 1;
    }
    return { painted, coloured };
  });
}

/** What is said of the point reached, as `{name, value}`. */
async function said(site) {
  const words = await site.page.locator('.image-map__said').innerText();
  const [, name, value] = words.match(/^(.+?), (.+) [<>\d]/) ?? [];
  return { name, value };
}

test('the map is laid out under the task that is asked for, and a link shows the same', async (t) => {
  const site = await open(t, 'gallery=faces&want.Wearing_Hat=yes');
  assert.equal(site.query().get('view'), 'map');
  assert.match(await site.get('map-about').innerText(), /^3,200 pictures: .* similar in wearing hat$/);
  await eventually(async () => {
    const { painted, coloured } = await colours(site);
    assert.ok(painted > 5000 && coloured > 1000, `${painted} and ${coloured} pixels`);
  });
  await site.page.reload();
  await laidOut(site);
  // Another lens is another map, and overall is one too.
  await site.choose('lens-Smiling');
  await eventually(async () => assert.match(await site.get('map-about').innerText(), /similar in smiling$/));
  await laidOut(site);
  assert.equal(site.query().get('lens'), 'Smiling');
  await site.page.locator('label', { has: site.get('lens-') }).click();
  await eventually(async () => assert.match(await site.get('map-about').innerText(), /without a task$/));
  assert.equal(site.query().get('lens'), 'overall');
  await site.choose('view-grid');
  await site.ready();
  assert.equal(site.query().get('view'), null);
  await site.page.goBack();
  await laidOut(site);
});

/** Goes to the next point in the first of some directions that has one: at an edge there is none. */
async function go(site, ...keys) {
  const said = site.page.locator('.image-map__said');
  const before = await said.innerText();
  for (const key of keys) {
    await site.page.keyboard.press(key);
    const changed = (words) => document.querySelector('.image-map__said').innerText !== words;
    const went = await site.page.waitForFunction(changed, before, { timeout: 1000 }).catch(() => null);
    if (went) return;
  }
  assert.fail(`none of ${keys} leads anywhere from ${before}`);
}

test('neighbours on the map have the same value', async (t) => {
  const faces = bundle('faces');
  const site = await open(t, 'gallery=faces&lens=Wearing_Hat&all');
  const canvas = site.get('map-canvas');
  await canvas.focus();
  await go(site, 'ArrowRight');
  const values = [];
  const keys = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'];
  for (let step = 0; step < 24; step += 1) {
    const turn = (step >> 2) & 3;
    await go(site, ...keys.slice(turn), ...keys.slice(0, turn));
    values.push((await said(site)).value);
  }
  const changes = values.filter((value, at) => at > 0 && value !== values[at - 1]).length;
  assert.ok(values.every(Boolean), `${values}`);
  assert.ok(changes <= 5, `${changes} changes among ${values}`);
  // Enter opens the one that was said.
  const { name } = await said(site);
  await site.page.keyboard.press('Enter');
  await site.get('detail').waitFor();
  const index = Number(site.query().get('open'));
  assert.ok(index < faces.manifest.images);
  assert.match(await site.get('detail').innerText(), new RegExp(name.replace('.', '\\.')));
});

test('the map is zoomed by wheel and buttons, and moved by dragging', async (t) => {
  const site = await open(t, 'gallery=shoes&lens=Category');
  const canvas = site.get('map-canvas');
  const box = await canvas.boundingBox();
  assert.ok(await site.get('map-out').isDisabled());
  const before = await colours(site);
  await site.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await site.page.mouse.wheel(0, -600);
  await eventually(async () => assert.ok(!(await site.get('map-out').isDisabled())));
  await eventually(async () => assert.notDeepEqual(await colours(site), before));
  const zoomed = await canvas.screenshot();
  await site.page.mouse.down();
  await site.page.mouse.move(box.x + box.width / 2 + 160, box.y + box.height / 2 + 60, { steps: 6 });
  await site.page.mouse.up();
  assert.equal(site.query().get('open'), null, 'a drag opens nothing');
  await eventually(async () => assert.notDeepEqual(await canvas.screenshot(), zoomed));
  await site.get('map-whole').click();
  await eventually(async () => assert.ok(await site.get('map-out').isDisabled()));
});

test('a frame selects what lies in it', async (t) => {
  const site = await open(t, 'gallery=shoes&lens=Category&all');
  const box = await site.get('map-canvas').boundingBox();
  const drag = async () => {
    await site.page.mouse.move(box.x + 30, box.y + 30);
    await site.page.mouse.down();
    await site.page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.6, { steps: 4 });
    await site.page.mouse.up();
  };
  await site.get('map-frame').click();
  assert.equal(await site.get('map-frame').getAttribute('aria-pressed'), 'true');
  await drag();
  const words = site.get('selection-count');
  await words.waitFor();
  const said = await words.innerText();
  const count = Number(said.match(/([\d,]+) selected/)[1].replace(',', ''));
  assert.ok(count > 10 && count < 3300, `${count}`);
  // The same images are selected in the grid.
  await site.choose('view-grid');
  await site.ready();
  assert.equal(await words.innerText(), said);
  await site.choose('view-map');
  await laidOut(site);
  await site.get('map-canvas').focus();
  await site.page.keyboard.press('Escape');
  await words.waitFor({ state: 'hidden' });
});

test('a worker that cannot be loaded is said, and the rest of the page goes on', async (t) => {
  const site = await here.page(t, { expected: /map_loader|Failed to load/ });
  await site.page.route('**/map_loader.js', (route) => route.abort());
  await site.open('gallery=faces&view=map');
  await eventually(async () => assert.match(await site.get('map-about').innerText(), /^The map cannot be shown: /));
  await site.choose('view-grid');
  await site.ready();
});

for (const dark of [false, true]) {
  test(`axe finds nothing on the map: ${dark ? 'dark' : 'light'}`, async (t) => {
    const site = await open(t, 'gallery=faces&want.Smiling=yes', { dark });
    assert.deepEqual(await site.violations(), []);
    assert.deepEqual(await site.smallTargets('.image-map button'), []);
  });
}

test('the map of another gallery broke the page on the way back', async (t) => {
  const site = await here.page(t);
  await site.open('gallery=faces&view=map&lens=Smiling');
  await laidOut(site);
  await site.page.evaluate(() => history.pushState(null, '', '?gallery=shoes&view=map&lens=Category'));
  await site.page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
  await eventually(async () => assert.match(await site.get('map-about').innerText(), /^3,300 pictures: .* in category$/));
  await laidOut(site);
  await site.page.goBack();
  await eventually(async () => assert.match(await site.get('map-about').innerText(), /^3,200 pictures: .* in smiling$/));
  await laidOut(site);
});
