// Waiting for a condition, never for a time.

/** Tries an assertion again until it holds; after `timeout` its last failure is the test's. */
export async function eventually(check, { timeout = 10_000 } = {}) {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}
