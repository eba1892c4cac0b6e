// The networks that are measured, with weights and inputs.

import { RESNET18, lite0Network, multiplications, pictures, resnet18Weights, trunk } from '../network.mjs';
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

async function lite0(size) {
  const trained = await (await fetch('/site/networks/portraits/weights.safetensors')).arrayBuffer();
  const { network, tensors } = lite0Network(read(trained), size);
  const input = { size, fit: 'crop', mean: [0.498, 0.498, 0.498], std: [0.502, 0.502, 0.502] };
  return { network, input, weights: write(tensors), tensors };
}

const NETWORKS = { faces, resnet18, 'lite0 112 px': () => lite0(112), 'lite0 224 px': () => lite0(224) };

/** `{network, input, weights, steps, size, multiplications}` and `batch(rows)`. */
export async function load(name) {
  const found = await NETWORKS[name]();
  const { size } = found.input;
  const steps = trunk(found.network, found.tensors, size);
  return { ...found, size, steps, multiplications: multiplications(steps, size), batch: (rows) => pictures(rows, size) };
}
