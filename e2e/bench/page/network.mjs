// Our trunks as lists of plain steps, batch norms folded into their convolutions, for the peers to run.

import { random } from './random.mjs';

/** The cut ResNet-18 of trainer/configs/zappos.toml. */
export const RESNET18 = {
  network: { backbone: 'resnet18', embedding: 64, tasks: 4, sites: ['stage3', 'embedding'], modulation: 'vector' },
  size: 112,
};

/** A convolution with the batch norm behind it: `{op, weight [out, in, k, k], bias, stride, pad, relu}`. */
function conv(tensors, name, norm, { stride = 1, relu = false } = {}) {
  const { shape, values } = tensors[`${name}.weight`];
  const [out, , kernel] = shape;
  const part = (key) => tensors[`${norm}.${key}`].values;
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(part);
  const scale = Float64Array.from(gamma, (value, at) => value / Math.sqrt(variance[at] + 1e-5));
  const per = values.length / out;
  return {
    op: 'conv',
    shape,
    weight: Float32Array.from(values, (value, at) => value * scale[Math.floor(at / per)]),
    bias: Float32Array.from(beta, (value, at) => value - mean[at] * scale[at]),
    stride,
    pad: Math.floor(kernel / 2),
    relu,
  };
}

function block(tensors, name, stride) {
  return {
    op: 'block',
    first: conv(tensors, `${name}.conv1`, `${name}.bn1`, { stride, relu: true }),
    second: conv(tensors, `${name}.conv2`, `${name}.bn2`),
    shortcut: tensors[`${name}.downsample.0.weight`]
      ? conv(tensors, `${name}.downsample.0`, `${name}.downsample.1`, { stride })
      : null,
  };
}

/** The trunk of a network, average included. */
export function trunk(network, tensors) {
  const { backbone } = network;
  const steps = [conv(tensors, 'conv1', 'bn1', { stride: 2, relu: true })];
  if (backbone === 'resnet18') {
    steps.push({ op: 'max', kernel: 3, stride: 2, pad: 1 });
    for (const layer of [1, 2, 3]) {
      steps.push(block(tensors, `layer${layer}.0`, layer === 1 ? 1 : 2));
      steps.push(block(tensors, `layer${layer}.1`, 1));
    }
  } else {
    backbone.small.widths.forEach((_, at) => steps.push(block(tensors, `layers.${at}`, 2)));
  }
  steps.push({ op: 'average' });
  return steps;
}

/** Multiplications of one picture's pass. */
export function multiplications(steps, size) {
  let side = size;
  let total = 0;
  const count = (step, from) => {
    const to = Math.floor((from + 2 * step.pad - step.shape[2]) / step.stride) + 1;
    total += step.weight.length * to * to;
    return to;
  };
  for (const step of steps) {
    if (step.op === 'conv') side = count(step, side);
    if (step.op === 'max') side = Math.floor((side + 2 * step.pad - step.kernel) / step.stride) + 1;
    if (step.op === 'block') {
      if (step.shortcut) count(step.shortcut, side);
      side = count(step.second, count(step.first, side));
    }
  }
  return total;
}

/** Seeded weights for the cut ResNet-18, under the names that the engine reads; they keep activations in range. */
export function resnet18Weights() {
  const { normal, unit } = random(18);
  const tensors = {};
  const fill = (name, shape, draw) => {
    const length = shape.reduce((all, side) => all * side, 1);
    tensors[name] = { shape, values: Float32Array.from({ length }, draw) };
  };
  const layer = (conv, norm, [out, input, kernel]) => {
    const spread = Math.sqrt(2 / (input * kernel * kernel));
    fill(`${conv}.weight`, [out, input, kernel, kernel], () => spread * normal());
    fill(`${norm}.weight`, [out], () => 0.5 + 0.5 * unit());
    fill(`${norm}.bias`, [out], () => 0.1 * normal());
    fill(`${norm}.running_mean`, [out], () => 0.1 * normal());
    fill(`${norm}.running_var`, [out], () => 0.75 + 0.5 * unit());
  };
  layer('conv1', 'bn1', [64, 3, 7]);
  let input = 64;
  [64, 128, 256].forEach((out, at) => {
    for (const number of [0, 1]) {
      const name = `layer${at + 1}.${number}`;
      layer(`${name}.conv1`, `${name}.bn1`, [out, input, 3]);
      layer(`${name}.conv2`, `${name}.bn2`, [out, out, 3]);
      if (number === 0 && at > 0) layer(`${name}.downsample.0`, `${name}.downsample.1`, [out, input, 1]);
      input = out;
    }
  });
  const { embedding, tasks } = RESNET18.network;
  fill('fc.weight', [embedding, 256], () => 0.1 * normal());
  fill('fc.bias', [embedding], () => 0);
  fill('modulation.stage3.scale', [tasks, 256], () => 1);
  fill('modulation.embedding.scale', [tasks, embedding], () => 1);
  return tensors;
}

/** Prepared pictures, `[rows, 3, size, size]`, as smooth as pictures are. */
export function pictures(rows, size, seed = 5) {
  const { unit, normal } = random(seed);
  const values = new Float32Array(rows * 3 * size * size);
  let at = 0;
  for (let plane = 0; plane < rows * 3; plane += 1) {
    const [a, b, phase] = [unit() * 0.2, unit() * 0.2, unit() * 6];
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1, at += 1) values[at] = 0.8 * Math.sin(a * x + b * y + phase) + 0.1 * normal();
    }
  }
  return values;
}
