// One question under several tasks, in rows that scroll together.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Beside } from '../lib/beside.mjs';
import { bundle, share } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const SHOES = ['Closure', 'HeelHeight', 'Category', 'Gender'];
const LIKE = 'gallery=shoes&like=12&lens=Closure';

/** A page opened at rows, once they have their pictures. */
async function open(t, query, rows, options) {
  const site = await here.page(t, options);
  await site.open(`${query}${rows.map((row) => `&row=${row}`).join('')}`);
  const beside = new Beside(site);
  await beside.ready(...rows);
  return { site, beside };
}

test('each row is the beginning of what its task finds as the lens', async (t) => {
  for (const [query, rows] of [
    ['gallery=shoes&like=12', SHOES],
    ['gallery=shoes&like=12&unlike~50=40&want.Gender=Women&only.HeelHeight=Flat:0-50', ['Category', 'Closure']],
    ['gallery=faces&like=7&like.Wearing_Hat=21&not.Eyeglasses=yes&least=60', ['Smiling', 'Bald']],
  ]) {
    const { beside } = await open(t, query, rows);
    for (const row of rows) {
      const grid = await here.open(t, `${query}&lens=${row}`);
      const order = await grid.order(40);
      await eventually(async () => assert.deepEqual(await beside.order(row, 40), order, `${row} of ${query}`));
    }
  }
});

test('the switch leads from the grid to rows that differ, and the address says so', async (t) => {
  const site = await here.open(t, LIKE);
  const beside = new Beside(site);
  assert.ok(await site.get('view-grid').isChecked());
  await site.choose('view-rows');
  await beside.ready(...SHOES);
  assert.deepEqual(site.query().getAll('row'), SHOES, 'the lens comes first');
  assert.equal(await site.get('result').count(), 0);
  const order = await beside.order('Gender');

  await site.page.goBack();
  await site.ready();
  assert.ok(await site.get('view-grid').isChecked());
  assert.equal(await site.get('beside').count(), 0);
  await site.page.goForward();
  await beside.ready(...SHOES);
  await site.page.reload();
  await beside.ready(...SHOES);
  assert.deepEqual(await beside.order('Gender'), order);
  assert.ok(await site.get('view-rows').isChecked());

  await beside.row('Category').getByTestId('beside-remove').click();
  await beside.ready('Closure', 'HeelHeight', 'Gender');
  await site.choose('view-grid');
  await site.ready();
  assert.deepEqual(site.query().getAll('row'), []);
  await site.choose('view-rows');
  await beside.ready('Closure', 'HeelHeight', 'Gender');
  // Another gallery has other tasks: it begins anew, in the grid.
  await site.choose('gallery-faces');
  await site.ready();
  await site.choose('view-rows');
  await eventually(async () => assert.equal((await beside.tasks()).length, 4));
});

test('rows of tasks there are not are left out, and with none left there is the grid', async (t) => {
  await open(t, 'gallery=shoes&like=12&row=Smiling', ['Gender']);
  const site = await here.open(t, 'gallery=shoes&row=Smiling');
  assert.equal(await site.get('beside').count(), 0);
});

test('with nothing to compare, a row has what its task is surest of, and offers a comparison', async (t) => {
  const faces = bundle('faces');
  const rows = ['Eyeglasses', 'Wearing_Hat', 'Bald'];
  const { site, beside } = await open(t, 'gallery=faces&want.Smiling=yes', rows);
  for (const row of rows) {
    const labels = (await beside.order(row, 20)).map((image) => faces.label(image, row));
    assert.ok(share(labels, (label) => label === 'yes') >= 0.9, `${row}: ${labels}`);
  }
  const smiling = (await beside.order('Wearing_Hat', 20)).map((image) => faces.label(image, 'Smiling'));
  assert.ok(share(smiling, (label) => label === 'yes') >= 0.8, 'the question holds in every row');
  assert.match(await site.get('beside-said').innerText(), /most confident/);
  const offer = site.get('beside-compare');
  const [picture] = (await offer.innerText()).match(/\d+/);
  await offer.click();
  await eventually(async () => {
    assert.equal(site.query().get('like'), picture);
    for (const row of rows) assert.equal((await beside.order(row, 1))[0], Number(picture));
  });
  assert.deepEqual(await beside.tasks(), rows);
  assert.equal(await offer.count(), 0);
  assert.match(await site.get('beside-said').innerText(), /^One row per task/);
});

