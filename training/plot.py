"""The picture of a training: its loss, and the measure on text never seen."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from training.fitting import SMOOTH, Curve

SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "quizapp",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}
"""The same curve gives the same file."""


def draw(file: Path, curve: Curve, measure: str) -> None:
    """Write the curve as SVG.

    Args:
        file: Where to.
        curve: Of one training.
        measure: What was measured on text never seen, and in which unit.
    """
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(6.4, 3.2), layout="constrained")
        left = figure.subplots()
        steps = [SMOOTH * (index + 1) for index in range(len(curve.losses))]
        left.plot(steps, curve.losses, color="tab:blue", linewidth=1)
        left.set_xlabel("steps")
        left.set_ylabel("training loss (nats per token)", color="tab:blue")
        left.set_ylim(top=min(max(curve.losses), 2.5 * min(curve.losses)))
        right = left.twinx()
        right.plot(*zip(*curve.held_out, strict=True), color="tab:red", marker="o", markersize=3, linewidth=1)
        right.set_ylabel(measure, color="tab:red")
        figure.savefig(file, format="svg", metadata={"Date": None})
