// Every state of the page that is worth a look, and how a visitor gets there.

import { celeba, labelled, Library, writeZip } from './own.mjs';

/** Opens the sheet of attributes, where there is no room for them beside the results. */
async function openSide(site) {
  const button = site.page.locator('.side-switch');
  if (await button.isVisible()) await button.click();
}

/** Selects the first two results. */
async function select(site) {
  await site.page.locator('.tile__open').first().focus();
  await site.page.keyboard.press('x');
  await site.page.keyboard.press('Shift+ArrowRight');
  await site.get('selection-compare').waitFor();
}

/**
 * `query`: the address; `reach`: what a visitor does then; `page`: options of the page; `ready`: whether there are
 * results to wait for.
 */
export const states = [
  { name: 'faces', title: 'Faces by attribute', query: 'gallery=faces' },
  { name: 'shoes', title: 'Shoes by attribute', query: 'gallery=shoes' },
  { name: 'welcome', title: 'The first visit, with the welcome', query: '', page: { newcomer: true } },
  {
    name: 'tour',
    title: 'A stop of the tour',
    query: '',
    page: { newcomer: true },
    reach: (site) => site.get('tour-start').click(),
  },
  {
    name: 'typing',
    title: 'Completion in the search bar',
    query: 'gallery=faces&want.Smiling=yes',
    reach: (site) => site.get('ask').fill('wea'),
  },
  {
    name: 'weights',
    title: 'Weights and limits',
    query: 'gallery=faces&want~150.Smiling=yes&not.Eyeglasses=yes&like=12&only.Bald=yes:0-40',
    reach: (site) => site.get('mixer-toggle').click(),
  },
  {
    name: 'histogram',
    title: 'The histogram of an attribute',
    query: 'gallery=faces&want.Smiling=yes',
    async reach(site) {
      await openSide(site);
      await site.get('facet-Bald').getByRole('button', { name: /histogram/ }).click();
    },
  },
  { name: 'example', title: 'Alike in one respect', query: 'gallery=shoes&like=3&lens=Closure' },
  {
    name: 'examples',
    title: 'Several pictures, each in a task of its own',
    query: 'gallery=shoes&like.Closure=3&unlike.Category=40&lens=Closure',
  },
  {
    name: 'side-by-side',
    title: 'One question under several tasks, side by side',
    query: 'gallery=shoes&like=12&lens=Closure&row=Closure&row=HeelHeight&row=Category&row=Gender',
    ready: false,
    reach: (site) => site.page.locator('[data-testid=beside-row]:nth-child(5) img').first().waitFor(),
  },
  {
    name: 'side-by-side-add',
    title: 'Side by side without an example, and one more row',
    query: 'gallery=faces&want.Smiling=yes&row=Smiling&row=No_Beard&row=Mouth_Slightly_Open',
    ready: false,
    async reach(site) {
      await site.page.locator('[data-testid=beside-row]:nth-child(4) img').first().waitFor();
      await site.get('add-row').click();
    },
  },
  {
    name: 'map',
    title: 'The pictures as a map',
    query: 'gallery=faces&want.Smiling=yes&view=map',
    ready: false,
    reach: (site) => site.page.locator('[data-testid=map-canvas][data-done=true]').waitFor(),
  },
  {
    name: 'teach-name',
    title: 'Teaching a task: its name',
    query: 'gallery=faces',
    async reach(site) {
      await site.get('ask').fill('round glasses');
      await site.page.keyboard.press('ArrowDown');
      await site.page.keyboard.press('Enter');
      await site.get('teach-name').waitFor();
    },
  },
  {
    name: 'teach',
    title: 'Teaching a task: pictures are marked, others suggested',
    query: 'gallery=faces&teach.Round+glasses=3,1725,216,482,576/908,1113,1590&want.Round+glasses=yes',
    async reach(site) {
      await openSide(site);
      await site.get('teach-more-Round glasses').click();
      await site.get('uncertain').locator('img').first().waitFor();
    },
  },
  {
    name: 'taught',
    title: 'A taught task beside the network’s',
    query: 'gallery=faces&teach.Round+glasses=3,1725,216,482,576/908,1113,1590&want.Round+glasses=yes&want.Smiling=yes',
  },
  {
    name: 'details',
    title: 'A picture, and why it ranks where it does',
    query: 'gallery=faces&want.Smiling=yes&not.Eyeglasses=yes&open=3',
    reach: (site) => site.get('detail').locator('.task-row').first().waitFor(),
  },
  {
    name: 'selection',
    title: 'Selected results, and what can be done with them',
    query: 'gallery=faces&want.Smiling=yes',
    async reach(site) {
      await select(site);
      await site.get('selection-save').locator('summary').click();
    },
  },
  {
    name: 'sorting',
    title: 'Results sorted, found by name, saved',
    query: 'gallery=faces&want.Smiling=yes&sort.Bangs=yes',
    async reach(site) {
      await site.get('result-tools').locator('summary').click();
      await site.get('save-search').click();
    },
  },
  {
    name: 'compare',
    title: 'Two pictures compared task by task',
    query: 'gallery=shoes&like=3&lens=Closure',
    async reach(site) {
      await select(site);
      await site.get('selection-compare').click();
      await site.get('compare').locator('tbody tr').nth(1).waitFor();
    },
  },
  {
    name: 'relations',
    title: 'How the tasks relate',
    query: 'gallery=faces',
    reach: (site) => site.get('relations-open').click(),
  },
  {
    name: 'model-card',
    title: 'The model card',
    query: 'gallery=faces',
    async reach(site) {
      await site.get('model-card-open').click();
      await site.get('model-card').getByRole('table').first().waitFor();
    },
  },
  {
    name: 'help',
    title: 'Help and keyboard shortcuts',
    query: 'gallery=shoes',
    reach: (site) => site.get('shortcuts-open').click(),
  },
  {
    name: 'nothing',
    title: 'Nothing left',
    query: 'gallery=faces&want.Smiling=yes&only.Bald=yes:45-46&least=90',
    ready: false,
    reach: (site) => site.get('nothing').waitFor(),
  },
  {
    name: 'embedding',
    title: 'Embedding the gallery on this machine',
    query: 'gallery=faces&backend=cpu',
    async reach(site) {
      await openSide(site);
      await site.get('embed-gallery').click();
      await site.get('embed-progress').scrollIntoViewIfNeeded();
      await site.get('embed-progress').getByText(/ to go$/).waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'plan',
    title: 'A gallery of one’s own, before anything starts',
    query: 'gallery=faces',
    async reach(site, { folder }) {
      const library = new Library(site);
      await library.bring(writeZip(folder, 'img_align_celeba.zip', celeba(60, { broken: [7] })));
      await site.page.locator('[data-testid=offer-start]:not([disabled])').waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'corrections',
    title: 'Labels of a gallery of one’s own, corrected',
    query: 'gallery=faces&all&backend=cpu',
    async reach(site, { folder }) {
      const library = new Library(site);
      await library.bring(writeZip(folder, 'people.zip', labelled(24)));
      await library.start();
      await library.ended();
      await site.get('making-dismiss').click();
      await site.page.locator('.tile__open').nth(2).click();
      await site.get('correct-place').selectOption('street');
    },
  },
  {
    name: 'error',
    title: 'A gallery that cannot be had',
    query: 'gallery=faces',
    ready: false,
    before: (site) => site.page.route('**/galleries/faces/tail.safetensors', (route) => route.abort()),
    reach: (site) => site.get('error').waitFor(),
  },
  {
    name: 'loading',
    title: 'Loading',
    query: 'gallery=faces',
    ready: false,
    before: (site) => site.page.route('**/galleries/faces/features.safetensors', () => {}),
    reach: (site) => site.page.locator('.tile.skeleton').first().waitFor(),
  },
];

/** Brings a page to a state. `folder` is for what the visitor has on disk. */
export async function reach(site, state, folder) {
  await state.before?.(site);
  await site.open(state.query);
  if (state.ready !== false) {
    await site.ready();
    // On a phone, the results may begin below the window.
    const first = await site.page.locator('[data-testid=result]').first().boundingBox();
    if (first.y < site.page.viewportSize().height) await site.drawn();
  }
  await state.reach?.(site, { folder });
  await site.page.evaluate(() => document.fonts.ready);
}

/** How many pixels of a page lie beyond its right edge. */
export function cutOff(site) {
  return site.page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
