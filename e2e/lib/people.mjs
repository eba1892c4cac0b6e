// Images of people, drawn for the face detector: plain shapes, with the grain of a photograph.

import { drawing } from './png.mjs';

const [SKIN, DARK] = [[225, 175, 150], [50, 35, 25]];

/** Ellipses from back to front, in half widths of a face from its middle: centre, half axes, colour. */
const PARTS = [
  [0, 2.6, 2.2, 1.4, [40, 50, 90]],
  [0, 1.2, 0.45, 0.7, [190, 140, 115]],
  [0, -0.25, 1.15, 1.35, DARK],
  [0, 0.05, 0.95, 1.25, SKIN],
  [-0.42, -0.32, 0.24, 0.06, DARK],
  [0.42, -0.32, 0.24, 0.06, DARK],
  [-0.4, -0.12, 0.19, 0.1, [240, 240, 240]],
  [0.4, -0.12, 0.19, 0.1, [240, 240, 240]],
  [-0.4, -0.12, 0.09, 0.1, DARK],
  [0.4, -0.12, 0.09, 0.1, DARK],
  [0, 0.18, 0.1, 0.24, [205, 150, 125]],
  [0, 0.36, 0.17, 0.07, [170, 110, 95]],
  [0, 0.68, 0.36, 0.11, [170, 70, 70]],
];

/** A photograph, as it were, of people next to each other. */
export function people(count, { seed = 1 } = {}) {
  const [width, height, radius] = [Math.max(1, count) * 240, 300, 60];
  let state = seed;
  const grain = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 24) % 7;
  };
  return drawing(width, height, (x, y) => {
    let colour = [120, 130, 140];
    for (let person = 0; person < count; person += 1) {
      const [u, v] = [(x + 0.5 - 120 - 240 * person) / radius, (y + 0.5 - 130) / radius];
      if (Math.abs(u) > 2 || v < -2 || v >= 2.2) continue;
      for (const [left, top, across, down, own] of PARTS) {
        if (((u - left) / across) ** 2 + ((v - top) / down) ** 2 < 1) colour = own;
      }
    }
    return colour.map((value) => value + grain());
  });
}
