// What the page does with the browser's help beyond a visit: being kept for use without a connection, becoming a new
// version, being installed. The page reads `window.modulens` and hears of changes by the event `modulens`.

'use strict';

window.modulens = (() => {
  const site = { updateReady: false, installable: false, keep, update, install };
  const workers = navigator.serviceWorker;
  // Only a finished site (`cargo xtask finish`) has a version, and something to be kept.
  const isFinished = Boolean(document.documentElement.dataset.version) && Boolean(workers);
  const CHECK_EVERY = 3_600_000;
  // A new version is asked in again and again: the old one may have been busy.
  const ASK_EVERY = 2000;
  // From the first results on: the pictures in view and the visitor's first steps go first.
  const CALM = 4000;
  let registered;
  let prompt;
  // The worker that answers for this page. The first one takes over a page that had none.
  let controller = workers?.controller;
  let accepted = false;

  const change = (what) => {
    Object.assign(site, what);
    dispatchEvent(new Event('modulens'));
  };

  /** Registers the worker, and watches for the next version. */
  function register() {
    registered ??= workers
      .register('sw.js')
      // Nothing comes where something stands in for the browser's own.
      .then((registration) => registration && watch(registration))
      // Some browsers forbid it, in private windows for instance: then there is only the visit.
      .catch((error) => console.warn('the site is not kept on this machine', error));
    return registered;
  }

  function watch(registration) {
    const look = () => {
      if (registration.waiting && controller) change({ updateReady: true });
    };
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
    look();
    let checked = Date.now();
    // A page that stays open for days hears of it as well.
    document.addEventListener('visibilitychange', () => {
      if (document.hidden || Date.now() - checked < CHECK_EVERY) return;
      checked = Date.now();
      registration.update().catch(() => {});
    });
  }

  /** Keeps a gallery or a network on this machine, soon. Called when the first results are shown. */
  async function keep(gallery) {
    if (!isFinished || navigator.connection?.saveData) return;
    await new Promise((done) => setTimeout(done, CALM));
    await register();
    const { active } = await workers.ready;
    active.postMessage({ keep: gallery });
  }

  /** Becomes the new version. What the page shows is in its address. */
  async function update() {
    accepted = true;
    const registration = await workers.getRegistration();
    if (!registration?.waiting) {
      location.reload();
      return;
    }
    const ask = () => {
      // With nobody waiting, the active one is the new one already.
      if (!registration.waiting) return;
      registration.active?.postMessage('stop');
      registration.waiting.postMessage('update');
    };
    ask();
    // Until the new version has come, and this page goes.
    setInterval(ask, ASK_EVERY);
  }

  /** Asks the visitor, through the browser, whether to install. */
  async function install() {
    const asked = prompt;
    prompt = undefined;
    change({ installable: false });
    await asked?.prompt();
  }

  addEventListener('beforeinstallprompt', (event) => {
    // In our own place instead of over the page.
    event.preventDefault();
    prompt = event;
    change({ installable: true });
  });
  addEventListener('appinstalled', () => change({ installable: false }));

  if (isFinished) {
    workers.addEventListener('controllerchange', () => {
      const first = !controller;
      controller = workers.controller;
      if (accepted) location.reload();
      // Another window of the site has asked for the new version.
      else if (!first) change({ updateReady: true });
    });
    if (controller) register();
    // Where no gallery is ever shown: the page itself is kept all the same.
    addEventListener('load', () => setTimeout(register, 10_000));
  }
  return site;
})();
