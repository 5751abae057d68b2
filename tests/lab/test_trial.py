"""A model is tried where snippets run."""

from __future__ import annotations

import ast

import pytest

from quizapp.cards.proof import Verdict
from quizapp.lab.settings import LabSettings
from quizapp.lab.trial import lines_for, tried


async def test_what_ships_for_masks_would_be_taken_and_how_far_that_is_is_told() -> None:
    heard: list[str] = []
    run = await tried("masked", LabSettings(device="cpu", timeout=30), [], lambda state: heard.append(state.message))
    assert run.verdict is Verdict.VERIFIED, run.error
    assert len(run.checks) == sum(isinstance(line, ast.Assert) for line in ast.parse(lines_for("masked")).body)
    assert "loading masked…" in heard


@pytest.mark.parametrize("role", ["causal", "masked"])
def test_the_lines_look_at_pieces_shape_and_numbers(role: str) -> None:
    asserted = [ast.unparse(line) for line in ast.parse(lines_for(role)).body if isinstance(line, ast.Assert)]
    assert "assert tuple(logits.shape) == (1, pieces, vocabulary)" in asserted
    assert "assert bool(logits.isfinite().all())" in asserted
    assert ("assert tokenizer.mask_token_id is not None" in asserted) is (role == "masked")
