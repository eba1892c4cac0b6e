// Teaching a task of one's own: marks become a task that is searched, shared, combined and forgotten like any other.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle, share } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { figure } from '../lib/figures.mjs';
import { Library, celeba, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const NAME = 'Head wear';
const TAUGHT = `teach.${NAME}`;

/** The pictures marked, as the address has them. */
function marks(site) {
  const [yes, no] = (site.query().get(TAUGHT) ?? '/').split('/');
  const numbers = (list) => (list ?? '').split(',').filter(Boolean).map(Number);
  return { yes: numbers(yes), no: numbers(no) };
}

const result = (site, image) => site.page.locator(`[data-testid=result][data-index="${image}"]`);
const side = (yes) => (yes ? 'mark-yes' : 'mark-no');

/** Begins to teach, by the button among the attributes. */
async function begin(site, name = NAME) {
  await site.get('teach-new').click();
  await site.get('teach-name').fill(name);
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
}

/** Marks a picture that is drawn, and waits until the address has the mark. */
async function mark(site, image, yes, within = result(site, image)) {
  await within.getByTestId(side(yes)).click();
  await eventually(() => assert.ok(marks(site)[yes ? 'yes' : 'no'].includes(image)));
}

/** Marks the first result that is right to mark so by its label. */
async function markOne(site, faces, yes) {
  const { yes: shown, no } = marks(site);
  const free = (await site.order(40)).filter((image) => !shown.includes(image) && !no.includes(image));
  const image = free.find((image) => faces.label(image, 'Wearing_Hat') === (yes ? 'yes' : 'no'));
  assert.notEqual(image, undefined, 'there is one to mark');
  await mark(site, image, yes);
}

/** Five pictures with a hat and five without, by their labels. */
function examples(faces) {
  const of = (value) => faces.known(['Wearing_Hat']).filter((image) => faces.label(image, 'Wearing_Hat') === value);
  return { yes: of('yes').slice(0, 5), no: of('no').slice(0, 5) };
}

const link = ({ yes, no }) => `gallery=faces&${TAUGHT}=${yes.join(',')}/${no.join(',')}&want.${NAME}=yes`;

test('ten marks teach what a hat is, and a link shows the same', async (t) => {
  const faces = bundle('faces');
  const chance = faces.count('Wearing_Hat', 'yes') / faces.known(['Wearing_Hat']).length;
  const site = await here.open(t, 'gallery=faces&all');
  await begin(site);
  assert.equal(await site.get('teach-count').innerText(), '0 yes, 0 no');
  const first = await site.order();
  await markOne(site, faces, true);
  await site.reordered(first);
  for (let more = 0; more < 4; more += 1) await markOne(site, faces, true);
  for (let more = 0; more < 5; more += 1) {
    // Once all of the first results wear a hat, one that does not is among those it is uncertain about.
    const uncertain = site.get('uncertain').locator('[data-index]');
    await eventually(async () => assert.ok((await uncertain.count()) > 0));
    const offered = await uncertain.evaluateAll((all) => all.map((one) => Number(one.dataset.index)));
    const bare = offered.find((image) => faces.label(image, 'Wearing_Hat') === 'no');
    if (bare === undefined) await markOne(site, faces, false);
    else await mark(site, bare, false, site.get('uncertain').locator(`[data-index="${bare}"]`));
  }
  assert.equal(await site.get('teach-count').innerText(), '5 yes, 5 no');
  await site.get('teach-done').click();
  await site.get('teach').waitFor({ state: 'detached' });
  assert.equal(await site.get('mark').count(), 0);
  const taught = marks(site);
  const isNew = (image) => !taught.yes.includes(image) && !taught.no.includes(image);
  let order;
  await eventually(async () => {
    order = await site.order();
    const labels = order.filter(isNew).map((image) => faces.label(image, 'Wearing_Hat'));
    const right = share(labels, (label) => label === 'yes');
    assert.ok(right >= 0.8, `${right} of the first ${labels.length} that were not marked; ${chance} of all`);
  });
  const right = share(order.map((image) => faces.label(image, 'Wearing_Hat')), (label) => label === 'yes');
  figure(t, 'taught by ten marks, right of the first 20', { right, chance });
  // A chip like any other, a facet with counts, and a lens.
  assert.equal(await site.get('chips').locator('.chip').innerText(), NAME);
  assert.match(await site.get(`taught-${NAME}`).innerText(), /Learned from 5 yes, 5 no/);
  await eventually(async () => {
    const counts = await site.get(`facet-${NAME}`).locator('.count').allInnerTexts();
    const all = counts.reduce((sum, count) => sum + Number(count.replaceAll(',', '')), 0);
    assert.equal(all, faces.manifest.images);
  });
  assert.equal(site.query().get('lens'), NAME);
  const elsewhere = await here.open(t, site.query().toString());
  await eventually(async () => assert.deepEqual(await elsewhere.order(), order));
  await elsewhere.get(`taught-${NAME}`).waitFor();
});

test('a mark is taken back by pressing it again, and by undoing', async (t) => {
  const site = await here.open(t, 'gallery=faces&want.Smiling=yes');
  const before = await site.order();
  await begin(site);
  const [image] = before;
  await mark(site, image, true);
  await site.reordered(before);
  await eventually(async () => {
    assert.equal(await result(site, image).getByTestId('mark-yes').getAttribute('aria-pressed'), 'true');
  });
  assert.equal(site.query().get('want.Smiling'), null, 'what is taught is alone the question');
  const other = (await site.order()).find((result) => result !== image);
  await mark(site, other, false);
  await site.get('undo').click();
  await eventually(() => assert.deepEqual(marks(site), { yes: [image], no: [] }));
  await site.page.goForward();
  await eventually(() => assert.deepEqual(marks(site), { yes: [image], no: [other] }));
  await site.get('undo').click();
  await eventually(async () => assert.equal(await site.get('teach-count').innerText(), '1 yes, 0 no'));
  await result(site, image).getByTestId('mark-yes').click();
  await eventually(() => assert.equal(site.query().get(TAUGHT), null));
  assert.ok(await site.get('teach').isVisible(), 'one goes on teaching');
  // Two steps back: the mark, and what was asked before it.
  await site.get('undo').click();
  await site.get('undo').click();
  await eventually(async () => {
    assert.equal(site.query().get('want.Smiling'), 'yes');
    assert.deepEqual(await site.order(), before);
  });
});

test('what is taught combines with attributes, weights and its own absence', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, link(examples(faces)));
  const alone = await site.order();
  await site.want('Smiling', 'yes');
  await site.reordered(alone);
  const both = (await site.order()).map((image) => [faces.label(image, 'Wearing_Hat'), faces.label(image, 'Smiling')]);
  const right = both.filter(([hat, smiling]) => hat !== 'no' && smiling !== 'no');
  assert.ok(right.length >= 14, `${right.length} of 20: ${JSON.stringify(both)}`);
  const together = await site.order();
  await site.want(NAME, 'no');
  await site.reordered(together);
  const without = (await site.order()).map((image) => faces.label(image, 'Wearing_Hat'));
  assert.ok(share(without, (label) => label === 'no') >= 0.8, JSON.stringify(without));
  assert.equal(site.query().get(`not.${NAME}`), 'yes');
  // In the search bar it is a word like any other.
  await site.get('clear-all').click();
  await site.get('ask').fill('no head wear');
  await site.page.keyboard.press('Enter');
  await eventually(() => assert.equal(site.query().get(`not.${NAME}`), 'yes'));
  // Limits on it keep pictures out.
  await site.get(`facet-${NAME}`).getByRole('button', { name: /histogram/ }).click();
  await site.get(`range-${NAME}`).getByRole('slider').last().focus();
  for (let pressed = 0; pressed < 16; pressed += 1) await site.page.keyboard.press('ArrowLeft');
  await eventually(async () => assert.match(await site.get('found').innerText(), /left out/));
});

