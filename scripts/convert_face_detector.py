"""Convert MediaPipe's short-range BlazeFace detector to safetensors, and compare the two.

    npm pack @mediapipe/face_detection@0.4.1657300184 && tar xzf mediapipe-face_detection-*.tgz
    python3 scripts/convert_face_detector.py package/face_detection_short_range.tflite \\
        crates/faces/weights/blazeface.safetensors [--compare]

Needs numpy, safetensors and tflite; `--compare` also needs ai-edge-litert. It runs the original in LiteRT and the
converted weights in numpy on random input and exits with 1 where an output differs by more than 1e-3. It also prints the
numbers that `crates/faces/src/network/tests.rs` holds for a synthetic input.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import tflite
from safetensors.numpy import load_file, save_file

SHA256 = "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"
BLOCKS = 16
# Blocks whose depthwise convolution has stride 2.
HALVING = {2, 5, 11}
# The 16 x 16 map that the first heads read is the output of this block; the last block makes the 8 x 8 map.
FINE = 10


def sources():
    """The converted name of each layer, and its name in the original."""
    yield "stem", "conv2d"
    for block in range(BLOCKS):
        yield f"blocks.{block}.depthwise", "depthwise_conv2d" + (f"_{block}" if block else "")
        yield f"blocks.{block}.pointwise", f"conv2d_{block + 1}"
    # The original names its heads after the stride, 8 or 16 pixels; here after the side of the map, 16 or 8.
    for side, stride in ((16, 8), (8, 16)):
        yield f"heads.{side}.scores", f"classificator_{stride}"
        yield f"heads.{side}.boxes", f"regressor_{stride}"


def convert(path):
    data = path.read_bytes()
    print(f"expected sha256 {SHA256}")
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        sys.exit(f"{path} has sha256 {found}: it is not the file of the package named above")
    model = tflite.Model.GetRootAs(data, 0)
    graph = model.Subgraphs(0)
    originals = {}
    for index in range(graph.TensorsLength()):
        tensor = graph.Tensors(index)
        buffer = model.Buffers(tensor.Buffer())
        if tensor.Type() == tflite.TensorType.FLOAT16 and buffer.DataLength():
            values = np.frombuffer(buffer.DataAsNumpy().tobytes(), "<f2")
            originals[tensor.Name().decode()] = values.reshape(tensor.ShapeAsNumpy())
    tensors = {}
    for name, source in sources():
        kernel = originals.pop(f"{source}/Kernel")
        # [outputs, rows, columns, inputs] there, a depthwise one [1, rows, columns, channels]; [outputs, inputs, rows,
        # columns] or [channels, 1, rows, columns] here.
        order = (3, 0, 1, 2) if "depthwise" in source else (0, 3, 1, 2)
        tensors[f"{name}.weight"] = np.ascontiguousarray(kernel.transpose(order))
        tensors[f"{name}.bias"] = originals.pop(f"{source}/Bias")
    if originals:
        sys.exit(f"not converted: {sorted(originals)}")
    return tensors


def same(image, kernel, stride, value=0.0):
    """Windows of TensorFlow's "same" padding, whose larger part is right and below: [rows, columns, channels, k, k]."""
    side = image.shape[0]
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    before = total // 2
    border = ((before, total - before), (before, total - before), (0, 0))
    padded = np.pad(image, border, constant_values=value)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (0, 1))
    return windows[::stride, ::stride]


def run(tensors, image):
    """The network in numpy, written from the graph: 16 numbers and a score for each of 896 anchors."""
    weights = {name: values.astype(np.float32) for name, values in tensors.items()}
    layer = lambda name: (weights[f"{name}.weight"], weights[f"{name}.bias"])
    kernel, bias = layer("stem")
    image = np.einsum("yxcij,ocij->yxo", same(image, 5, 2), kernel, optimize=True) + bias
    image = np.maximum(image, 0)
    maps = {}
    for block in range(BLOCKS):
        stride = 2 if block in HALVING else 1
        kernel, bias = layer(f"blocks.{block}.depthwise")
        inner = np.einsum("yxcij,cij->yxc", same(image, 3, stride), kernel[:, 0], optimize=True) + bias
        kernel, bias = layer(f"blocks.{block}.pointwise")
        inner = inner @ kernel[:, :, 0, 0].T + bias
        skip = same(image, 2, 2, -np.inf).max((3, 4)) if stride == 2 else image
        skip = np.pad(skip, ((0, 0), (0, 0), (0, inner.shape[2] - skip.shape[2])))
        image = np.maximum(inner + skip, 0)
        if block == FINE:
            maps[16] = image
    maps[8] = image
    boxes, scores = [], []
    for side in (16, 8):
        for name, width, answers in (("boxes", 16, boxes), ("scores", 1, scores)):
            kernel, bias = layer(f"heads.{side}.{name}")
            answers.append((maps[side] @ kernel[:, :, 0, 0].T + bias).reshape(-1, width))
    return np.concatenate(boxes), np.concatenate(scores)[:, 0]


def reference(path):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    outputs = {output["name"]: output["index"] for output in interpreter.get_output_details()}

    def answer(image):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image[None])
        interpreter.invoke()
        return [interpreter.get_tensor(outputs[name])[0] for name in ("regressors", "classificators")]

    return answer


def synthetic():
    """Bytes of a multiplicative generator as an image, as in the Rust test."""
    state, values = 1, []
    for _ in range(128 * 128 * 3):
        state = state * 48271 % 0x7FFFFFFF
        values.append(state >> 23)
    return (np.array(values, np.float32).reshape(128, 128, 3) - 127.5) / 127.5


def compare(path, tensors):
    answer = reference(path)
    generator = np.random.default_rng(7)
    inputs = [synthetic()] + [generator.uniform(-1, 1, (128, 128, 3)).astype(np.float32) for _ in range(8)]
    worst = 0.0
    for image in inputs:
        boxes, scores = answer(image)
        ours = run(tensors, image)
        worst = max(worst, np.abs(boxes - ours[0]).max(), np.abs(scores[:, 0] - ours[1]).max())
    print(f"largest difference to the original on {len(inputs)} inputs: {worst:.2e}")
    boxes, scores = answer(inputs[0])
    for anchor in (0, 137, 511, 512, 700, 895):
        print(anchor, [round(float(value), 4) for value in (scores[anchor, 0], *boxes[anchor, :6])])
    return worst < 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("original", type=Path)
    parser.add_argument("converted", type=Path)
    parser.add_argument("--compare", action="store_true", help="also run both on random input")
    options = parser.parse_args()
    tensors = convert(options.original)
    save_file(tensors, options.converted)
    size = options.converted.stat().st_size
    print(f"{len(tensors)} tensors, {size} bytes in {options.converted}")
    if options.compare and not compare(options.original, load_file(options.converted)):
        sys.exit(1)


if __name__ == "__main__":
    main()
