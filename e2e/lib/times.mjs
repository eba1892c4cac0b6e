// A reporter of node's test runner: the time of each test file, slowest first.

import { EventEmitter } from 'node:events';
import { relative } from 'node:path';

// Three reporters listen to one stream, more than node expects before it warns of a leak.
EventEmitter.defaultMaxListeners = 20;

const seconds = (millis) => `${(millis / 1000).toFixed(1).padStart(8)} s`;

/** Sums the tests of the outermost level by file; what they hold is part of their time. */
export default async function* times(events) {
  const spent = new Map();
  for await (const { type, data } of events) {
    if (!['test:pass', 'test:fail'].includes(type) || data.nesting > 0 || !data.file) continue;
    spent.set(data.file, (spent.get(data.file) ?? 0) + data.details.duration_ms);
  }
  if (spent.size === 0) return;
  yield 'time of each file, slowest first\n';
  const slowest = [...spent].toSorted(([, a], [, b]) => b - a);
  for (const [file, millis] of slowest) yield `${seconds(millis)}  ${relative(process.cwd(), file)}\n`;
}
