#!/usr/bin/env python3
"""Faults of the disk and the process while `trainer train` runs, and what is left afterwards.

    cargo build -p modulens-trainer --no-default-features
    python3 scripts/faults.py target/debug/trainer --save docs/faults.md

Needs Linux and strace, which fails or kills a process at its Nth system call of a kind. Every fault is followed by the
same command without one, which must end on the very weights of a run that nothing happened to, byte for byte. A flipped
bit may also be refused with a sentence, or, in the weights of the best epoch, be said to have cost them. Nothing may
panic, and no message may advise to delete what is good.
"""

import argparse
import itertools
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import time

SYSCALLS = "write,fsync,rename,unlink,unlinkat,rmdir,mkdir"
CONFIG = """
[data]
path = "{data}"
tasks = ["Smiling", "Eyeglasses"]
train_images = 32
[network]
backbone = {{ small = {{ widths = [6, 8], input = 32 }} }}
embedding = 8
sites = ["stage2", "embedding"]
modulation = "vector"
embedding_start = {{ disjoint = {{ rest = 0.1 }} }}
[train]
epochs = {epochs}
batch = 8
schedule = {{ step = {{ epochs = 40, factor = 0.1 }} }}
"""


class Lab:
    def __init__(self, trainer, home):
        self.trainer, self.home = trainer, home
        self.data = home / "data"
        subprocess.run(
            [trainer, "synth", "faces", "--images", "300", "--out", self.data], check=True, capture_output=True
        )
        self.numbers = itertools.count()
        self.good = {}
        for epochs in (2, 3):
            run = self.folder()
            found = self.train(run, epochs)
            assert found.returncode == 0, found.stderr
            self.good[epochs] = self.content(run)

    def folder(self):
        return self.home / f"run-{next(self.numbers)}"

    def train(self, run, epochs, strace=()):
        config = self.home / f"{epochs}.toml"
        config.write_text(CONFIG.format(data=self.data, epochs=epochs))
        command = [*strace, self.trainer, "train", config, "--backend", "flex", "--out", run]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600)

    def content(self, run):
        """The weights, and the losses of every epoch."""
        losses = re.findall(r'"loss":([^,]+)', (run / "metrics.jsonl").read_text())
        return [(run / name).read_bytes() for name in ("best.safetensors", "readouts.safetensors")], losses

    def inject(self, what, at):
        return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={SYSCALLS}", "-e", f"inject={SYSCALLS}:{what}:when={at}"]

    def calls(self):
        """How many such system calls the main thread makes."""
        log = self.home / "calls"
        run = self.folder()
        self.train(run, 2, ["strace", "-f", "-qq", "-o", log, "-e", f"trace={SYSCALLS}"])
        lines = log.read_text().splitlines()
        main = lines[0].split()[0]
        shutil.rmtree(run)
        return sum(line.split()[0] == main for line in lines)


def complaint(said):
    if "panicked" in said.stderr:
        return "panic: " + said.stderr
    if re.search(r"\bdelete\b", said.stderr):
        return "advises to delete: " + said.stderr
    return None


def faults(lab, calls, count, kinds):
    """One fault a run, spread over all calls; then the run is finished."""
    for number in range(count):
        at = 1 + (number // len(kinds)) * calls // max(1, count // len(kinds))
        kind = kinds[number % len(kinds)]
        run = lab.folder()
        said = lab.train(run, 2, lab.inject(kind, at))
        yield f"{kind} at {at}", complaint(said) or ended(lab, run, 2)
        shutil.rmtree(run)


def double_crashes(lab, calls, count):
    """Killed, started again, and killed again."""
    rng = random.Random(1)
    for _ in range(count):
        first, second = rng.randint(1, calls), rng.randint(1, calls)
        run = lab.folder()
        for at in (first, second):
            lab.train(run, 2, lab.inject("signal=KILL", at))
        yield f"killed at {first}, then at {second}", ended(lab, run, 2)
        shutil.rmtree(run)


def flips(lab, count):
    """A finished run of two epochs, one bit of one of its files flipped, gone on with to three."""
    rng = random.Random(2)
    whole = lab.folder()
    lab.train(whole, 2)
    names = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file() and path.name != "lock"]
    for number in range(count):
        name = names[number % len(names)]
        run = lab.folder()
        shutil.copytree(whole, run)
        content = bytearray((run / name).read_bytes())
        bit = rng.randrange(8 * len(content))
        content[bit // 8] ^= 1 << bit % 8
        (run / name).write_bytes(content)
        said = lab.train(run, 3)
        what = f"bit {bit} of {name}"
        if said.returncode == 0:
            # Lost weights of the best epoch cannot be had again; those of a later one take their place, and it is said.
            replaced = "the weights of the best epoch" in said.stderr
            yield what, complaint(said) or (None if replaced else same(lab, run, 3))
        else:
            yield what, complaint(said) or (None if said.stderr.startswith("error: ") else said.stderr)
        shutil.rmtree(run)


def ended(lab, run, epochs):
    said = lab.train(run, epochs)
    if said.returncode != 0:
        return f"does not go on: {said.stderr}"
    return complaint(said) or same(lab, run, epochs)


def same(lab, run, epochs):
    return None if lab.content(run) == lab.good[epochs] else "ends on other weights or losses"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trainer", type=pathlib.Path)
    parser.add_argument("--save", type=pathlib.Path, help="write the table to this file")
    parser.add_argument("--share", type=float, default=1.0, help="do only this share of the tries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        lab = Lab(options.trainer.resolve(), pathlib.Path(home))
        calls = lab.calls()
        tries = {
            "killed at a file operation": (205, lambda n: faults(lab, calls, n, ["signal=KILL"])),
            "disk full or failing (ENOSPC, EIO)": (180, lambda n: faults(lab, calls, n, ["error=ENOSPC", "error=EIO"])),
            "killed, and killed again": (96, lambda n: double_crashes(lab, calls, n)),
            "one flipped bit": (120, lambda n: flips(lab, n)),
        }
        rows, bad = [], []
        for name, (count, work) in tries.items():
            began, done, wrong = time.monotonic(), 0, 0
            for what, problem in work(max(1, round(count * options.share))):
                done += 1
                if problem:
                    wrong += 1
                    bad.append(f"{name}: {what}: {problem.strip()}")
                    print(bad[-1], flush=True)
            rows.append(f"| {name} | {done} | {wrong} |")
            print(rows[-1], f"{time.monotonic() - began:.0f} s", flush=True)
    if options.save:
        lines = ["# Faults while training", "", *(__doc__.strip().splitlines()), ""]
        lines += [f"The run makes {calls} such calls. \"Failures\" are runs that did not end as said above.", ""]
        lines += ["| fault | tries | failures |", "| --- | ---: | ---: |", *rows, ""]
        options.save.write_text("\n".join(lines))
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
