// The vectors of the search benchmark: unit vectors in clusters, as embeddings are, the same on every page.

import { random } from './random.mjs';

/** Vectors per cluster. */
const CLUSTER = 100;
/** Length of what sets a vector apart from its cluster's centre, whose length is 1. */
const SPREAD = 0.7;

function unit(values, at, dim) {
  let squares = 0;
  for (let i = at; i < at + dim; i += 1) squares += values[i] * values[i];
  const length = Math.sqrt(squares);
  for (let i = at; i < at + dim; i += 1) values[i] /= length;
}

/** `{rows, queries}`: `count` vectors, and `asked` others from the same clusters. */
export function vectors(count, dim, asked) {
  const { unit: uniform, normal } = random(dim);
  const clusters = Math.ceil(count / CLUSTER);
  const centres = Float32Array.from({ length: clusters * dim }, normal);
  for (let at = 0; at < centres.length; at += dim) unit(centres, at, dim);
  const spread = SPREAD / Math.sqrt(dim);
  const draw = (vectors) => {
    const values = new Float32Array(vectors * dim);
    for (let at = 0; at < values.length; at += dim) {
      const centre = Math.floor(uniform() * clusters) * dim;
      for (let i = 0; i < dim; i += 1) values[at + i] = centres[centre + i] + spread * normal();
      unit(values, at, dim);
    }
    return values;
  };
  const rows = draw(count);
  const all = draw(asked);
  const queries = Array.from({ length: asked }, (_, at) => all.slice(at * dim, (at + 1) * dim));
  return { rows, queries };
}

/** Cosines in f64 of a query with the given rows, or with all. */
export function cosines(rows, dim, query, which) {
  const count = which?.length ?? rows.length / dim;
  const out = new Float64Array(count);
  for (let n = 0; n < count; n += 1) {
    const at = (which ? which[n] : n) * dim;
    let sum = 0;
    for (let i = 0; i < dim; i += 1) sum += rows[at + i] * query[i];
    out[n] = sum;
  }
  return out;
}