test('pictures are seen through what was taught, and compared through what the network knows', async (t) => {
  const site = await here.open(t, link(examples(bundle('faces'))));
  const first = site.page.locator('[data-testid=result]').first();
  await eventually(async () => assert.match(await first.locator('.tile__seen').innerText(), /Head wear/));
  await first.hover();
  await first.getByTestId('more-like').click();
  await eventually(() => assert.notEqual(site.query().get('like'), null));
  assert.notEqual(site.query().get('lens'), NAME);
  await eventually(async () => assert.equal(await site.page.locator('h1').innerText(), 'Alike overall'));
  // A link may name it as the lens, though nothing can be compared in it.
  const named = await here.open(t, `${site.query()}&lens=${NAME.replace(' ', '+')}`);
  assert.equal(await named.page.locator('h1').innerText(), 'Alike overall');
  assert.equal(await named.get(`lens-${NAME}`).count(), 0);
});

test('the details judge by what was taught, and show how it was marked', async (t) => {
  const faces = bundle('faces');
  const given = examples(faces);
  const site = await here.open(t, `${link(given)}&open=${given.yes[0]}`);
  const row = site.get('detail').locator('.task-row', { hasText: NAME });
  await row.waitFor();
  await eventually(async () => assert.match(await row.innerText(), /you marked yes/));
  assert.doesNotMatch(await row.innerText(), /label/);
  assert.equal(await row.getByRole('button').count(), 0, 'nothing to compare in');
  assert.match(await site.get('why').innerText(), /Head wear/);
  await site.page.keyboard.press('Escape');
  // While one teaches, a picture is marked here, too.
  await site.get(`teach-more-${NAME}`).click();
  const unmarked = (await site.order(40)).find((image) => !given.yes.includes(image));
  await result(site, unmarked).locator('.tile__open').click();
  await site.get('detail').getByRole('button', { name: 'Shows it' }).click();
  await eventually(() => assert.ok(marks(site).yes.includes(unmarked)));
  await eventually(async () => assert.match(await row.innerText(), /you marked yes/));
});

