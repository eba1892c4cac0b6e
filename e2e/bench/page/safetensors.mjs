// Reads and writes safetensors: what the weights of our networks lie in.

/** `{name: {shape, values}}`, all as f32. */
export function read(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = entry.data_offsets;
    const bytes = buffer.slice(8 + length + start, 8 + length + end);
    const values = entry.dtype === 'F16' ? Float32Array.from(new Float16Array(bytes)) : new Float32Array(bytes);
    tensors[name] = { shape: entry.shape, values };
  }
  return tensors;
}

/** An f32 file without metadata. */
export function write(tensors) {
  const header = {};
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  let text = JSON.stringify(header);
  text = text.padEnd(Math.ceil(text.length / 8) * 8);
  const buffer = new ArrayBuffer(8 + text.length + offset);
  new DataView(buffer).setBigUint64(0, BigInt(text.length), true);
  new Uint8Array(buffer, 8).set(new TextEncoder().encode(text));
  const floats = new Float32Array(buffer, 8 + text.length);
  let at = 0;
  for (const { values } of Object.values(tensors)) {
    floats.set(values, at);
    at += values.length;
  }
  return buffer;
}
