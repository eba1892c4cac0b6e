// tfjs with its wasm backend and our weights; convolution, bias and rectifier fused, as its converter does it.

import { load } from './network.mjs';
import { rateOf } from './rate.mjs';

const script = (src) =>
  new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }));
  });

export async function start(name, threads) {
  await script('/npm/@tensorflow/tfjs-core/dist/tf-core.min.js');
  await script('/npm/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js');
  const { tf } = window;
  tf.wasm.setWasmPaths('/npm/@tensorflow/tfjs-backend-wasm/dist/');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  const loaded = await load(name);

  const conv = (step) => {
    const { stride, pad, activation, groups } = step;
    // The only groups there are hold one channel each: its filters are height, width, channel, one.
    const order = groups > 1 ? [2, 3, 0, 1] : [2, 3, 1, 0];
    const filter = tf.tidy(() => tf.transpose(tf.tensor4d(step.weight, step.shape), order));
    const bias = tf.tensor1d(step.bias);
    const convolve = groups > 1 ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
    return (x) => convolve({ x, filter, bias, strides: stride, pad: [[0, 0], pad, pad, [0, 0]], activation });
  };
  const layers = loaded.steps.map((step) => {
    if (step.op === 'conv') return conv(step);
    // Behind a rectifier, zeros around the picture are as good as nothing.
    if (step.op === 'max') {
      const { kernel, stride, pad } = step;
      return (x) => tf.maxPool(tf.pad(x, [[0, 0], pad, pad, [0, 0]]), kernel, stride, 'valid');
    }
    if (step.op === 'average') return (x) => tf.mean(x, [1, 2]);
    if (step.op === 'inverted') {
      const inner = step.layers.map(conv);
      return (x) => {
        const y = inner.reduce((x, layer) => layer(x), x);
        return step.add ? tf.add(x, y) : y;
      };
    }
    const [first, second] = [conv(step.first), conv(step.second)];
    const shortcut = step.shortcut ? conv(step.shortcut) : (x) => x;
    return (x) => tf.relu(tf.add(second(first(x)), shortcut(x)));
  });
  const run = async (x) => {
    const y = tf.tidy(() => layers.reduce((x, layer) => layer(x), x));
    const values = await y.data();
    y.dispose();
    return values;
  };
  // Its own order, channels last, is prepared outside of what is timed.
  const tensor = (rows) =>
    tf.tidy(() => tf.transpose(tf.tensor4d(loaded.batch(rows), [rows, 3, loaded.size, loaded.size]), [0, 2, 3, 1]));
  return {
    threads: threads > 1 ? tf.wasm.getThreadsCount() : 1,
    features: (rows) => run(tensor(rows)),
    rate(rows, millis) {
      const x = tensor(rows);
      return rateOf(() => run(x), rows, millis).finally(() => x.dispose());
    },
  };
}
