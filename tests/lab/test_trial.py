"""The lines that a model is tried with hold for what does, and for nothing else; `models use` runs them in a lab."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from quizapp.cards.proof import Run, Snippet, Verdict
from quizapp.lab.client import Lab
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.lab.trial import lines_for, tried
from quizapp.lab.worker.loading import Model, RoleFailed, load

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


async def test_of_a_model_that_cannot_be_loaded_it_is_not_said_that_the_settings_name_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def run(lab: Lab, snippet: Snippet, values: object, seed: int) -> Run:
        with pytest.raises(RoleFailed) as told:
            load(snippet.role, str(tmp_path), "cpu")
        return Run(Verdict.UNAVAILABLE, error=f"{told.value} The worker runs elsewhere.")

    monkeypatch.setattr(Lab, "run", run)
    error = (await tried("causal", LabSettings(), [])).error
    assert (
        error == f"The model '{tmp_path}' cannot be loaded: the folder has no config.json. The worker runs elsewhere."
    )


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
