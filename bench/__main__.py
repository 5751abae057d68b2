"""`python -m bench [--rounds N] [--runs N] [--no-large]`: a run through the lab beside what else would run the code.

All times are milliseconds of wall clock, on the CPU with one thread.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import defaultdict

from bench.kernel import has_kernel, time_kernel
from bench.lab import time_lab
from bench.large import in_a_process
from bench.python import time_python
from bench.subject import Subject, subjects
from bench.table import Times, table


def main() -> None:
    """Measure everything in one run, and tell it as one table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the lab, and Python without it.")
    parser.add_argument("--rounds", type=int, default=5, help="fresh interpreters, kernels and labs, for each model")
    parser.add_argument("--runs", type=int, default=5, help="runs of each lab")
    parser.add_argument("--no-large", action="store_true", help="leave out the model of 1 GiB, which is made for this")
    arguments = parser.parse_args()
    times: Times = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        large = None if arguments.no_large else folder
        if large:
            in_a_process("make", large)
        for subject in subjects(large):
            measure(subject, arguments.rounds, arguments.runs, times)
        if large:
            for what, values in json.loads(in_a_process("time", large, str(arguments.rounds * arguments.runs))).items():
                times["large", what] += values
    sys.stdout.write(table(times) + "\n")
    if not has_kernel():
        sys.stdout.write(
            "There is no Jupyter kernel to compare with: ipykernel and jupyter_client are not installed.\n"
        )


def measure(subject: Subject, rounds: int, runs: int, times: Times) -> None:
    """Add what one subject takes, in turn: a machine that is slower for a while is so for all."""
    for _ in range(rounds):
        others = time_python(subject) | (time_kernel(subject) if has_kernel() else {})
        for what, took in others.items():
            times[subject.name, what].append(took)
        for what, values in asyncio.run(time_lab(subject, runs)).items():
            times[subject.name, what] += values


if __name__ == "__main__":
    main()
