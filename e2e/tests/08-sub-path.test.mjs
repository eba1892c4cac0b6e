// A plain static site under any sub-path: the page, its galleries, and its workers.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { eventually } from '../lib/eventually.mjs';
import { world } from '../lib/world.mjs';

const here = world({ site: { base: '/some/sub-path/' } });

test('everything works under a sub-path', async (t) => {
  const site = await here.open(t, 'backend=cpu');
  assert.equal(new URL(site.page.url()).pathname, '/some/sub-path/');
  const before = await site.order();
  await site.want('Smiling', 'no');
  await site.reordered(before);
  assert.equal(new URL(site.page.url()).pathname, '/some/sub-path/');
  await site.get('own-picture-input').setInputFiles(bundle('faces').picture(4));
  await eventually(
    async () => assert.ok((await site.order(30)).includes(4), 'the engine found the picture'),
    { timeout: 30_000 },
  );
  const outside = site.requests.filter((url) => {
    const { protocol, pathname } = new URL(url);
    return protocol === 'http:' && !pathname.startsWith('/some/sub-path/');
  });
  assert.deepEqual(outside, []);
});
