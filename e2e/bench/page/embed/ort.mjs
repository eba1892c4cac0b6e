// onnxruntime-web with our weights.

import { model } from '../onnx.mjs';
import { load } from './network.mjs';
import { rateOf } from './rate.mjs';

export async function start(name, threads) {
  const ort = await import('/npm/onnxruntime-web/dist/ort.wasm.min.mjs');
  ort.env.wasm.wasmPaths = '/npm/onnxruntime-web/dist/';
  ort.env.wasm.numThreads = threads;
  const loaded = await load(name);
  const { bytes, output } = model(loaded.steps, loaded.size);
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const tensor = (rows) => new ort.Tensor('float32', loaded.batch(rows), [rows, 3, loaded.size, loaded.size]);
  const run = async (x) => (await session.run({ x }))[output].data;
  return {
    threads: ort.env.wasm.numThreads,
    features: (rows) => run(tensor(rows)),
    rate(rows, millis) {
      const x = tensor(rows);
      return rateOf(() => run(x), rows, millis);
    },
  };
}
