// PNGs of one colour or of noise, by the format's own description: W3C PNG, third edition.

import { randomFillSync } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import { crc32 } from './zip.mjs';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const [GREY, RGB] = [0, 2];

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of a drawing: `colour(x, y)` is the red, green and blue of a pixel. */
export function drawing(width, height, colour) {
  const rows = Buffer.alloc((1 + width * 3) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(colour(x, y), y * (1 + width * 3) + 1 + 3 * x);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, RGB], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A PNG of black pixels, or of `noise`, which no packing makes smaller. */
export function png(width, height, { noise = false, grey = false } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, grey ? GREY : RGB], 8);
  const row = 1 + width * (grey ? 1 : 3);
  const rows = Buffer.alloc(row * height);
  if (noise) randomFillSync(rows);
  // The first byte of a row says how it is filtered: not at all.
  for (let at = 0; at < rows.length; at += row) rows[at] = 0;
  const data = deflateSync(rows, { level: noise ? 0 : 6 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}
