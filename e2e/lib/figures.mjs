// Figures the tests measured: shown beside the test, and one JSON object per line in artefacts/figures.jsonl.

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { artefacts } from './env.mjs';

export function figure(t, name, values) {
  mkdirSync(artefacts, { recursive: true });
  appendFileSync(join(artefacts, 'figures.jsonl'), `${JSON.stringify({ name, ...values })}\n`);
  const words = Object.entries(values).map(([key, value]) => `${key} ${round(value)}`);
  t.diagnostic(`${name}: ${words.join(', ')}`);
}

function round(value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
