// The rate of a function that takes a batch.

/**
 * Pictures per second of the fastest batch within about so many milliseconds: the others also measure the neighbours.
 */
export async function rateOf(run, rows, millis) {
  const began = performance.now();
  let best = Infinity;
  do {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  } while (performance.now() - began < millis);
  return (rows / best) * 1000;
}
