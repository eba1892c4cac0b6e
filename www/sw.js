// The service worker: keeps the site on the visitor's machine, so that it starts at once, works without a connection,
// and changes from one version to the next as a whole.
//
// - Every file is kept under its path AND the SHA-256 of its content. Two versions of a file never take each other's
//   place, and a new version fetches only what has changed.
// - Nothing is kept, and nothing that was kept is used, whose content has another hash: what is cut off, damaged, or of
//   another deployment is fetched again.
// - A version is served whole, its page included, whatever lies on the server by then. A new one is fetched beside it
//   and waits until no page of the old one is open, or the visitor asks for it.
// - What the visitor keeps by himself (own galleries, in the origin-private file system) is never touched.

'use strict';

// `cargo xtask finish` writes the list of the site's files here. Without it (`trunk serve`) this worker removes itself.
const SITE = null;

// One origin may hold several such sites, each under its own path.
const SCOPE = new URL('./', self.location.href);
const CACHE = `modulens ${SCOPE.pathname}`;
// Downloads at once, in the background.
const TOGETHER = 4;
// Milliseconds without a question from the page before the next of them begins.
const QUIET = 300;
// Room that is left to the visitor's own galleries.
const SPARE = 200_000_000;
// Pictures of a gallery that are fetched unasked; of larger ones those that were seen are kept.
const MOST = 10_000;

const SHELL = Object.keys(SITE?.shell ?? {});
const FILES = new Map();
if (SITE) {
  for (const [path, hash] of Object.entries({ ...SITE.shell, ...SITE.later, ...SITE.networks })) FILES.set(path, hash);
  for (const [name, { files }] of Object.entries(SITE.galleries)) {
    for (const [file, hash] of Object.entries(files)) FILES.set(`galleries/${name}/${file}`, hash);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Which file is meant, and what must be in it.

/** The path of a request within the site; undefined for what is no file of this version. */
function pathOf(request) {
  const url = new URL(request.url);
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return undefined;
  const path = url.pathname.slice(SCOPE.pathname.length);
  // What the page shows is in its address: all of them are the same file.
  if (request.mode === 'navigate') return ['', 'index.html'].includes(path) ? './' : undefined;
  return !url.search && (FILES.has(path) || pictureOf(path)) ? path : undefined;
}

/** Gallery and number of a picture; undefined for what is none. */
function pictureOf(path) {
  const match = path.match(/^galleries\/([^/]+)\/pictures\/(\d+)\.(\w+)$/);
  if (!match) return undefined;
  const [, name, digits, extension] = match;
  const { count, extension: known } = SITE.galleries[name]?.pictures ?? {};
  const number = Number(digits);
  return extension === known && number < count ? { name, number } : undefined;
}

/** Under which address a file is kept. That of a picture names the index with the hashes of all of them. */
function keyOf(path) {
  const picture = pictureOf(path);
  const hash = FILES.get(picture ? indexOf(picture.name) : path);
  return new URL(`${path}?${picture ? 'in' : 'sha256'}=${hash}`, SCOPE).href;
}

const indexOf = (name) => `galleries/${name}/pictures.idx`;
const indices = new Map();

/** The records of `pictures.idx`: after 12 bytes, per picture 4 bytes with its size and 32 with its SHA-256. */
function pictureRecords(name) {
  if (!indices.has(name)) {
    const path = indexOf(name);
    const read = obtain(path).then(async () => (await kept(path)).arrayBuffer());
    // Tried again the next time.
    read.catch(() => indices.delete(name));
    indices.set(name, read);
  }
  return indices.get(name);
}

/** The hash that a file must have. */
async function hashOf(path) {
  const picture = pictureOf(path);
  if (!picture) return FILES.get(path);
  const records = await pictureRecords(picture.name);
  return hex(records.slice(12 + 36 * picture.number + 4, 12 + 36 * (picture.number + 1)));
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether a response holds what the file must hold. Reads the response. */
async function isRight(path, response) {
  const [bytes, wanted] = await Promise.all([response.arrayBuffer(), hashOf(path)]);
  return hex(await crypto.subtle.digest('SHA-256', bytes)) === wanted;
}

// ---------------------------------------------------------------------------------------------------------------------
// Keeping.

/** What is kept of a file, checked; undefined where there is nothing, and what is wrong is thrown away. */
async function kept(path) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(keyOf(path));
  if (!found) return undefined;
  // A body that can no longer be read is as good as none.
  const right = await isRight(path, found.clone()).catch(() => false);
  if (right) return found;
  await cache.delete(keyOf(path));
  return undefined;
}

/** Keeps a response if it holds what it must; tells whether it did. */
async function keep(path, response) {
  if (!response.ok || !(await isRight(path, response.clone()))) return false;
  const headers = new Headers(response.headers);
  // They speak of how it travelled.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const cache = await caches.open(CACHE);
  // A response of our own: one that was redirected must not answer a navigation.
  await cache.put(keyOf(path), new Response(await response.arrayBuffer(), { headers }));
  return true;
}

/** Makes sure that a file is kept. What the browser's own cache has of it may be old: then past that. */
async function obtain(path, signal) {
  if (await kept(path)) return;
  for (const cache of ['default', 'reload']) {
    const response = await fetch(new URL(path, SCOPE), { cache, signal, credentials: 'same-origin' });
    if (await keep(path, response)) return;
  }
  throw new Error(`${path} on the server does not belong to version ${SITE.version} of this site`);
}

/** Does something with all of these, a few at a time. */
async function each(items, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      next += 1;
      await work(items[next - 1]);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
}

// ---------------------------------------------------------------------------------------------------------------------
// A version comes, and goes.

self.addEventListener('install', (event) => {
  event.waitUntil(SITE ? each(SHELL, (path) => obtain(path)) : self.skipWaiting());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(SITE ? begin() : leave());
});

async function begin() {
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys()) {
    const path = new URL(url).pathname.slice(SCOPE.pathname.length) || './';
    if (url !== keyOf(path)) await cache.delete(url);
  }
  // The first version takes over the page that brought it.
  await self.clients.claim();
}

async function leave() {
  await caches.delete(CACHE);
  await self.registration.unregister();
}

// ---------------------------------------------------------------------------------------------------------------------
// Answering.

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Parts of files are the server's business.
  if (!SITE || request.method !== 'GET' || request.headers.has('range')) return;
  const path = pathOf(request);
  if (path === undefined) return;
  asked = performance.now();
  event.respondWith(answer(event, path));
});

