// The rows of results side by side, as a visitor uses them.

import assert from 'node:assert/strict';

import { eventually } from './eventually.mjs';

export class Beside {
  constructor(site) {
    this.site = site;
  }

  /** The row headed by a task. */
  row(task) {
    return this.site.page.locator('[data-testid=beside-row]', { has: this.heading(task) });
  }

  heading(task) {
    return this.site.get(`row-${task}`);
  }

  /** The tasks, in the order of their rows. */
  async tasks() {
    const headings = this.site.page.locator('[data-testid=beside-row] [data-cell="0"]');
    return headings.evaluateAll((all) => all.map((heading) => heading.dataset.testid.replace('row-', '')));
  }

  /** The first pictures of a row, the best first; by default as many as are drawn at once. */
  async order(task, count = 20) {
    const pictures = this.row(task).locator('[data-testid=beside-result]');
    const order = await pictures.evaluateAll((all) => all.map((cell) => Number(cell.dataset.index)));
    return order.slice(0, count);
  }

  /** The button of a picture in a row. */
  picture(task, index) {
    return this.row(task).locator(`[data-index="${index}"] .tile__open`);
  }

  /** Waits until these rows, and no others, have their pictures. */
  async ready(...tasks) {
    await eventually(async () => {
      assert.deepEqual(await this.tasks(), tasks);
      for (const task of tasks) assert.ok((await this.order(task)).length > 0, `${task} has pictures`);
    });
  }

  /** Task and number of the cell that has the focus; the heading is 0. */
  focused() {
    return this.site.page.evaluate(() => {
      const { activeElement } = document;
      const row = activeElement?.closest('[data-testid=beside-row]');
      if (!row || activeElement.dataset.cell === undefined) return null;
      const heading = row.querySelector('[data-cell="0"]').dataset.testid;
      return [heading.replace('row-', ''), Number(activeElement.dataset.cell)];
    });
  }

  async isFocused(task, cell) {
    await eventually(async () => assert.deepEqual(await this.focused(), [task, cell]));
  }
}
