"""`python -m bench [--runs N] [--fresh N]`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bench.lab import measure

parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the lab, and Python without it.")
parser.add_argument("--runs", type=int, default=20, help="runs through the lab, for each role")
parser.add_argument("--fresh", type=int, default=3, help="fresh interpreters and workers, for each role")
arguments = parser.parse_args()
sys.stdout.write(asyncio.run(measure(arguments.runs, arguments.fresh)) + "\n")
