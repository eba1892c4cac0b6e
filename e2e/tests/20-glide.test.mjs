// Another lens puts pictures elsewhere: they glide there, from where they are, for whoever wants things to move.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Beside } from '../lib/beside.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const LIKE = 'gallery=faces&like=7';

/** Where the results are seen: by picture, their upper left corners. */
function places(site, testid = 'result') {
  return site.page.evaluate((testid) => {
    const all = [...document.querySelectorAll(`[data-testid=${testid}]`)];
    const corner = ({ left, top }) => [left, top];
    return Object.fromEntries(all.map((tile) => [tile.dataset.index, corner(tile.getBoundingClientRect())]));
  }, testid);
}

/** Counts the animations that scripts start; those of style sheets are left out. */
async function count(site) {
  await site.page.evaluate(() => {
    window.animations = [];
    const { animate } = Element.prototype;
    Element.prototype.animate = function (...how) {
      window.animations.push(new URLSearchParams(location.search).get('lens'));
      return animate.apply(this, how);
    };
  });
  return () => site.page.evaluate(() => window.animations.length);
}

/** The lenses under which the counted animations started, each once. */
function lenses(site) {
  return site.page.evaluate(() => [...new Set(window.animations)]);
}

/**
 * Holds the next animations of results at a share of their time, and says where the results then are and which appear
 * anew. `act` starts them.
 */
async function held(site, share, act) {
  await site.page.evaluate((share) => {
    window.held = new Promise((done) => {
      const look = () => {
        const gliding = document.getAnimations().filter((one) => one.effect.target.matches('[data-testid=result]'));
        const fresh = gliding.filter((one) => !(one instanceof CSSTransition) && one.playState === 'running');
        if (fresh.length === 0) {
          requestAnimationFrame(look);
          return;
        }
        const duration = fresh[0].effect.getTiming().duration;
        fresh.forEach((one) => {
          one.pause();
          one.currentTime = share * duration;
        });
        const appearing = fresh.filter((one) => one.effect.getKeyframes()[0].opacity !== undefined);
        done({ duration, count: fresh.length, appearing: appearing.map((one) => one.effect.target.dataset.index) });
      };
      look();
    });
  }, share);
  await act();
  const found = await site.page.evaluate(() => window.held);
  return { ...found, places: await places(site) };
}

const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 1.5;
const inView = ([, top]) => top > -50 && top < 900;

test('a tile that stays glides from its old place to its new one, and what is new appears', async (t) => {
  const site = await here.open(t, `${LIKE}&lens=Smiling`, { motion: true });
  await site.drawn();
  const before = await places(site);
  const found = await held(site, 0, () => site.lens('Eyeglasses'));
  assert.ok(found.count <= 80, `${found.count} at once`);
  assert.equal(found.duration, 350);
  const stayed = Object.keys(found.places).filter((index) => before[index] && inView(before[index]));
  assert.ok(stayed.length > 1, 'the test means something');
  for (const index of stayed) {
    assert.ok(near(found.places[index], before[index]), `${index}: ${found.places[index]} was at ${before[index]}`);
  }
  assert.ok(found.appearing.length > 0);
  for (const index of found.appearing) assert.equal(before[index], undefined, `${index} was there before`);

  // A change on the way starts from where the tiles are then.
  await site.page.evaluate(() => document.getAnimations().forEach((one) => (one.currentTime = 120)));
  const underway = await places(site);
  const next = await held(site, 0, () => site.lens('Wearing_Hat'));
  const still = Object.keys(next.places).filter((index) => underway[index] && inView(underway[index]));
  assert.ok(still.length > 0, 'the test means something');
  const moving = still.filter((index) => !next.appearing.includes(index) && !found.appearing.includes(index));
  for (const index of moving) {
    assert.ok(near(next.places[index], underway[index]), `${index}: ${next.places[index]} was at ${underway[index]}`);
  }

  // In the end, all are where the page lays them out.
  await site.page.evaluate(() => document.getAnimations().forEach((one) => one.finish()));
  const ended = await places(site);
  await eventually(async () => {
    const left = await site.page.evaluate(
      () => document.getAnimations().filter((one) => !(one instanceof CSSTransition)).length,
    );
    assert.equal(left, 0);
  });
  assert.deepEqual(await places(site), ended);
});

test('nothing glides because something is scrolled', async (t) => {
  const site = await here.open(t, `${LIKE}&lens=Smiling`, { motion: true });
  await site.drawn();
  const animations = await count(site);
  const [first] = await site.order(1);
  for (const to of [1000, 8000, 30_000, 0]) {
    await site.page.evaluate((to) => window.scrollTo(0, to), to);
    await eventually(async () => assert.equal((await site.order(1))[0] === first, to <= 1000));
  }
  assert.equal(await animations(), 0);
  // The same order again is no reason either.
  await site.get('mixer-toggle').click();
  await site.get('weight').first().focus();
  await site.page.keyboard.press('ArrowRight');
  await eventually(() => assert.equal(site.query().get('like~110'), '7'));
  // Another lens, asked for afterwards, is one: nothing moved before it.
  await site.lens('Eyeglasses');
  await eventually(async () => assert.ok((await animations()) > 0));
  assert.deepEqual(await lenses(site), ['Eyeglasses']);
});

test('who wants no motion has none', async (t) => {
  const site = await here.open(t, `${LIKE}&lens=Smiling`);
  await site.drawn();
  const animations = await count(site);
  const before = await site.order();
  await site.lens('Eyeglasses');
  await site.reordered(before);
  const seen = await site.page.evaluate(async () => {
    const frames = [];
    for (let frame = 0; frame < 20; frame += 1) {
      await new Promise((done) => requestAnimationFrame(done));
      const tile = document.querySelectorAll('[data-testid=result]')[5].getBoundingClientRect();
      frames.push(`${tile.left} ${tile.top} ${document.getAnimations().length}`);
    }
    return [...new Set(frames)];
  });
  assert.equal(seen.length, 1, seen.join('; '));
  assert.match(seen[0], / 0$/);
  assert.equal(await animations(), 0);
});

test('gliding is no shift of the layout, and comes to an end', async (t) => {
  const site = await here.open(t, `${LIKE}&lens=Smiling`, { motion: true });
  await site.drawn();
  const shift = await site.page.evaluate(() => {
    window.shift = 0;
    new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => {
        if (!entry.hadRecentInput) window.shift += entry.value;
      }),
    ).observe({ type: 'layout-shift' });
  });
  assert.equal(shift, undefined);
  for (const lens of ['Eyeglasses', 'Wearing_Hat', 'Bald', 'Bangs']) {
    const before = await site.order();
    await site.lens(lens);
    await site.reordered(before);
  }
  await eventually(async () => assert.equal(await site.page.evaluate(() => document.getAnimations().length), 0));
  assert.ok((await site.page.evaluate(() => window.shift)) < 0.05);
});

test('pictures glide along their rows, too', async (t) => {
  const site = await here.page(t, { motion: true });
  await site.open('gallery=shoes&like=12&lens=Closure&row=Closure&row=Category');
  const beside = new Beside(site);
  await beside.ready('Closure', 'Category');
  const [, other] = await beside.order('Category', 2);
  const animations = await count(site);
  await beside.picture('Category', other).hover();
  await beside.row('Category').locator(`[data-index="${other}"] .tile__like`).click();
  await eventually(async () => assert.equal((await beside.order('Category', 1))[0], other));
  await eventually(async () => assert.ok((await animations()) > 0));
});
