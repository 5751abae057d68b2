"""All that was measured as one table."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator

Times = defaultdict[tuple[str, str], list[float]]
"""Milliseconds of wall clock, by what ran and what was measured."""


def table(times: Times) -> str:
    """A row for each, then what follows from them."""
    lines = [f"{'what ran':<9}{'milliseconds':<31}{'n':>4}{'median':>10}{'p95':>10}"]
    for (name, what), values in times.items():
        p95 = sorted(values)[math.ceil(len(values) * 0.95) - 1]
        lines.append(f"{name:<9}{what:<31}{len(values):>4}{statistics.median(values):>10.1f}{p95:>10.1f}")
    return "\n".join([*lines, *_conclusions(times)])


def _conclusions(times: Times) -> Iterator[str]:
    """How the lab compares, for each thing that ran."""
    for name in dict.fromkeys(name for name, _ in times):
        took = {what: statistics.median(values) for (of, what), values in times.items() if of == name}
        lab = took["r → output"]
        yield f"{name}: r to the first output {lab - took['warm → output']:+.1f} ms to a warm interpreter's first run"
        if "kernel → output" in took:
            yield f"  a Jupyter kernel's first run {took['kernel → output'] - lab:+.1f} ms to the lab's"
        if took.get("loading the model"):
            share = took["loading the model"] / took["fresh → end"]
            yield f"  its model loads in {took['loading the model']:.0f} ms, {share:.0%} of a fresh interpreter's run"
        yield f"  a fresh interpreter takes {took['fresh → end'] / took['r → verdict']:.0f} times as long"
        yield f"  the next spare is ready {took['r at once → output'] - lab:.0f} ms after a verdict"
        if "touching ahead" in took:
            saved = took["untouched → end"] - took["touched → end"]
            yield f"  touching the weights takes {saved:.1f} ms off a run, {took['touching ahead']:.1f} ms ahead of it"
