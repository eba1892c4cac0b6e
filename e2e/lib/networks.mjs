// Networks that a site has without a gallery, made of those of its galleries as `trainer export --without-images` does.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = ['weights.safetensors', 'tail.safetensors', 'readouts.safetensors', 'domain.safetensors'];

/** Takes the networks out of a site that it has without a gallery. */
export function removeNetworks(site) {
  const list = join(site, 'networks', 'index.json');
  for (const { name } of JSON.parse(readFileSync(list, 'utf8')).galleries) rmSync(join(site, 'networks', name), { recursive: true });
  writeFileSync(list, JSON.stringify({ galleries: [] }));
}

/** Puts the network of a gallery into the site as one without a gallery; `change` changes its manifest. */
export function addNetwork(site, { from, name, title, change = () => {} }) {
  const [gallery, folder] = [join(site, 'galleries', from), join(site, 'networks', name)];
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(gallery, 'manifest.json'), 'utf8'));
  const files = Object.entries(manifest.files).filter(([file]) => KEPT.includes(file));
  delete manifest.picture;
  Object.assign(manifest, { name, title, images: 0, files: Object.fromEntries(files) });
  change(manifest);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const file of KEPT) copyFileSync(join(gallery, file), join(folder, file));
  const list = join(site, 'networks', 'index.json');
  const index = JSON.parse(readFileSync(list, 'utf8'));
  index.galleries.push({ name, title, images: 0 });
  writeFileSync(list, JSON.stringify(index));
}
