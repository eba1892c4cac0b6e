// Decoders side by side on one thread: ours in WebAssembly, and the browser's own by both of its doors.

import { random } from '../random.mjs';

const [WIDTH, HEIGHT, QUALITY] = [178, 218, 0.85];
const SIDE = 96;
const TYPE = 'image/jpeg';
/** Pictures that the browser decodes at once: it has threads of its own. */
const FLIGHT = 4;

/** Drawn pictures of CelebA's size: a gradient, discs and a little noise. */
async function jpegs(count) {
  const { unit } = random(3);
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const colour = () => `rgb(${[0, 1, 2].map(() => Math.floor(256 * unit())).join(' ')})`;
  const files = [];
  for (let at = 0; at < count; at += 1) {
    const gradient = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
    gradient.addColorStop(0, colour());
    gradient.addColorStop(1, colour());
    context.fillStyle = gradient;
    context.fillRect(0, 0, WIDTH, HEIGHT);
    for (let disc = 0; disc < 12; disc += 1) {
      context.fillStyle = colour();
      context.beginPath();
      context.arc(WIDTH * unit(), HEIGHT * unit(), 4 + 40 * unit(), 0, 7);
      context.fill();
    }
    const picture = context.getImageData(0, 0, WIDTH, HEIGHT);
    picture.data.forEach((value, byte, data) => {
      data[byte] = byte % 4 === 3 ? 255 : value + 16 * (unit() - 0.5);
    });
    context.putImageData(picture, 0, 0);
    const blob = await canvas.convertToBlob({ type: TYPE, quality: QUALITY });
    files.push(new Uint8Array(await blob.arrayBuffer()));
  }
  return files;
}

/** The middle square of what was decoded, as our input has it. */
function squared(source, context) {
  const side = Math.min(WIDTH, HEIGHT);
  const [left, top] = [(WIDTH - side) / 2, (HEIGHT - side) / 2];
  context.drawImage(source, left, top, side, side, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const plane = SIDE * SIDE;
  const input = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      input[channel * plane + pixel] = data[4 * pixel + channel] / 127.5 - 1;
    }
  }
  return input;
}

const canvas = (width, height) => new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });

async function frame(file, use) {
  const decoder = new ImageDecoder({ data: file, type: TYPE });
  const { image } = await decoder.decode();
  const result = await use(image);
  image.close();
  decoder.close();
  return result;
}

async function bitmap(file, use) {
  const picture = await createImageBitmap(new Blob([file], { type: TYPE }));
  const result = use(picture);
  picture.close();
  return result;
}

let ways = null;
let files = null;

/** Mean bytes of the pictures, after trying every way once. */
export async function prepare(count) {
  const module = await import('/module/engine/modulens_bench.js');
  await module.default();
  files = await jpegs(count);
  const full = canvas(WIDTH, HEIGHT);
  const small = canvas(SIDE, SIDE);
  ways = {
    pixels: {
      ours: async (file) => module.decode_pixels(file),
      'ImageDecoder, copyTo': (file) =>
        frame(file, (image) => image.copyTo(new Uint8Array(4 * WIDTH * HEIGHT), { format: 'RGBA' })),
      'createImageBitmap, canvas': (file) =>
        bitmap(file, (picture) => {
          full.drawImage(picture, 0, 0);
          return full.getImageData(0, 0, WIDTH, HEIGHT);
        }),
    },
    input: {
      ours: async (file) => module.load_input(file, SIDE),
      'ImageDecoder, canvas': (file) => frame(file, (image) => squared(image, small)),
      'createImageBitmap, canvas': (file) => bitmap(file, (picture) => squared(picture, small)),
    },
  };
  const expected = await ways.input.ours(files[0]);
  const differences = {};
  for (const [name, way] of Object.entries(ways.input)) {
    const got = await way(files[0]);
    differences[name] = expected.reduce((sum, value, at) => sum + Math.abs(value - got[at]), 0) / expected.length;
  }
  const bytes = Math.round(files.reduce((sum, file) => sum + file.length, 0) / files.length);
  return { bytes, differences, names: Object.fromEntries(Object.entries(ways).map(([goal, ways]) => [goal, Object.keys(ways)])) };
}

/** Pictures per second of one way over all pictures, the best of some passes. */
export async function rate(goal, name, passes) {
  const way = ways[goal][name];
  let best = Infinity;
  for (let pass = 0; pass < passes; pass += 1) {
    const waiting = [...files];
    const began = performance.now();
    const work = async () => {
      while (waiting.length > 0) await way(waiting.pop());
    };
    await Promise.all(Array.from({ length: name === 'ours' ? 1 : FLIGHT }, work));
    best = Math.min(best, performance.now() - began);
  }
  return (files.length / best) * 1000;
}
