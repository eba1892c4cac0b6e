// One way of searching in a page of its own.

import { wasmBytes } from '../memories.mjs';
import { cosines, vectors } from '../vectors.mjs';
import { engines } from './engines.mjs';

/** What may be lost in f32 where two cosines are nearly the same. */
const TIE = 1e-6;

let state = null;

/** Makes the vectors, builds, and asks once: `{first, build, name}` in milliseconds, or `{late: true}`. */
export async function prepare(engine, { count, dim, queries, k, cap }) {
  const { name, build } = engines[engine];
  const data = vectors(count, dim, queries);
  const before = wasmBytes();
  const began = performance.now();
  const index = await build(data.rows, dim, began + cap);
  if (!index) return { late: true, name };
  const built = performance.now() - began;
  index.search(data.queries[0], k);
  state = { ...data, dim, k, index, at: 0 };
  return { name, build: built, first: performance.now() - began, wasm: wasmBytes() - before, own: index.own ?? 0 };
}

/** Times some queries, each on its own, in milliseconds. */
export function round(count) {
  const { queries, index, k } = state;
  return Array.from({ length: count }, () => {
    state.at = (state.at + 1) % queries.length;
    const began = performance.now();
    index.search(queries[state.at], k);
    return performance.now() - began;
  });
}

/** Mean share of the `k` nearest that is found, against cosines in f64. */
export function recall(asked) {
  const { rows, queries, dim, k, index } = state;
  let found = 0;
  for (const query of queries.slice(0, asked)) {
    const ids = [...new Set(index.search(query, k))];
    const threshold = cosines(rows, dim, query).sort().at(-k) - TIE;
    found += cosines(rows, dim, query, ids).filter((cosine) => cosine >= threshold).length / k;
  }
  return found / asked;
}
