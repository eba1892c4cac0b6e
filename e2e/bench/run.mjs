// Runs one benchmark in headless Chromium and prints one JSON object. `cargo xtask bench` prepares everything and
// starts it; MODULENS_BENCH_MODULE and MODULENS_BENCH_MODULES name our module and the peers' packages.

import { World, say } from './lib/world.mjs';

const [name, ...options] = process.argv.slice(2);
const benches = {
  embed: async () => (await import('./embed.mjs')).embed,
  decode: async () => (await import('./decode.mjs')).decode,
  search: async () => (await import('./search.mjs')).search,
  'task-switch': async () => (await import('./task-switch.mjs')).taskSwitch,
};
if (!benches[name]) {
  say(`there is no bench ${name}; there is: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const bench = await benches[name]();
const world = await World.start();
try {
  const { rows, context } = await bench(world, { quick: options.includes('--quick') });
  process.stdout.write(`${JSON.stringify({ bench: name, context: { ...world.context, ...context }, rows })}\n`);
} finally {
  await world.stop();
}
