"""The lines that a model is tried with hold for what does, and for nothing else; `models use` runs them in a lab."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch

from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.trial import lines_for
from quizapp.lab.worker.loading import Model, load

ROLES = ("causal", "masked")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Model]:
    return {role: load(role, str(SHIPPED_MODELS / role), "cpu") for role in ROLES}


def run(role: str, names: dict[str, Any]) -> None:
    exec(lines_for(role), names)


def give_no_numbers(model: Any, tokenizer: Any) -> None:
    model.get_input_embeddings().weight.data.fill_(torch.nan)


def tell_another_size(model: Any, tokenizer: Any) -> None:
    model.config.vocab_size += 1


def hide_nothing(model: Any, tokenizer: Any) -> None:
    tokenizer.mask_token = None


@pytest.mark.parametrize("role", ROLES)
def test_what_ships_would_be_taken(shipped: dict[str, Model], role: str) -> None:
    run(role, shipped[role].names())


@pytest.mark.parametrize(
    ("role", "spoil"),
    [(role, spoil) for role in ROLES for spoil in (give_no_numbers, tell_another_size)] + [("masked", hide_nothing)],
)
def test_what_gives_no_numbers_or_other_shapes_or_hides_nothing_is_not_taken(
    shipped: dict[str, Model], role: str, spoil: Callable[[Any, Any], None]
) -> None:
    names = copy.deepcopy({name: value for name, value in shipped[role].names().items() if name != "torch"})
    spoil(names["model"], names["tokenizer"])
    with pytest.raises(AssertionError):
        run(role, names | {"torch": torch})
