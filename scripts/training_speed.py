#!/usr/bin/env python3
"""Images a second that our backbones with one linear layer train on the CPU, and that PyTorch trains with the same layers.

    pip install torch numpy
    cargo xtask bench train

Both have the batch, the optimiser (AdamW), the loss (the mean of the tasks' cross-entropies) and the number of threads of the row; random
images lie ready in memory. They take turns: ours, PyTorch with maps in the usual order, PyTorch with channels
last. Prints rows of measurements as JSON, which `cargo xtask bench` reads; --quick tries the way and measures little.
"""

import argparse
import json
import os
import subprocess
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    sys.exit("PyTorch is missing: pip install torch numpy, or activate an environment that has it")

TASKS = 7
# Channels of a stage, expansion, kernel, stride, blocks.
LITE0 = [
    (16, 1, 3, 1, 1),
    (24, 6, 3, 2, 2),
    (40, 6, 5, 2, 2),
    (80, 6, 3, 2, 3),
    (112, 6, 5, 1, 3),
    (192, 6, 5, 2, 4),
    (320, 6, 3, 1, 1),
]


class Block(nn.Module):
    """A basic residual block."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.side = None
        if stride != 1 or inputs != outputs:
            self.side = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + (x if self.side is None else self.side(x)))


class Same(nn.Module):
    """A convolution with TensorFlow's padding, a norm that keeps its statistics, and a rectifier up to 6."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, rectified=True):
        super().__init__()
        self.kernel, self.stride, self.rectified = kernel, stride, rectified
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False, groups=groups)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def train(self, mode=True):
        super().train(mode)
        self.bn.eval()
        return self

    def forward(self, x):
        missing = self.kernel - self.stride
        if missing > 0:
            before = missing // 2
            x = F.pad(x, [before, missing - before] * 2)
        x = self.bn(self.conv(x))
        return F.relu6(x) if self.rectified else x


class InvertedResidual(nn.Module):
    """A block of EfficientNet-Lite."""

    def __init__(self, inputs, outputs, expansion, kernel, stride):
        super().__init__()
        wide = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        expand = [Same(inputs, wide, 1)] if expansion > 1 else []
        self.layers = nn.Sequential(
            *expand,
            Same(wide, wide, kernel, stride, groups=wide),
            Same(wide, outputs, 1, rectified=False),
        )

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


def small(widths):
    """The stages of the backbone `small`, whose stem halves the image."""
    stem = nn.Sequential(
        nn.Conv2d(3, widths[0], 5, 2, 2, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()
    )
    blocks = [Block(*pair, 2) for pair in zip(widths[:1] + widths[:-1], widths)]
    return [stem, *blocks], widths[-1]


def resnet18():
    """The stages of ResNet-18 up to its third layer."""
    stem = nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
    )
    layers = [
        nn.Sequential(Block(inputs, outputs, stride), Block(outputs, outputs, 1))
        for inputs, outputs, stride in [(64, 64, 1), (64, 128, 2), (128, 256, 2)]
    ]
    return [stem, *layers], 256


def lite0():
    """The stages of EfficientNet-Lite0 without its head."""
    stages, inputs = [Same(3, 32, 3, 2)], 32
    for outputs, expansion, kernel, stride, blocks in LITE0:
        for number in range(blocks):
            stride_here = stride if number == 0 else 1
            stages.append(InvertedResidual(inputs, outputs, expansion, kernel, stride_here))
            inputs = outputs
    return stages, inputs


class Network(nn.Module):
    """A backbone and a row of outputs for each value of each task.

    With `site`, the maps behind that stage are scaled per task, and the stages after it run once a task.
    """

    def __init__(self, stages, width, site=None):
        super().__init__()
        site = len(stages) if site is None else site + 1
        self.shared = nn.Sequential(*stages[:site])
        self.own = nn.Sequential(*stages[site:])
        self.scales = None
        if len(self.own):
            self.scales = nn.Parameter(torch.ones(TASKS, stages[site - 1].conv2.out_channels))
        self.fc = nn.Linear(width, 2 * TASKS)

    def forward(self, x):
        x = self.shared(x)
        images = len(x)
        if self.scales is not None:
            order = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else None
            x = (x[None] * F.relu(self.scales)[:, None, :, None, None]).flatten(0, 1)
            if order:
                x = x.contiguous(memory_format=order)
        x = self.fc(self.own(x).mean((2, 3)))
        if self.scales is None:
            return x.view(images, TASKS, 2)
        x = x.view(TASKS, images, TASKS, 2)
        return torch.stack([x[task, :, task] for task in range(TASKS)], 1)


