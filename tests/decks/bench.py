"""The shipped decks, and a bench on which their snippets run in this process, on the shipped models."""

from __future__ import annotations

import copy
import gc
import importlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

from quizapp.cards.deck import Entry, Value
from quizapp.config import shipped_decks
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.worker.charts import Show
from tests.shipped import library

DECKS = shipped_decks()
LIBRARY = library()
ENTRIES: dict[str, Entry] = {card.id.entry: card.entry for card in LIBRARY.cards.values()}
"""By `deck/card`; the siblings of a cloze are one entry."""

Values = dict[str, Value]


def draws(entry: Entry) -> Iterator[Values]:
    """Everything that `vary` may draw; for a card without it, nothing drawn."""
    return (dict(zip(entry.vary, drawn, strict=True)) for drawn in itertools.product(*entry.vary.values()))


@dataclass(frozen=True, slots=True)
class Bench:
    """Both models, loaded once; each run gets a tokenizer of its own and no gradients of the last."""

    models: dict[str, tuple[Any, Any]]

    @classmethod
    def with_shipped_models(cls) -> Bench:
        return cls.with_models(causal=SHIPPED_MODELS / "causal", masked=SHIPPED_MODELS / "masked")

    @classmethod
    def with_models(cls, causal: Path, masked: Path) -> Bench:
        torch.set_num_threads(1)
        loaded = {"causal": _load(AutoModelForCausalLM, causal), "masked": _load(AutoModelForMaskedLM, masked)}
        for name in LabSettings().imports:
            importlib.import_module(name)
        gc.collect()
        gc.freeze()  # `Trainer` collects in every run, and would look through all that is loaded here
        return cls(loaded | {"none": (None, None)})

    def run(self, entry: Entry, values: Values, code: str | None = None) -> object:
        """Run an entry's code, or other code in its place; returns what the learner would predict.

        Raises:
            AssertionError: a claim does not hold.
        """
        assert entry.verify is not None
        model, tokenizer = self.models[entry.verify.model]
        names = {"model": model, "tokenizer": copy.deepcopy(tokenizer), "device": torch.device("cpu")}
        charts: list[dict[str, Any]] = []
        scope: dict[str, Any] = {**names, **values, "torch": torch, "show": Show(charts.append)}
        torch.manual_seed(0)
        exec(compile(code or entry.verify.code, entry.id, "exec"), scope)
        if model is not None:
            model.zero_grad()
        return eval(entry.predict.value, scope) if entry.predict else None


def _load(kind: Any, folder: Path) -> tuple[Any, Any]:
    model = kind.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
    return model, AutoTokenizer.from_pretrained(folder, local_files_only=True)