test('a task is forgotten with all that was asked of it, and comes back by undoing', async (t) => {
  const site = await here.open(t, link(examples(bundle('faces'))));
  const order = await site.order();
  await site.want('Smiling', 'yes');
  await eventually(() => assert.equal(site.query().get('want.Smiling'), 'yes'));
  await site.get(`forget-${NAME}`).click();
  await eventually(() => {
    assert.equal(site.query().get(TAUGHT), null);
    assert.equal(site.query().get(`want.${NAME}`), null);
  });
  await site.get(`taught-${NAME}`).waitFor({ state: 'detached' });
  await site.get('undo').click();
  await site.get('undo').click();
  await eventually(async () => assert.deepEqual(await site.order(), order));
  await site.get(`teach-more-${NAME}`).click();
  await site.get('teach-forget').click();
  await eventually(() => assert.equal(site.query().get(TAUGHT), null));
  assert.equal(await site.get('teach').count(), 0);
});

test('marks of one kind teach, too', async (t) => {
  const faces = bundle('faces');
  const given = examples(faces);
  const chance = faces.count('Wearing_Hat', 'yes') / faces.known(['Wearing_Hat']).length;
  const hats = async (query) => {
    const site = await here.open(t, query);
    await eventually(async () => assert.ok((await site.results()).every(({ score }) => score !== null)));
    return share((await site.order()).map((image) => faces.label(image, 'Wearing_Hat')), (label) => label === 'yes');
  };
  const yes = await hats(link({ yes: given.yes, no: [] }));
  assert.ok(yes >= chance + 0.4, `${yes} by yes alone, ${chance} by chance`);
  const no = await hats(link({ yes: [], no: faces.known(['Wearing_Hat']).filter((image) => faces.label(image, 'Wearing_Hat') === 'no').slice(0, 20) }));
  assert.ok(no > chance, `${no} by no alone, ${chance} by chance`);
});

test('pictures that a gallery does not have are said and passed over', async (t) => {
  const { yes, no } = examples(bundle('faces'));
  const site = await here.open(t, link({ yes: [...yes, 99_999], no }));
  const taught = site.get(`taught-${NAME}`);
  await eventually(async () => {
    assert.match(await taught.innerText(), /Learned from 5 yes, 5 no/);
    assert.match(await taught.innerText(), /1 of its examples is not in this gallery/);
  });
  const nothing = await here.open(t, link({ yes: [99_998], no: [99_999] }));
  const knows = nothing.get(`taught-${NAME}`);
  await eventually(async () => assert.match(await knows.innerText(), /cannot be used here/));
  // A name the network has is the network's.
  const taken = await here.open(t, 'gallery=faces&teach.Smiling=1,2/3&want.Smiling=yes');
  assert.equal(await taken.page.locator('.taught').count(), 0);
});

test('a name must be new, and what the search bar does not know can be taught', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  await site.get('ask').fill('unicorn');
  await site.get('suggestion-teach').waitFor();
  await site.page.keyboard.press('ArrowDown');
  await site.page.keyboard.press('Enter');
  const name = site.get('teach-name');
  await eventually(async () => {
    assert.equal(await name.inputValue(), 'unicorn');
    assert.ok(await name.evaluate((field) => field === document.activeElement));
  });
  await name.fill('wearing HAT');
  await site.page.keyboard.press('Enter');
  await site.page.getByText(/“Wearing hat” is an attribute of this gallery already/).waitFor();
  await name.fill('   ');
  await site.page.keyboard.press('Enter');
  await site.page.getByText(/Give it a name first/).waitFor();
  await site.page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await site.get('teach').count(), 0);
});

