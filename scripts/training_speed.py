#!/usr/bin/env python3
"""Images a second that PyTorch trains on the CPU, with the networks of our configurations.

    pip install torch numpy
    python3 scripts/training_speed.py [--threads N] [--steps N] [compare-faces|faces]

The layers, the batch and AdamW are those of `trainer train`; the images are random and stay in
memory, the loss is a cross-entropy over as many outputs as the network has. Prints the best of some rounds, once with
maps in the usual order and once with channels last.
"""

import argparse
import time

import torch
import torch.nn.functional as F
from torch import nn

# Widths, side of the input, batch, outputs.
NETWORKS = {
    "compare-faces": ([12, 24, 48, 64], 64, 32, 14),
    "faces": ([16, 32, 64, 128], 96, 64, 64),
}


class Block(nn.Module):
    """A residual block with stride 2."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.side = nn.Conv2d(inputs, outputs, 1, 2, bias=False)
        self.side_bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.side_bn(self.side(x)))


class Small(nn.Module):
    """The backbone `small` with a stem that halves, and its linear layer."""

    def __init__(self, widths, outputs):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 5, 2, 2, bias=False)
        self.bn = nn.BatchNorm2d(widths[0])
        self.blocks = nn.Sequential(*map(Block, widths[:1] + widths[:-1], widths))
        self.fc = nn.Linear(widths[-1], outputs)

    def forward(self, x):
        x = self.blocks(F.relu(self.bn(self.stem(x))))
        return self.fc(x.mean((2, 3)))


def rate(name, steps, rounds, order):
    """Images a second in the best round."""
    widths, side, batch, outputs = NETWORKS[name]
    torch.manual_seed(1)
    network = Small(widths, outputs).to(memory_format=order)
    images = torch.randn(batch, 3, side, side).contiguous(memory_format=order)
    labels = torch.randint(outputs, (batch,))
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.02)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        optimizer.step()

    for _ in range(5):
        step()
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(steps):
            step()
        best = min(best, time.perf_counter() - start)
    return steps * batch / best


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("network", nargs="?", default="compare-faces", choices=NETWORKS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for order in (torch.contiguous_format, torch.channels_last):
        found = rate(options.network, options.steps, options.rounds, order)
        print(f"{options.network}, {options.threads} threads, {order}: {found:.0f} images/s")


if __name__ == "__main__":
    main()