# The network, and the side of its input.
NETWORKS = {
    "faces": (lambda: Network(*small([16, 32, 64, 128])), 96),
    "compare-faces": (lambda: Network(*small([12, 24, 48, 64])), 64),
    "compare-faces-modulated": (lambda: Network(*small([12, 24, 48, 64]), site=3), 64),
    "resnet18": (lambda: Network(*resnet18()), 112),
    "lite0": (lambda: Network(*lite0()), 128),
}


class Ours:
    """Our trainer's steps, in a process that takes as many as it is told."""

    def __init__(self, name, threads):
        command = "cargo run --quiet -p modulens-model --features cpu-training --example training --"
        self.process = subprocess.Popen(
            [*command.split(), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "RAYON_NUM_THREADS": str(threads)},
        )
        said = self.process.stdout.readline().split()
        if len(said) != 2:
            sys.exit("our own steps could not be started; the reason is above")
        self.batch, self.parameters = map(int, said)

    def seconds(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Theirs:
    """PyTorch's steps."""

    def __init__(self, name, batch, order):
        make, side = NETWORKS[name]
        torch.manual_seed(1)
        self.network = make().to(memory_format=order).train()
        self.parameters = sum(weights.numel() for weights in self.network.parameters())
        self.images = torch.randn(batch, 3, side, side).contiguous(memory_format=order)
        self.labels = torch.randint(2, (batch * TASKS,))
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=1e-4, weight_decay=0.02)

    def seconds(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            self.optimizer.zero_grad()
            outputs = self.network(self.images).flatten(0, 1)
            F.cross_entropy(outputs, self.labels).backward()
            self.optimizer.step()
        return time.perf_counter() - start


def measure(name, threads, rounds, lasting):
    """Rows of one network on so many threads."""
    torch.set_num_threads(threads)
    ours = Ours(name, threads)
    peers = {
        f"PyTorch {torch.__version__}": Theirs(name, ours.batch, torch.contiguous_format),
        f"PyTorch {torch.__version__}, channels last": Theirs(name, ours.batch, torch.channels_last),
    }
    everyone = {"ours": ours, **peers}
    for who, one in everyone.items():
        if one.parameters != ours.parameters:
            sys.exit(f"{name}: {who} has {one.parameters} parameters, ours has {ours.parameters}")
    steps = {}
    for who, one in everyone.items():
        one.seconds(2)
        steps[who] = max(1, round(lasting / one.seconds(1)))
    rates = {who: [] for who in everyone}
    for _ in range(rounds):
        for who, one in everyone.items():
            rates[who].append(steps[who] * ours.batch / one.seconds(steps[who]))
    ours.end()
    plural = "thread" if threads == 1 else "threads"
    return [
        {
            "name": f"{name}, {threads} {plural}",
            "unit": "images/s",
            "better": "more",
            "ours": rates["ours"],
            "peer": rates[who],
            "peer_name": who,
            "note": f"batches of {ours.batch}",
        }
        for who in peers
    ]


def processor():
    """The processor's name, where the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
            return next(names, "unknown")
    except OSError:
        return "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--network", choices=NETWORKS, help="only this one")
    options = parser.parse_args()
    rounds, lasting = (2, 0.2) if options.quick else (7, 1.0)
    cores = os.cpu_count() or 1
    rows = []
    for name in [options.network] if options.network else NETWORKS:
        for threads in sorted({1, min(2, cores)}):
            print(f"{name}, {threads} threads", file=sys.stderr)
            rows += measure(name, threads, rounds, lasting)
    context = {
        "processor": processor(),
        "cores": cores,
        "torch": torch.__version__,
        "rounds": rounds,
        "seconds_a_round": lasting,
    }
    print(json.dumps({"context": context, "rows": rows}))


if __name__ == "__main__":
    main()
