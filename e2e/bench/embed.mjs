// Pictures per second: our engine, onnxruntime-web and tfjs with the same weights and the same prepared inputs.

import { say } from './lib/world.mjs';

const BATCHES = [1, 8, 32];
/** What may differ between ours and a peer's features, against the largest of them. */
const LIMIT = 1e-3;
const NAMES = { ours: 'Modulens, engine-cpu', ort: 'onnxruntime-web 1.30.0', tfjs: 'tfjs-backend-wasm 4.22.0' };

/**
 * Who runs how on so many cores: with threads of its own, or once per core. tfjs starts no second thread on two cores.
 */
function line(cores) {
  if (cores === 1) return ['ours', 'ort', 'tfjs'].map((engine) => ({ engine, threads: 1, copies: 1 }));
  return [
    { engine: 'ours', threads: cores, copies: 1, how: `${cores} workers` },
    { engine: 'ort', threads: cores, copies: 1, how: `${cores} threads` },
    { engine: 'ort', threads: 1, copies: cores, how: `${cores} copies` },
    { engine: 'tfjs', threads: cores, copies: 1, how: `${cores} threads` },
    { engine: 'tfjs', threads: 1, copies: cores, how: `${cores} copies` },
  ];
}

/** Pages that run one engine. */
async function start(world, network, { engine, threads, copies, how }) {
  const pages = [];
  for (let copy = 0; copy < copies; copy += 1) pages.push(await world.page());
  const started = pages.map((page) =>
    page.evaluate(
      async ({ engine, network, threads }) => {
        const { start } = await import(`/bench/embed/${engine}.mjs`);
        window.engine = await start(network, threads);
        return { features: [...(await window.engine.features(3))], threads: window.engine.threads ?? threads };
      },
      { engine, network, threads },
    ),
  );
  const [got] = await Promise.all(started);
  const rate = async (rows, millis) => {
    const one = (page) => page.evaluate(([rows, millis]) => window.engine.rate(rows, millis), [rows, millis]);
    const rates = await Promise.all(pages.map(one));
    return rates.reduce((sum, rate) => sum + rate, 0);
  };
  const stop = () => Promise.all(pages.map((page) => page.context().close()));
  const name = how ? `${NAMES[engine]}, ${how}` : NAMES[engine];
  return { ...got, engine, name, wanted: threads, rate, stop };
}

function difference(expected, got) {
  if (expected.length !== got.length) throw new Error(`${got.length} values instead of ${expected.length}`);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, at) => Math.abs(value - got[at]))) / scale;
}

/** Rates of every engine, a round of all before the next; each at the batch size that suits it best. */
async function measure(world, network, cores, { rounds, millis }) {
  const engines = [];
  for (const way of line(cores)) engines.push(await start(world, network, way));
  let worst = 0;
  for (const engine of engines.slice(1)) {
    const off = difference(engines[0].features, engine.features);
    if (!(off <= LIMIT)) throw new Error(`${engine.name} on ${network} is ${off} off ours`);
    worst = Math.max(worst, off);
  }
  for (const engine of engines) {
    const tried = [];
    for (const rows of BATCHES) {
      await engine.rate(rows, millis);
      tried.push({ rows, rate: await engine.rate(rows, 3 * millis) });
    }
    tried.sort((a, b) => b.rate - a.rate);
    engine.rows = tried[0].rows;
    engine.samples = [];
    say(`${network}, ${cores} cores, ${engine.name}: ${tried.map(({ rows, rate }) => `${rows}: ${rate.toFixed(1)}`).join(', ')} per second`);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of engines) engine.samples.push(await engine.rate(engine.rows, millis));
  }
  await Promise.all(engines.map((engine) => engine.stop()));
  return { engines, worst };
}

export async function embed(world, { quick }) {
  const settings = quick ? { rounds: 5, millis: 300 } : { rounds: 15, millis: 400 };
  const rows = [];
  const differences = {};
  for (const network of ['faces', 'resnet18', 'lite0 112 px', 'lite0 224 px']) {
    for (const cores of new Set([1, world.context.cores])) {
      const { engines, worst } = await measure(world, network, cores, settings);
      differences[network] = Math.max(differences[network] ?? 0, worst);
      const [ours, ...peers] = engines;
      for (const peer of peers) {
        rows.push({
          name: `${network}, ${cores === 1 ? '1 core' : `${cores} cores`}`,
          unit: 'images/s',
          better: 'more',
          ours: ours.samples,
          peer: peer.samples,
          peer_name: peer.name,
          note: `best batch ${ours.rows} against ${peer.rows}${peer.threads === peer.wanted ? '' : `; it reports ${peer.threads} thread`}`,
        });
      }
    }
  }
  return { rows, context: { ...settings, batches: BATCHES, largest_difference: differences } };
}
