// The rate of a function that takes a batch.

/** Pictures per second over about so many milliseconds. */
export async function rateOf(run, rows, millis) {
  const began = performance.now();
  let done = 0;
  do {
    await run();
    done += rows;
  } while (performance.now() - began < millis);
  return (done / (performance.now() - began)) * 1000;
}
