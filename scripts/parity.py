"""Does an exported network compute the same in PyTorch?

    cargo run -p modulens-model --example parity -- target/parity
    python3 scripts/parity.py target/parity [--json]

Needs torch and safetensors (`pip install torch safetensors`). The networks below are written from the documentation of
the weight format (`crates/model/src/weights/mod.rs`) and from the papers, not from the Rust code. The exit status is 1
when anything differs by more than 1e-4.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file

TOLERANCE = 1e-4


class Weights:
    """The tensors of an exported network, and the layers they make."""

    def __init__(self, path):
        self.tensors = load_file(path)
        self.used = set()
        with safe_open(path, "pt") as file:
            self.config = json.loads(file.metadata()["network"])

    def __getitem__(self, name):
        self.used.add(name)
        return self.tensors[name]

    def has(self, name):
        return name in self.tensors

    def conv(self, x, name, stride=1, padding=1):
        return F.conv2d(x, self[f"{name}.weight"], stride=stride, padding=padding)

    def norm(self, x, name, eps=1e-5):
        parts = (self[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return F.batch_norm(x, *parts, eps=eps)

    def basic_block(self, x, name, stride):
        """He et al. 2016: two 3x3 convolutions and a shortcut."""
        out = F.relu(self.norm(self.conv(x, f"{name}.conv1", stride), f"{name}.bn1"))
        out = self.norm(self.conv(out, f"{name}.conv2"), f"{name}.bn2")
        if self.has(f"{name}.downsample.0.weight"):
            x = self.norm(self.conv(x, f"{name}.downsample.0", stride, 0), f"{name}.downsample.1")
        return F.relu(out + x)


class Small:
    epsilon = 1e-5
    pools, rectifies = True, False

    def __init__(self, weights, config):
        self.weights, self.stages = weights, len(config["widths"])
        self.kernel, self.stride = {"full": (3, 1), "half": (5, 2)}[config.get("stem", "full")]

    def stem(self, x):
        x = self.weights.conv(x, "conv1", self.stride, self.kernel // 2)
        return F.relu(self.weights.norm(x, "bn1"))

    def stage(self, number, x):
        return self.weights.basic_block(x, f"layers.{number - 1}", 2)


class Resnet18:
    """Up to the third layer, with torchvision's names."""

    epsilon, stages = 1e-5, 3
    pools, rectifies = True, False

    def __init__(self, weights, _config):
        self.weights = weights

    def stem(self, x):
        x = F.relu(self.weights.norm(self.weights.conv(x, "conv1", 2, 3), "bn1"))
        return F.max_pool2d(x, 3, stride=2, padding=1)

    def stage(self, number, x):
        x = self.weights.basic_block(x, f"layer{number}.0", 1 if number == 1 else 2)
        return self.weights.basic_block(x, f"layer{number}.1", 1)


class Face:
    """The network of the paper's release."""

    epsilon, stages = 1e-3, 4
    pools, rectifies = False, True

    def __init__(self, weights, _config):
        self.weights = weights

    def unit(self, x, name, index, padding):
        x = self.weights.conv(x, f"{name}conv{index}", padding=padding)
        return F.relu(self.weights.norm(x, f"{name}bn{index}", self.epsilon))

    def stem(self, x):
        return self.unit(x, "", 1, 0)

    def stage(self, number, x):
        name = f"layers.{number - 1}."
        pooled = F.max_pool2d(self.unit(x, name, 1, 0), 2)
        return self.unit(self.unit(pooled, name, 2, 1), name, 3, 1) + pooled


class Network:
    def __init__(self, path):
        self.weights = Weights(path)
        config = self.weights.config
        backbone = config["backbone"]
        kind, settings = (backbone, {}) if isinstance(backbone, str) else next(iter(backbone.items()))
        self.body = {"small": Small, "resnet18": Resnet18, "face": Face}[kind](self.weights, settings)
        self.sites, self.modulation = config["sites"], config["modulation"]

    def modulate(self, site, x, task):
        """x `[B, C, ...]`, all rows under one task."""
        if site not in self.sites or self.modulation == "none":
            return x
        per_channel = [1, -1] + [1] * (x.dim() - 2)
        name = f"modulation.{site}"
        if self.modulation == "vector":
            return x * F.relu(self.weights[f"{name}.scale"][task]).view(per_channel)
        if self.modulation == "film":
            scale, shift = (self.weights[f"{name}.{part}"][task] for part in ("scale", "shift"))
            return x * scale.view(per_channel) + shift.view(per_channel)
        if self.modulation == "matrix":
            return torch.einsum("bc...,cd->bd...", x, self.weights[f"{name}.matrix"][task])
        if "factorised" in self.modulation:
            scale = F.relu(self.weights["task_codes"][task] @ self.weights[f"{name}.basis"])
            return x * scale.view(per_channel)
        raise ValueError(f"no modulation {self.modulation}")

    def embed(self, images, task):
        x = self.body.stem(images)
        for number in range(1, self.body.stages + 1):
            x = self.modulate(f"stage{number}", self.body.stage(number, x), task)
        x = x.mean((2, 3)) if self.body.pools else x.flatten(1)
        bias = self.weights["fc.bias"] if self.weights.has("fc.bias") else None
        x = F.linear(x, self.weights["fc.weight"], bias)
        if self.body.rectifies:
            x = F.relu(self.weights.norm(x, "fc_bn", self.body.epsilon))
        return F.normalize(self.modulate("embedding", x, task), dim=1)


def difference(found, expected):
    return (found - expected).abs().max().item()


def network(folder, name):
    ours = Network(folder / f"{name}.weights.safetensors")
    expected = load_file(folder / f"{name}.expected.safetensors")
    images, tasks = expected["images"], expected["tasks"].long()
    with torch.no_grad():
        found = torch.stack([ours.embed(images, task) for task in range(expected["all"].shape[1])], 1)
    each = found[torch.arange(len(tasks)), tasks]
    unused = set(ours.weights.tensors) - ours.weights.used
    if unused:
        sys.exit(f"{name}: tensors that nothing here uses: {', '.join(sorted(unused))}")
    return {
        f"{name}: full pass": difference(each, expected["each"]),
        f"{name}: trunk and tails": difference(found, expected["all"]),
    }


def triplet(folder):
    saved = load_file(folder / "triplet.safetensors")
    rows = [saved[name].clone().requires_grad_() for name in ("anchor", "positive", "negative")]
    anchor, positive, negative = rows
    near, far = (anchor - positive).square().sum(1), (anchor - negative).square().sum(1)
    loss = F.relu(near - far + 0.2).mean()
    loss.backward()
    found = {"triplet loss": difference(loss.detach(), saved["loss"].squeeze())}
    for name, row in zip(("anchor", "positive", "negative"), rows):
        found[f"triplet loss: gradient of the {name}"] = difference(row.grad, saved[f"{name}_gradient"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object: tolerance, differences, same")
    arguments = parser.parse_args()
    names = sorted(path.name.removesuffix(".weights.safetensors") for path in arguments.folder.glob("*.weights.safetensors"))
    if not names:
        sys.exit(f"{arguments.folder} holds no network; the example `parity` of modulens-model writes some")
    found = {}
    for name in names:
        found.update(network(arguments.folder, name))
    found.update(triplet(arguments.folder))
    same = all(value <= TOLERANCE for value in found.values())
    if arguments.json:
        print(json.dumps({"tolerance": TOLERANCE, "differences": found, "same": same}))
    else:
        for name, value in found.items():
            print(f"{'ok  ' if value <= TOLERANCE else 'OFF '} {value:9.2e}  {name}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
