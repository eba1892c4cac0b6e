// Speaks the engine's protocol (app/src/calls.rs, app/src/protocol.rs) from an empty page, to test the engine without the
// user interface.

/** A worker of the site in a page that is otherwise empty. Floats come back as plain arrays. */
export class Engine {
  constructor(page) {
    this.page = page;
  }

  static async start(site, backend, { timeout = 120_000 } = {}) {
    const { page } = site;
    page.setDefaultTimeout(timeout);
    await page.goto(`${site.url}blank.html`);
    const ready = await page.evaluate(async (backend) => {
      const worker = new Worker(`./engine-${backend}_loader.js`, { type: 'module' });
      const waiting = [];
      const events = [];
      // The name of a message is the one key of its object, or all of it; that of an answer is its reply's.
      const named = (message) => {
        if (typeof message === 'string') return { type: message };
        const [[type, fields]] = Object.entries(message);
        return { type, ...fields };
      };
      const read = (text) => {
        const { call, kind } = JSON.parse(text);
        const event = named(kind);
        return ['part', 'reply'].includes(event.type) ? named(kind[event.type]) : { ...event, call };
      };
      worker.onmessage = ({ data: [text, ...parts] }) => {
        events.push({ event: read(text), parts });
        waiting.splice(0).forEach((wake) => wake());
      };
      worker.onerror = (error) => {
        events.push({ event: { type: 'failed', call: null, message: `the worker broke: ${error.message}` }, parts: [] });
        waiting.splice(0).forEach((wake) => wake());
      };
      const next = async () => {
        while (events.length === 0) await new Promise((wake) => waiting.push(wake));
        return events.shift();
      };
      const until = async (type, seen = () => {}) => {
        for (;;) {
          const message = await next();
          if (message.event.type === type) return message;
          if (message.event.type === 'failed') throw new Error(message.event.message);
          seen(message);
        }
      };
      let call = 0;
      const send = ({ type, ...fields }, parts = []) => {
        const request = Object.keys(fields).length > 0 ? { [type]: fields } : type;
        const text = JSON.stringify({ call: (call += 1), request });
        worker.postMessage([text, ...parts], parts.filter((part) => part instanceof ArrayBuffer));
      };
      window.engine = { send, until };
      await until('booted');
      send({ type: 'start', preference: backend === 'webgpu' ? 'webgpu' : 'cpu' });
      return (await until('ready')).event;
    }, backend);
    const engine = new Engine(page);
    engine.ready = ready;
    return engine;
  }

  /** Loads a network from the bytes at an address. */
  async load(network, input, weights) {
    return this.page.evaluate(
      async ({ network, input, weights }) => {
        const bytes = await (await fetch(weights)).arrayBuffer();
        window.engine.send({ type: 'load', network, input }, [bytes]);
        return (await window.engine.until('loaded')).event;
      },
      { network, input, weights },
    );
  }

  /** Every layer's output for the prepared inputs at an address: `[{name, shape, values}]`. */
  async layers(input) {
    return this.page.evaluate(
      async (input) => {
        const bytes = await (await fetch(input)).arrayBuffer();
        window.engine.send({ type: 'layers' }, [bytes]);
        const found = await window.engine.until('layers');
        await window.engine.until('done');
        return found.event.layers.map(({ name, shape }, index) => ({
          name,
          shape,
          values: [...new Float32Array(found.parts[index])],
        }));
      },
      input,
    );
  }

  /** The features of the prepared inputs at an address. */
  async tensor(input) {
    return this.page.evaluate(
      async (input) => {
        const bytes = await (await fetch(input)).arrayBuffer();
        const rows = [];
        window.engine.send({ type: 'embed_tensor' }, [bytes]);
        await window.engine.until('done', ({ event, parts }) => {
          if (event.type === 'features') rows[event.first] = [...new Float32Array(parts[0])];
        });
        return rows.flat();
      },
      input,
    );
  }

  /** The features of gallery pictures: `{features, skipped, millis}`. `base` is relative to the page. */
  async gallery(base, { first = 0, count, extension = 'jpg' }) {
    return this.page.evaluate(
      async ({ base, first, count, extension }) => {
        const rows = [];
        base = new URL(base, document.baseURI).href;
        window.engine.send({ type: 'embed_gallery', base, extension, first, count });
        const { event } = await window.engine.until('done', ({ event, parts }) => {
          if (event.type === 'features') rows[event.first] = [...new Float32Array(parts[0])];
        });
        return { features: rows.flat(), skipped: event.skipped, millis: event.millis };
      },
      { base, first, count, extension },
    );
  }
}

export function floats(buffer) {
  return new Float32Array(buffer.buffer, buffer.byteOffset, buffer.byteLength / 4);
}

/** The largest difference of two lists of equal length, and the largest value of the first. */
export function difference(expected, got) {
  if (expected.length !== got.length) {
    throw new Error(`${got.length} values where ${expected.length} were expected`);
  }
  let worst = 0;
  let scale = 0;
  for (let at = 0; at < expected.length; at += 1) {
    // A NaN anywhere must not get lost in the maximum.
    if (!Number.isFinite(got[at])) return { worst: Infinity, scale };
    worst = Math.max(worst, Math.abs(expected[at] - got[at]));
    scale = Math.max(scale, Math.abs(expected[at]));
  }
  return { worst, scale };
}
