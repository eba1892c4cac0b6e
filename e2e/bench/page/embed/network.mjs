// The two networks that are measured, with weights and inputs.

import { RESNET18, multiplications, pictures, resnet18Weights, trunk } from '../network.mjs';
import { read, write } from '../safetensors.mjs';

async function faces() {
  const base = '/site/galleries/faces/';
  const manifest = await (await fetch(`${base}manifest.json`)).json();
  const weights = await (await fetch(`${base}weights.safetensors`)).arrayBuffer();
  return { network: manifest.network, input: manifest.input, weights, tensors: read(weights) };
}

function resnet18() {
  const { network, size } = RESNET18;
  const tensors = resnet18Weights();
  const input = { size, fit: 'crop', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
  return { network, input, weights: write(tensors), tensors };
}

/** `{network, input, weights, steps, size, multiplications}` and `batch(rows)`. */
export async function load(name) {
  const found = name === 'faces' ? await faces() : resnet18();
  const { size } = found.input;
  const steps = trunk(found.network, found.tensors);
  return { ...found, size, steps, multiplications: multiplications(steps, size), batch: (rows) => pictures(rows, size) };
}
