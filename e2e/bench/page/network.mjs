// Our trunks as lists of plain steps, batch norms folded into their convolutions, for the peers to run.

import { random } from './random.mjs';

/** The cut ResNet-18 of trainer/configs/zappos.toml. */
export const RESNET18 = {
  network: { backbone: 'resnet18', embedding: 64, tasks: 4, sites: ['stage3', 'embedding'], modulation: 'vector' },
  size: 112,
};

/** EfficientNet-Lite0 under one task, averaged behind its last stage. */
const lite0 = (input) => ({
  backbone: { 'efficientnet-lite0': { input, pooled: [{ stage: 7 }] } },
  embedding: 64,
  tasks: 1,
  sites: ['stage7', 'embedding'],
  modulation: 'vector',
});
const LITE0_CHANNELS = 320;
/** Blocks of each of its stages, and the stride of the first. */
const LITE0_STAGES = [[1, 1], [2, 2], [2, 2], [3, 2], [3, 1], [4, 2], [1, 1]];

/**
 * A convolution with the batch norm behind it: `{op, shape, weight [out, in / groups, k, k], bias, stride, pad, groups,
 * activation}`. `pad` is before and behind, on both axes: as much on both sides, or `same` as TensorFlow has it.
 */
function conv(tensors, name, norm, { stride = 1, activation = 'linear', epsilon = 1e-5, same, depthwise = false } = {}) {
  const { shape, values } = tensors[`${name}.weight`];
  const [out, , kernel] = shape;
  const part = (key) => tensors[`${norm}.${key}`].values;
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(part);
  const scale = Float64Array.from(gamma, (value, at) => value / Math.sqrt(variance[at] + epsilon));
  const per = values.length / out;
  return {
    op: 'conv',
    shape,
    weight: Float32Array.from(values, (value, at) => value * scale[Math.floor(at / per)]),
    bias: Float32Array.from(beta, (value, at) => value - mean[at] * scale[at]),
    stride,
    pad: same ? samePadding(same, kernel, stride) : [Math.floor(kernel / 2), Math.floor(kernel / 2)],
    groups: depthwise ? out : 1,
    activation,
  };
}

/** TensorFlow's padding of maps with so many pixels on a side: the odd one comes behind. */
function samePadding(side, kernel, stride) {
  const all = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

function block(tensors, name, stride) {
  return {
    op: 'block',
    first: conv(tensors, `${name}.conv1`, `${name}.bn1`, { stride, activation: 'relu' }),
    second: conv(tensors, `${name}.conv2`, `${name}.bn2`),
    shortcut: tensors[`${name}.downsample.0.weight`]
      ? conv(tensors, `${name}.downsample.0`, `${name}.downsample.1`, { stride })
      : null,
  };
}

/** The trunk of EfficientNet-Lite0. */
function lite0Trunk(tensors, size) {
  const options = { epsilon: 1e-3 };
  const wide = { ...options, activation: 'relu6' };
  const steps = [conv(tensors, 'conv_stem', 'bn0', { ...wide, stride: 2, same: size })];
  let side = Math.ceil(size / 2);
  let number = 0;
  for (const [blocks, first] of LITE0_STAGES) {
    for (let at = 0; at < blocks; at += 1, number += 1) {
      const name = `blocks.${number}`;
      const stride = at === 0 ? first : 1;
      const layers = [];
      if (tensors[`${name}.expand_conv.weight`]) layers.push(conv(tensors, `${name}.expand_conv`, `${name}.bn0`, wide));
      layers.push(
        conv(tensors, `${name}.depthwise_conv`, `${name}.bn1`, { ...wide, stride, same: side, depthwise: true }),
        conv(tensors, `${name}.project_conv`, `${name}.bn2`, options),
      );
      const add = stride === 1 && layers[0].shape[1] * layers[0].groups === layers.at(-1).shape[0];
      steps.push({ op: 'inverted', layers, add });
      side = Math.ceil(side / stride);
    }
  }
  return [...steps, { op: 'average' }];
}

/** The trunk of a network, average included. */
export function trunk(network, tensors, size) {
  const { backbone } = network;
  if (backbone['efficientnet-lite0']) return lite0Trunk(tensors, size);
  const steps = [conv(tensors, 'conv1', 'bn1', { stride: 2, activation: 'relu' })];
  if (backbone === 'resnet18') {
    steps.push({ op: 'max', kernel: 3, stride: 2, pad: [1, 1] });
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
  const after = (step, from, kernel) => Math.floor((from + step.pad[0] + step.pad[1] - kernel) / step.stride) + 1;
  const count = (step, from) => {
    const to = after(step, from, step.shape[2]);
    total += step.weight.length * to * to;
    return to;
  };
  for (const step of steps) {
    if (step.op === 'conv') side = count(step, side);
    if (step.op === 'max') side = after(step, side, step.kernel);
    if (step.op === 'inverted') side = step.layers.reduce((side, layer) => count(layer, side), side);
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

/** EfficientNet-Lite0 for inputs of a size, with the weights of a network that was trained on photographs. */
export function lite0Network(trained, size) {
  const network = lite0(size);
  const { embedding, tasks } = network;
  const body = Object.entries(trained).filter(([name]) => /^(blocks|bn0|conv_stem)\b/.test(name));
  const filled = (shape, value) => ({ shape, values: new Float32Array(shape.reduce((all, side) => all * side, 1)).fill(value) });
  const tensors = {
    ...Object.fromEntries(body),
    'fc.weight': filled([embedding, LITE0_CHANNELS], 0.01),
    'fc.bias': filled([embedding], 0),
    'modulation.stage7.scale': filled([tasks, LITE0_CHANNELS], 1),
    'modulation.embedding.scale': filled([tasks, embedding], 1),
  };
  return { network, tensors };
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
