// A gallery's bundle as it lies in the built site: the truth that the page's results are held against.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { dist } from './env.mjs';

export function galleries() {
  return JSON.parse(readFileSync(join(dist, 'galleries', 'index.json'), 'utf8'));
}

export function bundle(name) {
  const folder = join(dist, 'galleries', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const labels = unpack(readFileSync(join(folder, 'labels.bin')), manifest.tasks, manifest.images);
  const taskIndex = (task) => {
    const index = manifest.tasks.findIndex((known) => known.name === task);
    if (index < 0) throw new Error(`${name} has no task ${task}`);
    return index;
  };
  return {
    name,
    folder,
    manifest,
    ids: readFileSync(join(folder, 'ids.txt'), 'utf8').trimEnd().split('\n'),
    /** A picture's value under a task by name; null where unknown. */
    label(image, task) {
      const index = taskIndex(task);
      const value = labels[image][index];
      return value === null ? null : manifest.tasks[index].values[value];
    },
    /** How many pictures are known to have a value. */
    count(task, value) {
      const index = taskIndex(task);
      const wanted = manifest.tasks[index].values.indexOf(value);
      return labels.filter((row) => row[index] === wanted).length;
    },
    /** Pictures whose label is known under all these tasks. */
    known(tasks) {
      const indices = tasks.map(taskIndex);
      return labels.flatMap((row, image) => (indices.every((task) => row[task] !== null) ? [image] : []));
    },
    picture(image) {
      const { extension } = manifest.picture;
      return join(folder, 'pictures', `${String(image).padStart(6, '0')}.${extension}`);
    },
  };
}

/** Share of the pictures, among those whose label is known, for which `right` holds. */
export function share(labels, right) {
  const known = labels.filter((label) => label !== null);
  return known.length === 0 ? NaN : known.filter(right).length / known.length;
}

/** labels.bin: per image and task, ceil(log2(values + 1)) bits, lowest bits first; the highest code is "unknown". */
function unpack(bytes, tasks, images) {
  const widths = tasks.map((task) => 32 - Math.clz32(task.values.length));
  let bit = 0;
  const read = (width) => {
    let code = 0;
    for (let at = 0; at < width; at += 1, bit += 1) {
      code |= ((bytes[bit >> 3] >> (bit & 7)) & 1) << at;
    }
    return code;
  };
  return Array.from({ length: images }, () =>
    tasks.map((task, index) => {
      const code = read(widths[index]);
      return code === task.values.length ? null : code;
    }),
  );
}
