"""Models as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from quizapp.lab.anatomy.origin import Origin
from quizapp.lab.anatomy.whole import Anatomy
from quizapp.lab.catalogue import Entry


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """A model of the list."""
    return asdict(entry) | {"folder": str(entry.folder) if entry.folder else None}


def anatomy_as_json(anatomy: Anatomy, origin: Origin) -> dict[str, Any]:
    """All that is known of a model; null for what is not."""
    weights, card = anatomy.weights, anatomy.card
    return {
        **asdict(origin),
        "size": anatomy.size,
        "shape": anatomy.shape and asdict(anatomy.shape) | {"tied": anatomy.tied},
        "weights": weights and {"parameters": weights.parameters, "dtypes": weights.dtypes},
        "tokens": anatomy.tokens and asdict(anatomy.tokens),
        "figures": card.figures if card else [],
        "problems": [*anatomy.lacks, *filter(None, [anatomy.card_problem])],
    }
