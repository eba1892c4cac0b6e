// Watches the page start, and helps where it does not: a file that is cut off or gone, on this machine or on the
// server.

'use strict';

(() => {
  // The page removes it as the first thing it does.
  const isStarted = () => !document.getElementById('boot-trouble');
  // A slow connection needs its time; after this the way out is offered, and the page may start all the same.
  const PATIENCE = 20_000;
  const TRIED = 'modulens.repaired';
  const here = new URL('./', document.baseURI).pathname;
  let failed = false;

  /** Once by itself: what was kept is looked at, and the page loaded again. Then the visitor is asked. */
  async function help(error) {
    if (failed || isStarted()) return;
    failed = true;
    console.warn('the page does not start', error);
    if (recall()) {
      offer();
      return;
    }
    remember('1');
    await repair();
    location.reload();
  }

  /** Lets the service worker check every file the page starts with. */
  async function repair() {
    const worker = navigator.serviceWorker?.controller;
    if (!worker) return;
    await new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      setTimeout(done, PATIENCE);
      worker.postMessage('repair', [port2]);
    });
  }

  function offer() {
    if (isStarted()) return;
    const trouble = document.getElementById('boot-trouble');
    trouble.hidden = false;
    trouble.querySelector('button').addEventListener('click', clear);
  }

  /** Forgets the files of this site, and nothing else: galleries of the visitor's own lie elsewhere. */
  async function clear() {
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    await registration?.unregister();
    await window.caches?.delete(`modulens ${here}`);
    remember('');
    location.reload();
  }

  // A browser may be told to remember nothing.
  function recall() {
    try {
      return sessionStorage.getItem(TRIED);
    } catch {
      return '1';
    }
  }

  function remember(value) {
    try {
      sessionStorage.setItem(TRIED, value);
    } catch {
      // Then the visitor is asked at once.
    }
  }

  addEventListener(
    'error',
    ({ target, error, message }) => {
      // Errors of the page's scripts, and scripts that are not there; a picture may be missing.
      if (target === window || target instanceof HTMLScriptElement) help(error ?? message ?? target.src);
    },
    true,
  );
  addEventListener('unhandledrejection', ({ reason }) => help(reason));
  addEventListener('TrunkApplicationStarted', () => remember(''));
  setTimeout(offer, PATIENCE);
})();
