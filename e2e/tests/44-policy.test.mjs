// The content security policy: all that a visitor does goes on under it, and what a stranger brings into the page does
// not run.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bundle } from '../lib/bundle.mjs';
import { controlled } from '../lib/deployment.mjs';
import { drop } from '../lib/drop.mjs';
import { eventually } from '../lib/eventually.mjs';
import { Library, labelled, scratch, writeZip } from '../lib/own.mjs';
import { world } from '../lib/world.mjs';

const here = world();
const folder = scratch();
const MARKUP = '<img src=x onerror=window.injected=1>';
// What a stranger's table says of a place is no markup of the page.
const files = labelled(24).map(({ path, bytes }) => {
  return { path, bytes: path.endsWith('.csv') ? Buffer.from(`${bytes}`.replaceAll('garden', MARKUP)) : bytes };
});
const tiny = writeZip(folder, 'tiny.zip', files);

/** Notes every violation of the policy as `window.refused`; runs in the page. */
function noteRefusals() {
  window.refused = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    window.refused.push(`${effectiveDirective}: ${blockedURI} ${sample}`);
  });
}

/** A watched page that notes violations. */
async function opened(t, query, options) {
  const site = await here.page(t, options);
  await site.page.addInitScript(noteRefusals);
  await site.open(query);
  await site.ready();
  return site;
}

const refused = (site) => site.page.evaluate(() => window.refused);

test('the page and its scripts come with a policy, and nobody may frame them', async (t) => {
  const site = await opened(t, 'gallery=faces');
  const policy = await site.page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
  assert.match(policy, /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'( 'sha256-[^']+')+; style-src /);
  assert.doesNotMatch(policy, /'unsafe-eval'|script-src[^;]*'unsafe-inline'|https?:|\*/);
  const headers = async (path) => (await site.page.request.get(`${site.url}${path}`)).headers();
  const page = await headers('');
  assert.equal(page['content-security-policy'], "frame-ancestors 'none'");
  assert.equal(page['x-content-type-options'], 'nosniff');
  assert.equal(page['referrer-policy'], 'no-referrer');
  assert.match((await headers('sw.js'))['content-security-policy'], /default-src 'none'; script-src 'self'/);
});

test('searching, bringing images, the map and use without a connection violate no policy', async (t) => {
  const site = await opened(t, 'gallery=faces&backend=cpu', { worker: true });
  await controlled(site);
  await site.want('Wearing_Hat', 'yes');
  await eventually(async () => assert.ok((await site.results(1))[0].score !== null));
  await drop(site, bundle('faces').picture(0));
  await site.get('own-picture-chip').getByText('.jpg').waitFor({ timeout: 60_000 });
  await site.choose('view-map');
  await site.page.locator('[data-testid=map-canvas][data-done=true]').waitFor();
  await site.choose('view-grid');

  const library = new Library(site);
  await library.bring(tiny);
  await library.start();
  assert.match(await library.ended(), /complete/);
  await site.get('making-dismiss').click();
  await eventually(async () => assert.equal((await site.results(100)).length, 24));
  await site.drawn();
  await eventually(async () => assert.ok((await site.get('label-facets').innerText()).includes(MARKUP)));
  // The map reads the visitor's own images as objects of the page.
  await site.choose('view-map');
  await site.page.locator('[data-testid=map-canvas][data-done=true]').waitFor();
  await site.choose('view-grid');
  await site.page.locator('[data-testid=result] button').first().click();
  await site.get('detail').waitFor();
  assert.deepEqual(await refused(site), []);
  assert.equal(await site.page.evaluate(() => window.injected), undefined);
});

test('a script, a style, a handler, a frame and a form that a stranger brings into the page are refused', async (t) => {
  const site = await here.page(t, { expected: /Content Security Policy|Failed to load resource/ });
  await site.page.addInitScript(noteRefusals);
  // As if a file of the site had let something through.
  await site.page.route(site.url, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('</body>', '<script>window.injected = "parsed"</script></body>');
    await route.fulfill({ response, body });
  });
  await site.open();
  await site.ready();
  await site.page.evaluate(() => {
    const script = Object.assign(document.createElement('script'), { textContent: 'window.injected = "made"' });
    document.body.append(script);
    const stranger = Object.assign(document.createElement('script'), { src: 'data:text/javascript,injected=1' });
    document.body.append(stranger);
    const place = document.createElement('div');
    place.innerHTML = '<img src="no/such.jpg" onerror="window.injected = 1"><style>body { display: none }</style>';
    place.innerHTML += '<iframe src="data:text/html,x"></iframe><form action="/"><button></button></form>';
    document.body.append(place);
    place.querySelector('form').submit();
  });
  const directives = ['script-src-elem', 'script-src-attr', 'style-src-elem', 'frame-src', 'form-action'];
  await eventually(async () => {
    const found = await refused(site);
    for (const directive of directives) assert.ok(found.some((one) => one.startsWith(directive)), `${directive}: ${found}`);
  });
  assert.equal(await site.page.evaluate(() => window.injected), undefined);
  assert.ok(await site.page.locator('body').isVisible());
});
