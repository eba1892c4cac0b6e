// Our engine as the site ships it: one worker or several, each with prepared inputs in and features out.

import { load } from './network.mjs';
import { rateOf } from './rate.mjs';

/** A worker that has loaded the network. */
async function engine({ network, input, weights }) {
  const worker = new Worker('/site/engine-cpu_loader.js', { type: 'module' });
  const waiting = [];
  const events = [];
  // The name of a message is the one key of its object, or all of it; that of an answer is its reply's.
  const named = (message) => {
    if (typeof message === 'string') return { type: message };
    const [[type, fields]] = Object.entries(message);
    return { type, ...fields };
  };
  const read = (text) => {
    const { kind } = JSON.parse(text);
    const event = named(kind);
    return ['part', 'reply'].includes(event.type) ? named(kind[event.type]) : event;
  };
  worker.onmessage = ({ data: [text, ...parts] }) => {
    events.push({ event: read(text), parts });
    waiting.splice(0).forEach((wake) => wake());
  };
  const until = async (type) => {
    for (;;) {
      while (events.length === 0) await new Promise((wake) => waiting.push(wake));
      const message = events.shift();
      if (message.event.type === 'failed') throw new Error(message.event.message);
      if (message.event.type === type) return message;
    }
  };
  let call = 0;
  const send = ({ type, ...fields }, parts = []) => {
    const request = Object.keys(fields).length > 0 ? { [type]: fields } : type;
    worker.postMessage([JSON.stringify({ call: (call += 1), request }), ...parts], parts);
  };
  await until('booted');
  send({ type: 'start', preference: 'cpu' });
  await until('ready');
  send({ type: 'load', network, input }, [weights.slice(0)]);
  await until('loaded');
  return {
    async features(values) {
      send({ type: 'embed_tensor' }, [values.slice().buffer]);
      const { parts } = await until('features');
      await until('done');
      return new Float32Array(parts[0]);
    },
    /** Every layer's output: `{name: {shape, values}}`. */
    async layers(values) {
      send({ type: 'layers' }, [values.slice().buffer]);
      const { event, parts } = await until('layers');
      await until('done');
      const layer = ({ name, shape }, at) => [name, { shape, values: new Float32Array(parts[at]) }];
      return Object.fromEntries(event.layers.map(layer));
    },
    /** Embeds gallery pictures from their files. */
    async gallery(base, first, count) {
      send({ type: 'embed_gallery', base, extension: 'jpg', first, count });
      return (await until('done')).event;
    },
  };
}

export async function start(name, workers) {
  const loaded = await load(name);
  const engines = [];
  for (let at = 0; at < workers; at += 1) engines.push(await engine(loaded));
  return {
    loaded,
    engines,
    /** Features of a batch, by the first worker. */
    features: (rows) => engines[0].features(loaded.batch(rows)),
    /** Pictures per second, every worker with batches of its own. */
    async rate(rows, millis) {
      const values = loaded.batch(rows);
      const rates = engines.map((engine) => rateOf(() => engine.features(values), rows, millis));
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    },
  };
}