test('rows are added at the end and taken away, and a heading makes its task the lens', async (t) => {
  const { site, beside } = await open(t, LIKE, ['Closure', 'Category']);
  const order = await beside.order('Category');
  const add = site.get('add-row');
  await add.click();
  assert.equal(await add.getAttribute('aria-expanded'), 'true');
  await site.get('add-row-Gender').click();
  await beside.ready('Closure', 'Category', 'Gender');
  assert.deepEqual(site.query().getAll('row'), ['Closure', 'Category', 'Gender']);
  assert.ok(await add.evaluate((button) => button === document.activeElement), 'the focus is not lost');

  assert.equal(await beside.heading('Closure').getAttribute('aria-pressed'), 'true');
  await beside.heading('Category').click();
  await eventually(async () => assert.equal(await beside.heading('Category').getAttribute('aria-pressed'), 'true'));
  assert.equal(site.query().get('lens'), 'Category');
  assert.deepEqual(await beside.order('Category'), order, 'the rows stay as they are');

  await beside.row('Closure').getByTestId('beside-remove').click();
  await beside.ready('Category', 'Gender');
  await beside.isFocused('Category', 0);
  await site.page.goBack();
  await beside.ready('Closure', 'Category', 'Gender');
  // What is left cannot be taken away: the switch leads back to the grid.
  await beside.row('Closure').getByTestId('beside-remove').click();
  await beside.row('Gender').getByTestId('beside-remove').click();
  await beside.ready('Category');
  assert.ok(await site.get('beside-remove').isHidden());
});

test('a row says how much of it the first row has', async (t) => {
  const { beside } = await open(t, LIKE, SHOES);
  const first = await beside.order('Closure', 20);
  for (const task of SHOES.slice(1)) {
    const both = (await beside.order(task, 20)).filter((picture) => first.includes(picture)).length;
    assert.equal(await beside.row(task).getByTestId('beside-shared').innerText(), `${both} of 20 shared with closure`);
  }
  assert.equal(await beside.row('Closure').getByTestId('beside-shared').innerText(), '');
});

for (const [name, size] of [
  ['desktop', {}],
  ['phone', { width: 390, height: 844 }],
]) {
  test(`all rows scroll together, under headings that stay, on a ${name}`, async (t) => {
    const { site, beside } = await open(t, LIKE, SHOES, size);
    const look = () =>
      site.page.evaluate(() => {
        const left = (element) => Math.round(element.getBoundingClientRect().left);
        return [...document.querySelectorAll('[data-testid=beside-row]')].map((row) => ({
          heading: left(row.querySelector('[data-cell="0"]')),
          pictures: [...row.querySelectorAll('[data-testid=beside-result]')].map(left),
        }));
      });
    const ranks = await site.page
      .getByRole('columnheader')
      .evaluateAll((all) => all.slice(1).map((rank) => Math.round(rank.getBoundingClientRect().left)));
    const before = await look();
    for (const row of before) assert.deepEqual(row.pictures, ranks, 'column k is the k-th of every row');
    if (name === 'desktop') {
      await site.page.getByRole('button', { name: 'Further results' }).click();
    } else {
      await site.get('beside-rows').evaluate((rows) => rows.scrollTo(300, 0));
    }
    await eventually(async () => {
      const after = await look();
      const by = before[0].pictures[0] - after[0].pictures[0];
      assert.ok(by > 200, `${by} px`);
      after.forEach((row, at) => {
        assert.deepEqual(row.pictures, before[at].pictures.map((left) => left - by));
        assert.equal(row.heading, before[at].heading);
      });
    });
    const wider = await site.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(wider <= 0, `the page is ${wider} px wider than the window`);
    await site.get('beside-rows').evaluate((rows) => rows.scrollTo(Number.MAX_SAFE_INTEGER, 0));
    await eventually(async () => {
      const [row] = await look();
      const end = await site.page.evaluate(() => document.documentElement.clientWidth);
      assert.ok(row.pictures.at(-1) < end - 40, 'the last picture can be seen');
      assert.equal(row.heading, before[0].heading);
    });
    if (name === 'phone') {
      const [heading, picture] = await beside.row('Gender').evaluate((row) => [
        row.querySelector('[data-cell="0"]').getBoundingClientRect().bottom,
        row.querySelector('[data-testid=beside-result]').getBoundingClientRect().top,
      ]);
      assert.ok(heading <= picture, 'the heading lies above its pictures');
    }
  });
}

