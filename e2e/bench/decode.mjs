// JPEG decoding on one worker: ours against the browser's, to pixels and to the network's input.

import { say } from './lib/world.mjs';

const GOALS = { pixels: '178 x 218 JPEG to pixels', input: '178 x 218 JPEG to a 96 x 96 input' };

export async function decode(world, { quick }) {
  const settings = quick ? { pictures: 32, repeats: 3, passes: 4 } : { pictures: 32, repeats: 15, passes: 8 };
  const page = await world.page();
  const { bytes, names, differences } = await page.evaluate(async (count) => {
    window.run = await import('/bench/decode/run.mjs');
    return window.run.prepare(count);
  }, settings.pictures);
  const rows = [];
  for (const [goal, ways] of Object.entries(names)) {
    const samples = Object.fromEntries(ways.map((way) => [way, []]));
    for (let round = -1; round < settings.repeats; round += 1) {
      for (const way of ways) {
        const rate = await page.evaluate(([goal, way, passes]) => window.run.rate(goal, way, passes), [goal, way, settings.passes]);
        if (round >= 0) samples[way].push(rate);
      }
    }
    say(`${goal}: ${ways.map((way) => `${way} ${samples[way].at(-1).toFixed(0)}/s`).join(', ')}`);
    for (const way of ways.slice(1)) {
      const row = { name: GOALS[goal], unit: 'images/s', better: 'more', ours: samples.ours, peer: samples[way], peer_name: way };
      rows.push({ ...row, note: way.startsWith('ImageDecoder') ? 'not in Safari' : '' });
    }
  }
  return { rows, context: { ...settings, bytes, mean_difference_of_inputs: differences } };
}
