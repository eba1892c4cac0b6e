// A change of task over kept features against embedding every picture again, and whether the rankings are the same.

import { start } from '../embed/ours.mjs';
import { read } from '../safetensors.mjs';

const BASE = '/site/galleries/faces/';

const bytes = async (file) => new Uint8Array(await (await fetch(BASE + file)).arrayBuffer());

let gallery = null;
let engines = null;

async function module(profile) {
  const module = await import(`/module/${profile}/modulens_bench.js`);
  await module.default();
  return module;
}

export async function prepare(images, workers) {
  const { Switch } = await module('web');
  gallery = new Switch(await bytes('tail.safetensors'), await bytes('features.safetensors'), images);
  engines = await start('faces', workers);
  return { tasks: gallery.tasks };
}

/** Seconds of one change of task: every embedding, and the first `k` results. */
export function change(task, k) {
  const began = performance.now();
  const found = gallery.change(task, 7 * task, k);
  if (found[0] === undefined) throw new Error('nothing was found');
  return (performance.now() - began) / 1000;
}

/** Gallery pictures per second from their files, all workers together. */
export async function embedRate(pictures) {
  const share = Math.floor(pictures / engines.engines.length);
  const base = new URL(`${BASE}pictures/`, location.href).href;
  const began = performance.now();
  const done = await Promise.all(engines.engines.map((engine, at) => engine.gallery(base, at * share, share)));
  const images = done.reduce((sum, { images }) => sum + images, 0);
  if (images !== share * engines.engines.length) throw new Error('pictures were left out');
  return (images / (performance.now() - began)) * 1000;
}

/** The first `k` of a ranking by cosine with one of the rows. */
function ranked(rows, dim, query, k) {
  const count = rows.length / dim;
  const cosines = Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let i = 0; i < dim; i += 1) sum += rows[n * dim + i] * rows[query * dim + i];
    return sum;
  });
  const order = cosines.map((_, n) => n).sort((a, b) => cosines[b] - cosines[a] || a - b);
  return { order: order.slice(0, k), cosines };
}

/**
 * Holds embeddings from kept features against a full pass in f64 from the last stage's maps and the unfolded weights:
 * task scale on the map, average, linear layer, task scale, unit length. Every picture asks under every task.
 */
export async function rankings(pictures, k) {
  const { load_input } = await module('engine');
  const { Switch } = await module('web');
  const [engine] = engines.engines;
  const weights = read((await bytes('weights.safetensors')).buffer);
  const { size } = engines.loaded;
  const inputs = new Float32Array(pictures * 3 * size * size);
  for (let at = 0; at < pictures; at += 1) {
    const file = await bytes(`pictures/${String(at).padStart(6, '0')}.jpg`);
    inputs.set(load_input(file, size), at * 3 * size * size);
  }
  const kept = Switch.of(await bytes('tail.safetensors'), await engine.features(inputs));
  const { shape, values: map } = (await engine.layers(inputs)).stage4;
  const [, channels, height, width] = shape;
  const area = height * width;
  const dim = weights['fc.weight'].shape[0];
  const result = { pictures, tasks: kept.tasks, k, lists: 0, equal: 0, largest_cosine_difference: 0 };
  for (let task = 0; task < kept.tasks; task += 1) {
    const scale = weights['modulation.stage4.scale'].values.subarray(task * channels, (task + 1) * channels);
    const last = weights['modulation.embedding.scale'].values.subarray(task * dim, (task + 1) * dim);
    const full = new Float64Array(pictures * dim);
    for (let image = 0; image < pictures; image += 1) {
      const pooled = Float64Array.from({ length: channels }, (_, channel) => {
        let sum = 0;
        const at = (image * channels + channel) * area;
        for (let i = at; i < at + area; i += 1) sum += Math.max(scale[channel], 0) * map[i];
        return sum / area;
      });
      const row = full.subarray(image * dim, (image + 1) * dim);
      for (let out = 0; out < dim; out += 1) {
        let sum = weights['fc.bias'].values[out];
        for (let channel = 0; channel < channels; channel += 1) {
          sum += weights['fc.weight'].values[out * channels + channel] * pooled[channel];
        }
        row[out] = Math.max(last[out], 0) * sum;
      }
      const length = Math.hypot(...row);
      row.forEach((value, at) => (row[at] = value / length));
    }
    const fast = kept.embeddings(task);
    for (let query = 0; query < pictures; query += 1) {
      const expected = ranked(full, dim, query, k);
      const got = ranked(fast, dim, query, k);
      result.lists += 1;
      if (expected.order.every((image, place) => image === got.order[place])) result.equal += 1;
      expected.cosines.forEach((cosine, n) => {
        const off = Math.abs(cosine - got.cosines[n]);
        result.largest_cosine_difference = Math.max(result.largest_cosine_difference, off);
      });
    }
  }
  return result;
}
