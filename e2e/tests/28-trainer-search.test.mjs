// The page and `trainer search` give the same answer to the same query. The answers of the trainer are recorded in
// 28-trainer-search.json, which the trainer's own test `search` holds it to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { world } from '../lib/world.mjs';

const here = world();
const queries = JSON.parse(readFileSync(new URL('28-trainer-search.json', import.meta.url), 'utf8'));
const FIRST = 20;
/** The browser's `exp` and `ln` may round otherwise than the native ones: results this close may change places. */
const TIE = 3e-6;

for (const { about, gallery, address, results } of queries) {
  test(`${gallery}: ${about}`, async (t) => {
    const site = await here.open(t, `gallery=${gallery}&${address}`);
    const shown = await site.results(FIRST);
    assert.equal(shown.length, Math.min(FIRST, results.length));
    const scores = new Map(results.map(({ index, score }) => [index, score]));
    for (const [place, { index, score }] of shown.entries()) {
      // What is not among the recorded can only be as good as the last of them.
      const recorded = scores.get(index) ?? results.at(-1).score;
      // Without anything to rank by, the page shows no scores.
      if (score === null) assert.equal(index, results[place].index);
      else assert.ok(Math.abs(score - recorded) < TIE && Math.abs(recorded - results[place].score) < TIE, `${place}`);
    }
  });
}