// When the page last asked for a file.
let asked = -Infinity;

/**
 * Waits until the page asks for nothing: whoever embeds a gallery here fetches all of it, which is kept as it passes.
 */
async function quiet() {
  while (performance.now() - asked < QUIET && !stopping.signal.aborted) {
    await new Promise((done) => setTimeout(done, QUIET));
  }
}

async function answer(event, path) {
  const { request } = event;
  // The page found something wrong with what it was given, and asks past all that is kept.
  const past = request.cache === 'reload' && request.mode !== 'navigate';
  const found = past ? undefined : await (path.endsWith('.wasm') ? streamed(event, path) : kept(path)).catch(() => undefined);
  if (found) return found;
  const response = await ask(request);
  // Pictures that the page shows by itself are kept once their hashes are known.
  const known = !pictureOf(path) || indices.has(pictureOf(path).name);
  if (response.ok && known) event.waitUntil(noticed(path, response.clone()));
  return response;
}

/** Asks the server. */
async function ask(request) {
  const response = await fetch(request);
  // Where two ask for a file at once, Firefox may tell the second that nothing has changed, and give it nothing.
  const nothing = response.status === 304 && request.mode !== 'navigate';
  return nothing ? fetch(new Request(request, { cache: 'reload' })) : response;
}

/** A program goes to its compiler while it is read. It is checked behind that, so that a second try is a right one. */
async function streamed(event, path) {
  const cache = await caches.open(CACHE);
  event.waitUntil(kept(path));
  return cache.match(keyOf(path));
}

/** Keeps what the page was given; if the server has another version by now, it is time to look for it. */
async function noticed(path, response) {
  const right = await keep(path, response).catch(() => true);
  if (!right) await self.registration.update().catch(() => {});
}

// ---------------------------------------------------------------------------------------------------------------------
// What the page asks for.

self.addEventListener('message', (event) => {
  const { data, ports } = event;
  if (!SITE) return;
  if (data === 'update') {
    self.skipWaiting();
  } else if (data === 'stop') {
    stopping.abort();
  } else if (data === 'repair') {
    // The page does not start: everything it starts with is looked at, and what is wrong fetched again.
    const all = Promise.allSettled(SHELL.map((path) => obtain(path)));
    event.waitUntil(all.then(() => ports[0]?.postMessage('repaired')));
  } else if (filesOf(data?.keep) && !stopping.signal.aborted) {
    event.waitUntil(keepAll(data.keep).catch(() => {}));
  }
});

// A new version cannot begin while this one is busy.
const stopping = new AbortController();
const filling = new Set();

/**
 * The files of a gallery by its name, or of a network without one by its folder; its pictures left out. Undefined for
 * what is neither.
 */
function filesOf(name) {
  if (name in SITE.galleries) return Object.keys(SITE.galleries[name].files).map((file) => `galleries/${name}/${file}`);
  const network = Object.keys(SITE.networks).filter((path) => path.startsWith(name));
  // The files beside the folders are for all of them.
  const shared = Object.keys(SITE.networks).filter((path) => path.split('/').length === 2);
  return /^networks\/[^/]+\/$/.test(name) && network.length > 0 ? [...shared, ...network] : undefined;
}

/**
 * Fetches what is missing of a gallery or network, and what works on it, while the visitor looks at it. Begun again, it
 * goes on.
 */
async function keepAll(name) {
  if (filling.has(name)) return;
  filling.add(name);
  try {
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate()) ?? {};
    if (quota - usage < SPARE) return;
    const { pictures } = SITE.galleries[name] ?? {};
    const paths = filesOf(name);
    const count = pictures && pictures.count <= MOST ? pictures.count : 0;
    for (let number = 0; number < count; number += 1) {
      paths.push(`galleries/${name}/pictures/${String(number).padStart(6, '0')}.${pictures.extension}`);
    }
    // No browser without WebGPU needs the program for it.
    paths.push(...Object.keys(SITE.later).filter((path) => navigator.gpu || !path.includes('webgpu')));
    // First, since pictures that the page asks for are kept once their hashes are known.
    if (count > 0) await pictureRecords(name);
    const cache = await caches.open(CACHE);
    const there = new Set((await cache.keys()).map(({ url }) => url));
    const missing = paths.filter((path) => !there.has(keyOf(path)));
    await each(missing, async (path) => {
      await quiet();
      stopping.signal.throwIfAborted();
      await obtain(path, stopping.signal);
    });
  } finally {
    filling.delete(name);
  }
}
