// Pictures of the page for people to look at, in artefacts/screenshots; and that nothing is cut off.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { artefacts } from '../lib/env.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = join(artefacts, 'screenshots');
mkdirSync(folder, { recursive: true });

const views = {
  faces: 'gallery=faces',
  shoes: 'gallery=shoes',
  example: 'gallery=shoes&like=3&lens=Category',
  detail: 'gallery=faces&open=3',
};

for (const [width, height] of [
  [390, 844],
  [1440, 900],
]) {
  for (const dark of [false, true]) {
    test(`at ${width} px, ${dark ? 'dark' : 'light'}`, async (t) => {
      for (const [name, query] of Object.entries(views)) {
        const site = await here.open(t, query, { width, height, dark });
        await site.drawn();
        if (name === 'detail') await site.get('detail').locator('.task-row').first().waitFor();
        await site.page.evaluate(() => document.fonts.ready);
        await site.page.screenshot({ path: join(folder, `${name}-${width}-${dark ? 'dark' : 'light'}.png`) });
        const cut = await site.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        });
        assert.ok(cut <= 0, `${name} is ${cut} px wider than the window`);
      }
      const site = await here.open(t, 'gallery=faces', { width, height, dark });
      await site.get('model-card-open').click();
      await site.get('model-card').getByRole('table').waitFor();
      const wider = await site.get('model-card').evaluate((dialog) => {
        const content = dialog.querySelector('.dialog__content') ?? dialog;
        return content.scrollWidth - content.clientWidth;
      });
      assert.ok(wider <= 0, `the model card is ${wider} px wider than its dialog`);
      await site.page.screenshot({ path: join(folder, `model-card-${width}-${dark ? 'dark' : 'light'}.png`) });
    });
  }
}