test('a picture pointed at is found in the other rows, and said in words', async (t) => {
  const { site, beside } = await open(t, LIKE, ['Closure', 'Category', 'HeelHeight']);
  const [closure, category, heel] = await Promise.all(
    ['Closure', 'Category', 'HeelHeight'].map((task) => beside.order(task)),
  );
  const both = category.slice(1, 8).find((picture) => heel.includes(picture) || closure.includes(picture));
  assert.notEqual(both, undefined, 'the test means something');
  const there = [closure, category, heel].filter((row) => row.includes(both)).length;
  await beside.picture('Category', both).hover();
  const marked = site.page.locator('.beside__cell--same');
  await eventually(async () => assert.equal(await marked.count(), there));
  for (const cell of await marked.all()) assert.equal(await cell.getAttribute('data-index'), String(both));

  const ordinal = (place) => {
    const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[place % 10] ?? 'th';
    return `${place}${[11, 12, 13].includes(place % 100) ? 'th' : ending}`;
  };
  const parts = Object.entries({ 'Closure': closure, 'Category': category, 'Heel height': heel });
  const shown = parts
    .filter(([, row]) => row.includes(both))
    .map(([title, row]) => `${ordinal(row.indexOf(both) + 1)} in ${title}`);
  const missing = parts.filter(([, row]) => !row.includes(both)).map(([title]) => title);
  const words = [...shown, ...(missing.length > 0 ? [`not shown in ${missing.join(' or ')}`] : [])];
  const said = `Picture ${both}: ${words.join(', ')}`;
  assert.equal(await site.get('beside-said').innerText(), said);
  assert.equal(await beside.picture('Category', both).getAttribute('aria-label'), said);
  await site.get('found').hover();
  await eventually(async () => assert.equal(await marked.count(), 0));
});

test('the keyboard goes along rows and between them, to the details and back', async (t) => {
  const { site, beside } = await open(t, LIKE, ['Closure', 'Category', 'Gender']);
  await site.tabTo('.tile__open');
  await beside.isFocused('Closure', 1);
  const press = async (key, ...cell) => {
    await site.page.keyboard.press(key);
    await beside.isFocused(...cell);
  };
  await press('ArrowRight', 'Closure', 2);
  await press('ArrowDown', 'Category', 2);
  await press('ArrowDown', 'Gender', 2);
  await press('ArrowDown', 'Gender', 2);
  await press('End', 'Gender', 60);
  const seen = () =>
    site.page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return box.right <= window.innerWidth && document.activeElement.contains(at);
    });
  await eventually(async () => assert.ok(await seen(), 'what has the focus can be seen'));
  await press('ArrowUp', 'Category', 60);
  await press('Home', 'Category', 0);
  await press('ArrowRight', 'Category', 1);
  await eventually(async () => assert.ok(await seen(), 'the heading does not cover it'));
  await press('ArrowRight', 'Category', 2);
  assert.equal(await site.page.locator('.beside__cell--same').count() > 0, true, 'the focus points, too');
  // One stop for all pictures, and one for what can be done with the one at hand.
  await site.page.keyboard.press('Tab');
  const like = await site.page.evaluate(() => document.activeElement.dataset.testid);
  assert.equal(like, 'beside-like');
  await site.page.keyboard.press('Tab');
  await beside.isFocused('Gender', 0);
  await site.page.keyboard.press('Shift+Tab');
  await site.page.keyboard.press('Shift+Tab');
  await beside.isFocused('Category', 2);

  const [, second] = await beside.order('Category', 2);
  await site.page.keyboard.press('Enter');
  await site.get('detail').locator('.task-row').first().waitFor();
  assert.equal(site.query().get('open'), String(second));
  await site.page.keyboard.press('Escape');
  await site.get('detail').locator('.task-row').first().waitFor({ state: 'detached' });
  await beside.isFocused('Category', 2);

  // "More like this" puts the picture first in every row, and the focus is not lost.
  await site.page.keyboard.press('Tab');
  await site.page.keyboard.press('Enter');
  await eventually(async () => {
    for (const task of ['Closure', 'Category', 'Gender']) assert.equal((await beside.order(task, 1))[0], second);
  });
  assert.equal(site.query().get('like'), String(second));
  await eventually(async () => {
    const inside = await site.page.evaluate(() => document.activeElement.closest('[data-testid=beside-row]') !== null);
    assert.ok(inside, 'the focus is in the rows');
  });
});

