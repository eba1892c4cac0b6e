// Files dropped on the page, as a file manager drops them.

import assert from 'node:assert/strict';

import { eventually } from './eventually.mjs';

/** Drags files or folders over the page and lets go of them. */
export async function drop(site, ...files) {
  const letGo = await drag(site, ...files);
  await letGo();
}

/** Drags files or folders over the page, and gives the way to let go of them. */
export async function drag(site, ...files) {
  const devtools = await site.page.context().newCDPSession(site.page);
  const data = { items: [], files, dragOperationsMask: 1 };
  const send = (type) => devtools.send('Input.dispatchDragEvent', { type, x: 200, y: 300, data });
  const zone = site.page.locator('.drop-zone');
  assert.ok(await zone.isHidden());
  await send('dragEnter');
  // A browser says so several times a second; the first time counts as entering where an element was replaced below.
  await eventually(async () => {
    await send('dragOver');
    assert.ok(await zone.isVisible());
  });
  await send('dragOver');
  return async () => {
    await send('drop');
    await zone.waitFor({ state: 'hidden' });
  };
}
