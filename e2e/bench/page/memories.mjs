// Remembers every WebAssembly memory of this page, whoever makes it. To be loaded before anything else.

const memories = new Set();

function note(instance) {
  Object.values(instance.exports)
    .filter((value) => value instanceof WebAssembly.Memory)
    .forEach((memory) => memories.add(memory));
}

const { instantiate, instantiateStreaming, Instance, Memory } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  note(made.instance ?? made);
  return made;
};
WebAssembly.instantiateStreaming = async (...given) => {
  const made = await instantiateStreaming(...given);
  note(made.instance);
  return made;
};
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    const made = new target(...given);
    note(made);
    return made;
  },
});
WebAssembly.Memory = new Proxy(Memory, {
  construct(target, given) {
    const made = new target(...given);
    memories.add(made);
    return made;
  },
});

/** Bytes of all of them. */
export function wasmBytes() {
  return [...memories].reduce((all, memory) => all + memory.buffer.byteLength, 0);
}
