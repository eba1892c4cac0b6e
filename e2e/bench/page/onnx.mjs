// A trunk as an ONNX model: the few fields of its protobuf that are needed, written by hand (onnx.proto3, opset 17).

const VARINT = 0;
const BYTES = 2;

class Writer {
  constructor() {
    this.parts = [];
    this.length = 0;
  }

  push(bytes) {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  varint(value) {
    const bytes = [];
    let rest = BigInt(value);
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.push(Uint8Array.from(bytes));
  }

  int(field, value) {
    return this.varint((field << 3) | VARINT).varint(value);
  }

  bytes(field, bytes) {
    return this.varint((field << 3) | BYTES)
      .varint(bytes.length)
      .push(bytes);
  }

  text(field, text) {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  inner(field, write) {
    const inner = new Writer();
    write(inner);
    return this.bytes(field, inner.done());
  }

  done() {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

const FLOAT = 1;
const INT = 2;
const INTS = 7;

function tensor(writer, name, shape, values) {
  writer.inner(5, (initializer) => {
    shape.forEach((side) => initializer.int(1, side));
    initializer.int(2, FLOAT).text(8, name).bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  });
}

/** `dims`: numbers, or names of dimensions left open. */
function valueInfo(graph, field, name, dims) {
  graph.inner(field, (info) =>
    info.text(1, name).inner(2, (type) =>
      type.inner(1, (tensorType) =>
        tensorType.int(1, FLOAT).inner(2, (shape) =>
          dims.forEach((dim) =>
            shape.inner(1, (one) => (typeof dim === 'number' ? one.int(1, dim) : one.text(2, dim))),
          ),
        ),
      ),
    ),
  );
}

/** Input `x` `[rows, 3, size, size]`, output `y` `[rows, channels]`. */
export function model(steps, size) {
  const graph = new Writer();
  let count = 0;
  const node = (op, inputs, attributes = {}) => {
    const output = `t${(count += 1)}`;
    graph.inner(1, (writer) => {
      inputs.forEach((input) => writer.text(1, input));
      writer.text(2, output).text(3, output).text(4, op);
      for (const [name, values] of Object.entries(attributes)) {
        writer.inner(5, (attribute) => {
          attribute.text(1, name);
          if (typeof values === 'number') return attribute.int(3, values).int(20, INT);
          values.forEach((value) => attribute.int(8, value));
          return attribute.int(20, INTS);
        });
      }
    });
    return output;
  };
  const square = (step, kernel) => ({
    kernel_shape: [kernel, kernel],
    strides: [step.stride, step.stride],
    pads: [step.pad[0], step.pad[0], step.pad[1], step.pad[1]],
  });
  const weights = [
    ['zero', [], Float32Array.of(0)],
    ['six', [], Float32Array.of(6)],
  ];
  const conv = (step, input) => {
    const name = `w${weights.length}`;
    weights.push([`${name}w`, step.shape, step.weight], [`${name}b`, [step.shape[0]], step.bias]);
    const output = node('Conv', [input, `${name}w`, `${name}b`], {
      ...square(step, step.shape[2]),
      group: step.groups,
    });
    if (step.activation === 'relu6') return node('Clip', [output, 'zero', 'six']);
    return step.activation === 'relu' ? node('Relu', [output]) : output;
  };
  let x = 'x';
  for (const step of steps) {
    if (step.op === 'conv') x = conv(step, x);
    if (step.op === 'max') x = node('MaxPool', [x], square(step, step.kernel));
    if (step.op === 'average') x = node('Flatten', [node('GlobalAveragePool', [x])]);
    if (step.op === 'inverted') {
      const y = step.layers.reduce((input, layer) => conv(layer, input), x);
      x = step.add ? node('Add', [x, y]) : y;
    }
    if (step.op === 'block') {
      const shortcut = step.shortcut ? conv(step.shortcut, x) : x;
      x = node('Relu', [node('Add', [conv(step.second, conv(step.first, x)), shortcut])]);
    }
  }
  graph.text(2, 'trunk');
  weights.forEach(([name, shape, values]) => tensor(graph, name, shape, values));
  valueInfo(graph, 11, 'x', ['rows', 3, size, size]);
  valueInfo(graph, 12, x, ['rows', 'channels']);
  const bytes = new Writer()
    .int(1, 8)
    .bytes(7, graph.done())
    .inner(8, (opset) => opset.int(2, 17))
    .done();
  return { bytes, output: x };
}