test('rows are a grid with headers on both sides', async (t) => {
  const { site } = await open(t, LIKE, ['Closure', 'Gender']);
  const grid = site.page.getByRole('grid', { name: 'The best results under every task' });
  assert.equal(await grid.getByRole('row').count(), 3);
  assert.deepEqual(await grid.getByRole('rowheader').evaluateAll((all) => all.map((one) => one.ariaLabel)), [
    'Closure',
    'Gender',
  ]);
  assert.equal(await grid.getByRole('columnheader').count(), 61);
  assert.equal(await grid.getByRole('gridcell').count(), 120);
});

for (const dark of [false, true]) {
  test(`axe finds nothing, and every target is large enough: ${dark ? 'dark' : 'light'}`, async (t) => {
    for (const size of [{}, { width: 390, height: 844 }]) {
      const { site } = await open(t, LIKE, SHOES, { dark, ...size });
      assert.deepEqual(await site.violations(), []);
      const other = await open(t, 'gallery=faces&want.Smiling=yes', ['Smiling', 'Wearing_Hat'], { dark, ...size });
      await other.site.get('add-row').click();
      assert.deepEqual(await other.site.violations(), []);
      assert.deepEqual(await other.site.smallTargets('[data-testid=beside] button'), []);
    }
  });
}

test('limits that leave nothing say so in the rows', async (t) => {
  const site = await here.page(t);
  await site.open('gallery=shoes&like=12&only.Gender=Women:100-100&only.Category=Boots:0-0&least=100&row=Gender');
  await eventually(async () => assert.match(await site.get('beside-row').innerText(), /No pictures match/));
  assert.deepEqual(await site.violations(), []);
});

test('an own gallery has rows, and its thumbnails are drawn', async (t) => {
  const site = await here.open(t, 'gallery=shoes&backend=cpu');
  const library = new Library(site);
  await library.bring(writeZip(scratch(), 'celeba.zip', celeba(120)));
  await library.start();
  await library.ended();
  await site.choose('view-rows');
  const beside = new Beside(site);
  await eventually(async () => assert.equal((await beside.tasks()).length, 4));
  await site.get('beside-compare').click();
  await eventually(async () => {
    const pictures = site.page.locator('[data-testid=beside-result] img');
    const missing = await pictures.evaluateAll((all) =>
      all
        .map((picture) => ({ picture, box: picture.getBoundingClientRect() }))
        .filter(({ box }) => box.left < window.innerWidth && box.top < window.innerHeight)
        .filter(({ picture }) => picture.naturalWidth === 0).length,
    );
    assert.equal(await pictures.count(), 4 * 60);
    assert.equal(missing, 0, 'every picture in the window is drawn');
    assert.match(await pictures.first().getAttribute('src'), /^blob:/);
  });
});