test('everything can be taught by the keyboard', async (t) => {
  const site = await here.open(t, 'gallery=faces&all');
  await site.tabTo('[data-testid=teach-new]');
  await site.page.keyboard.press('Enter');
  await eventually(async () => {
    assert.ok(await site.get('teach-name').evaluate((field) => field === document.activeElement));
  });
  await site.page.keyboard.type(NAME);
  await site.page.keyboard.press('Enter');
  await site.get('teach-count').waitFor();
  await site.tabTo('[data-testid=grid] .tile__open');
  const held = () =>
    site.page.evaluate(() => {
      const tile = document.activeElement?.closest('[data-testid=result]');
      return tile && { image: Number(tile.dataset.index), place: Number(tile.getAttribute('aria-posinset')) };
    });
  const first = await held();
  const before = await site.order();
  await site.page.keyboard.press('y');
  await eventually(() => assert.deepEqual(marks(site).yes, [first.image]));
  await site.reordered(before);
  // The focus goes on to what is first now, unless that is the same picture.
  await eventually(async () => assert.equal((await held())?.place, 1));
  await site.page.keyboard.press('ArrowRight');
  await eventually(async () => assert.equal((await held())?.place, 2));
  const second = await held();
  await site.page.keyboard.press('n');
  await eventually(() => assert.deepEqual(marks(site), { yes: [first.image], no: [second.image] }));
  await eventually(async () => {
    const { image, place } = (await held()) ?? {};
    assert.equal(place, 2);
    assert.notEqual(image, second.image);
  });
  // The targets themselves are reached, and say what they do.
  await site.page.keyboard.press('Tab');
  await site.page.keyboard.press('Tab');
  const label = await site.page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  assert.match(label, /^Picture \d+ (shows|does not show) head wear$/);
  await site.tabTo('[data-testid=teach-done]', { key: 'Shift+Tab' });
  await site.page.keyboard.press('Enter');
  await site.get('teach').waitFor({ state: 'detached' });
  // Then the letters are letters again.
  await site.tabTo('[data-testid=grid] .tile__open');
  await site.page.keyboard.press('y');
  assert.equal(await site.get('mark').count(), 0);
  assert.equal(marks(site).yes.length, 1);
});

test('a gallery of one’s own is taught, and taught the same after a reload', async (t) => {
  const faces = bundle('faces');
  const site = await here.open(t, 'gallery=faces&all&backend=cpu');
  const library = new Library(site);
  await library.bring(writeZip(folder, 'faces.zip', celeba(60)));
  await library.start();
  const hats = Array.from({ length: 60 }, (_, image) => image).filter((image) => faces.label(image, 'Wearing_Hat') === 'yes');
  await eventually(async () => assert.match(await site.get('found').innerText(), /^60 pictures/), { timeout: 60_000 });
  await begin(site);
  await mark(site, hats[0], true);
  await mark(site, hats[1], true, site.page.locator(`[data-index="${hats[1]}"]`).first());
  await site.get('teach-done').click();
  await eventually(async () => assert.ok((await site.results()).every(({ score }) => score !== null)));
  const order = await site.order();
  await site.drawn();
  await site.page.reload();
  await site.ready();
  await eventually(async () => assert.deepEqual(await site.order(), order));
});

test('axe finds nothing while one teaches, on a desk and on a phone, and all targets are large enough', async (t) => {
  const faces = bundle('faces');
  for (const dark of [false, true]) {
    for (const size of [{}, { width: 390, height: 844 }]) {
      const site = await here.open(t, `${link({ yes: [...examples(faces).yes, 99_999], no: [] })}`, { dark, ...size });
      if (size.width) await site.page.getByRole('button', { name: 'Attributes', exact: true }).click();
      assert.deepEqual(await site.violations(), []);
      await site.get('teach-new').click();
      await site.get('teach-start').click();
      assert.deepEqual(await site.violations(), []);
      if (size.width) await site.page.getByRole('button', { name: 'Attributes', exact: true }).click();
      await site.get(`teach-more-${NAME}`).click();
      await site.get('uncertain').locator('[data-index]').first().waitFor();
      assert.deepEqual(await site.violations(), []);
      assert.deepEqual(await site.smallTargets('.teach button, .mark button, .taught button, .facets__teach button'), []);
      const overflow = await site.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px wider than the window`);
    }
  }
});

test('a phone teaches by touch', async (t) => {
  const site = await here.open(t, 'gallery=faces&all', { width: 390, height: 844 });
  await site.page.getByRole('button', { name: 'Attributes', exact: true }).click();
  await begin(site);
  const [first] = await site.order();
  await mark(site, first, true);
  const strip = site.get('uncertain').locator('[data-index]');
  await eventually(async () => assert.equal(await strip.count(), 8));
  const offered = Number(await strip.nth(1).getAttribute('data-index'));
  await mark(site, offered, false, site.get('uncertain').locator(`[data-index="${offered}"]`));
  await eventually(async () => {
    const now = await strip.evaluateAll((all) => all.map((one) => Number(one.dataset.index)));
    assert.ok(now.length === 8 && !now.includes(offered), 'what is marked is not asked again');
  });
  // The bar stays in sight while one looks for more.
  await site.page.evaluate(() => window.scrollTo(0, 3000));
  const { y } = await site.get('teach').boundingBox();
  assert.ok(y >= -8 && y < 20, `the bar is at ${y}`);
});
