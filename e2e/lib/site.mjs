// The page as the tests use it: only through its data-testid hooks, its roles, and its address.

import assert from 'node:assert/strict';

import { axeSource } from './env.mjs';
import { eventually } from './eventually.mjs';

export class Site {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  /** Opens the site at a query string (without the question mark). */
  async open(query = '') {
    await this.page.goto(query ? `${this.url}?${query}` : this.url);
  }

  /** Waits for ranked results (or, with nothing asked, for the gallery). */
  async ready() {
    await this.page.locator('[data-testid=result]').first().waitFor();
  }

  get(testid) {
    return this.page.getByTestId(testid);
  }

  query() {
    return new URL(this.page.url()).searchParams;
  }

  /** The best results, in order: `{index, score}`. */
  async results(count = 20) {
    const all = await this.page.locator('[data-testid=result]').evaluateAll((tiles) =>
      tiles.map((tile) => ({
        index: Number(tile.dataset.index),
        score: tile.dataset.score === undefined ? null : Number(tile.dataset.score),
      })),
    );
    return all.slice(0, count);
  }

  async order(count = 20) {
    return (await this.results(count)).map((result) => result.index);
  }

  /** Presses the button that asks for a value. */
  async want(task, value) {
    await this.get(`value-${task}-${value}`).click();
  }

  /** Presses the label of a radio button, as a visitor does: the button itself is only there for the keyboard. */
  async choose(testid) {
    await this.page.locator('label', { has: this.get(testid) }).click();
  }

  async lens(task) {
    await this.choose(`lens-${task}`);
    await eventually(async () => assert.ok(await this.get(`lens-${task}`).isChecked()));
  }

  /** Waits until the results are others than those given. */
  async reordered(before, count = 20) {
    await eventually(async () => assert.notDeepEqual(await this.order(count), before));
  }

  /** What was asked of the server since the first `count` requests, thumbnails and the window's icon left out. */
  askedSince(count) {
    return this.requests.slice(count).filter((url) => !/\/(pictures|icons)\/|\/icon[^/]*\.svg$/.test(url));
  }

  /** Waits until every picture in view is drawn. */
  async drawn() {
    await this.page.waitForFunction(() => {
      const inView = [...document.querySelectorAll('[data-testid=result] img')].filter((picture) => {
        const { top, bottom } = picture.getBoundingClientRect();
        return bottom > 0 && top < window.innerHeight;
      });
      return inView.length > 0 && inView.every((picture) => picture.complete && picture.naturalWidth > 0);
    });
  }

  /** What axe-core finds against WCAG 2.2 A and AA, in words. */
  async violations() {
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const { violations } = await window.axe.run(document, { runOnly: tags });
      return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html) }));
    });
    return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length}x ${nodes[0].slice(0, 200)}`);
  }

  /** The visible elements that match and are smaller than 24 pixels either way, as the start of their HTML. */
  async smallTargets(selector) {
    return this.page.locator(selector).evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility())
        .map((one) => ({ box: one.getBoundingClientRect(), name: one.outerHTML.slice(0, 120) }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ name }) => name),
    );
  }

  /** Presses Tab until the focus is on an element that matches; fails when it comes round or never gets there. */
  async tabTo(selector, { limit = 250, key = 'Tab' } = {}) {
    for (let pressed = 0; pressed < limit; pressed += 1) {
      await this.page.keyboard.press(key);
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) {
        return pressed + 1;
      }
    }
    assert.fail(`the keyboard does not reach ${selector} within ${limit} presses of ${key}`);
  }
}
