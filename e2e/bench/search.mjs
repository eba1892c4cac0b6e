// Exact search against what npm offers: first query with the building of the index, later queries, memory, recall.

import { say } from './lib/world.mjs';

const K = 50;
const QUERIES = 64;
const FLAT = ['ours', 'limit', 'script', 'hnswlib-flat', 'ruvector-flat'];
const INDEXES = ['edgevec-hnsw', 'hnswlib-hnsw', 'ruvector-hnsw', 'voy'];

/** Who runs at which size. Indexes at the full size in one dimension only: each may take its whole time to build. */
function sizes(quick) {
  if (quick) return [{ count: 5_000, dim: 64, engines: [...FLAT, ...INDEXES] }];
  const small = { count: 20_000, dim: 128, engines: [...FLAT, ...INDEXES] };
  const full = [64, 128, 256].map((dim) => ({
    count: 202_599,
    dim,
    engines: dim === 128 ? [...FLAT, ...INDEXES] : FLAT,
  }));
  return [small, ...full];
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A page with one way of searching; `null` where it was not ready in time or broke. */
async function start(world, engine, settings) {
  const page = await world.page();
  const stop = () => page.context().close();
  const late = new Promise((wake) => setTimeout(() => wake({ late: true }), settings.cap * 1.25 + 10_000).unref());
  let got;
  try {
    const prepared = page.evaluate(
      async ({ engine, settings }) => {
        await import('/bench/memories.mjs');
        window.run = await import('/bench/search/run.mjs');
        return window.run.prepare(engine, settings);
      },
      { engine, settings },
    );
    prepared.catch(() => {});
    got = await Promise.race([prepared, late]);
    if (!got.late) {
      got.heap = await heap(page);
      got.recall = await page.evaluate((asked) => window.run.recall(asked), Math.min(QUERIES, settings.asked));
    }
  } catch (error) {
    got = { broke: error.message.split('\n')[0] };
  }
  say(`  ${engine}: ${got.broke ?? (got.late ? 'not in time' : `first ${got.first.toFixed(0)} ms, recall ${got.recall.toFixed(4)}`)}`);
  if (got.late || got.broke) {
    await stop();
    return { engine, why: got.broke ? `broke: ${got.broke}` : `did not finish within ${Math.round(settings.cap / 1000)} s` };
  }
  const round = async (count) => page.evaluate((count) => window.run.round(count), count);
  const once = median(await round(3));
  // A round takes about a quarter of a second.
  const perRound = Math.max(1, Math.min(50, Math.round(250 / once)));
  return { engine, ...got, samples: [], round: () => round(perRound), stop };
}

/** Bytes of the JavaScript heap in use, without array buffers, after collecting garbage. */
async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

async function measure(world, { count, dim, engines }, { rounds, cap }) {
  say(`search, ${count} x ${dim}`);
  const settings = { count, dim, queries: QUERIES, k: K, cap, asked: count > 50_000 ? 16 : 32 };
  const all = [];
  for (const engine of engines) all.push(await start(world, engine, settings));
  const ready = all.filter((one) => !one.why);
  for (let at = 0; at < rounds; at += 1) {
    for (const one of ready) one.samples.push(Math.min(...(await one.round())));
  }
  await Promise.all(ready.map((one) => one.stop()));
  return all;
}

const NAMES = {
  limit: 'reading once',
  script: 'plain JavaScript',
  'hnswlib-flat': 'hnswlib-wasm 0.8.2 flat',
  'ruvector-flat': '@ruvector/wasm 0.1.31 flat',
  'edgevec-hnsw': 'edgevec 0.9.0 HNSW',
  'hnswlib-hnsw': 'hnswlib-wasm 0.8.2 HNSW',
  'ruvector-hnsw': '@ruvector/wasm 0.1.31 HNSW',
  voy: 'voy-search 0.6.3 k-d tree',
};

const MEBI = 1 << 20;

/** What is compared: a name, a unit, what is better, and how to get it from a way of searching. */
const FIGURES = [
  ['later queries', 'ms', 'less', (one) => one.samples],
  ['first query', 'ms', 'less', (one) => [one.first]],
  ['memory', 'MiB', 'less', (one) => [(one.wasm + one.own + one.heap) / MEBI]],
  ['recall@50', 'share', 'more', (one) => [one.recall]],
];

export async function search(world, { quick }) {
  const settings = quick ? { rounds: 5, cap: 30_000 } : { rounds: 15, cap: 120_000 };
  const rows = [];
  for (const size of sizes(quick)) {
    const [ours, ...peers] = await measure(world, size, settings);
    for (const [what, unit, better, figure] of FIGURES) {
      for (const peer of peers) {
        // The limit builds what ours builds and finds nothing.
        if (peer.engine === 'limit' && what !== 'later queries') continue;
        rows.push({
          name: `${size.count} x ${size.dim}, ${what}`,
          unit,
          better,
          ours: figure(ours),
          peer: peer.why ? [] : figure(peer),
          peer_name: NAMES[peer.engine],
          note: peer.why ?? '',
        });
      }
    }
  }
  const context = { k: K, queries: QUERIES, repeats: settings.rounds, cap_seconds: settings.cap / 1000 };
  return { rows, context };
}
