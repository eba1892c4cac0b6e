// What a change of task costs while features are kept, against embedding the gallery again.

import { say } from './lib/world.mjs';

const IMAGES = 202_599;
const K = 50;

export async function taskSwitch(world, { quick }) {
  const settings = quick ? { repeats: 3, passes: 2, pictures: 128, checked: 32 } : { repeats: 15, passes: 4, pictures: 256, checked: 128 };
  const page = await world.page();
  const { cores } = world.context;
  const { tasks } = await page.evaluate(
    async ([images, workers]) => {
      window.run = await import('/bench/switch/run.mjs');
      return window.run.prepare(images, workers);
    },
    [IMAGES, cores],
  );
  const rankings = await page.evaluate(([pictures, k]) => window.run.rankings(pictures, k), [settings.checked, K]);
  say(`rankings: ${JSON.stringify(rankings)}`);
  const seconds = [];
  const rates = [];
  for (let round = -1; round < settings.repeats; round += 1) {
    const task = (round + 1) % tasks;
    const tried = { seconds: [], rates: [] };
    for (let pass = 0; pass < settings.passes; pass += 1) {
      tried.seconds.push(await page.evaluate(([task, k]) => window.run.change(task, k), [task, K]));
      tried.rates.push(await page.evaluate((pictures) => window.run.embedRate(pictures), settings.pictures));
    }
    if (round < 0) continue;
    seconds.push(Math.min(...tried.seconds));
    rates.push(Math.max(...tried.rates));
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const again = IMAGES / median(rates);
  const percent = (100 * median(seconds)) / again;
  say(`a change ${median(seconds).toFixed(3)} s, again ${again.toFixed(0)} s: ${percent.toFixed(3)} %`);
  const row = {
    name: `change of task, ${IMAGES} images`,
    unit: 's',
    better: 'less',
    ours: seconds,
    peer: rates.map((rate) => IMAGES / rate),
    peer_name: `embedding all pictures again, ${cores} workers`,
    note: `${percent.toFixed(3)} % of it; extrapolated from ${settings.pictures} pictures at ${median(rates).toFixed(0)} per second`,
  };
  const context = { ...settings, k: K, tasks, channels: 128, embedding: 64, percent, images_per_second: median(rates), rankings };
  return { rows: [row], context };
}
