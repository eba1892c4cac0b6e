// Every state of the page, on a phone and on a desk: a picture of each for people to look at, in artefacts/screenshots;
// nothing is cut off, and axe-core finds nothing.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { artefacts } from '../lib/env.mjs';
import { scratch } from '../lib/own.mjs';
import { cutOff, reach, states } from '../lib/states.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = join(artefacts, 'screenshots');
mkdirSync(folder, { recursive: true });
const files = scratch();

const looks = [
  { width: 360, height: 740, dark: false },
  { width: 1440, height: 900, dark: true },
];

for (const state of states) {
  for (const look of looks) {
    const { width, dark } = look;
    test(`${state.title}: at ${width} px, ${dark ? 'dark' : 'light'}`, async (t) => {
      const site = await here.page(t, { ...look, ...state.page, expected: /Failed to load resource|ERR_FAILED/ });
      await reach(site, state, files);
      await site.page.screenshot({ path: join(folder, `${state.name}-${width}-${dark ? 'dark' : 'light'}.png`) });
      const cut = await cutOff(site);
      assert.ok(cut <= 0, `it is ${cut} px wider than the window`);
      assert.deepEqual(await site.violations(), []);
    });
  }
}

test('what lies in the model card is not cut off on a phone', async (t) => {
  const site = await here.open(t, 'gallery=faces', { width: 360, height: 740 });
  await site.get('model-card-open').click();
  await site.get('model-card').getByRole('table').waitFor();
  const wider = await site.get('model-card').evaluate((dialog) => {
    const content = dialog.querySelector('.dialog__content') ?? dialog;
    return content.scrollWidth - content.clientWidth;
  });
  assert.ok(wider <= 0, `the model card is ${wider} px wider than its dialog`);
});
