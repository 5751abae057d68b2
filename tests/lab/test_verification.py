"""Whole decks are proved, and what is told of it is plain and safe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from quizapp.cards.card import Card, Kind
from quizapp.cards.deck import Entry, Value
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Check, Line, Run, Snippet, Verdict
from quizapp.lab.verification import Verification, as_json, as_text, exit_code, sample_note, verify
from tests.lab.conftest import Bench


def card(name: str, code: str | None, cloze: str | None = None, **entry: object) -> Card:
    written = Entry.model_validate({"id": name, "question": "?", "answer": "!", **entry})
    snippet = Snippet("none", code) if code else None
    return Card(CardId("deck", name, cloze), Kind.RECALL, "?", "!", written, snippet, Path("deck.yaml"), 3)


class Echo:
    """Stands in for the lab: every claim holds."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Value]]] = []

    async def run(self, snippet: Snippet, values: Mapping[str, Value], seed: int) -> Run:
        self.asked.append((snippet.code, dict(values)))
        return Run(Verdict.VERIFIED)


async def all_of(*cards: Card, lab: Echo, trusted: bool = True, draws: int = 16) -> list[Verification]:
    return [found async for found in verify(cards, lab, lambda _: trusted, draws)]


async def test_siblings_of_a_cloze_are_proved_once_and_cards_without_a_claim_not_at_all() -> None:
    lab = Echo()
    found = await all_of(card("a", "1", "c1"), card("a", "1", "c2"), card("b", None), card("c", "2"), lab=lab)
    assert [v.card.id.entry for v in found] == ["deck/a", "deck/c"]
    assert [code for code, _ in lab.asked] == ["1", "2"]


async def test_every_draw_is_run_and_a_sample_is_said_to_be_one() -> None:
    lab = Echo()
    found = await all_of(card("a", "1", vary={"n": [1, 2], "m": ["x", "y", "z"]}), lab=lab)
    assert len({tuple(v.values.items()) for v in found}) == 6
    assert sample_note(found) == ""
    sampled = await all_of(card("a", "1", vary={"n": list(range(50))}), lab=lab, draws=4)
    assert len(sampled) == 4
    assert sample_note(sampled, 4) == "Only 4 draws were run of each of these cards, which have more: deck/a."


async def test_code_that_was_not_allowed_does_not_run() -> None:
    lab = Echo()
    (found,) = await all_of(card("a", "1"), lab=lab, trusted=False)
    assert lab.asked == []
    assert found.run.verdict is Verdict.UNAVAILABLE
    assert "not allowed yet" in as_text(found)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([], 0),
        ([Verdict.VERIFIED], 0),
        ([Verdict.VERIFIED, Verdict.REFUTED], 1),
        ([Verdict.UNAVAILABLE, Verdict.ERROR], 1),
        ([Verdict.TIMEOUT], 1),
        ([Verdict.DIED], 1),
        ([Verdict.VERIFIED, Verdict.UNAVAILABLE], 2),
    ],
)
def test_the_exit_code_says_whether_all_claims_hold(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(verdicts) == code


def test_a_refuted_claim_is_told_with_what_was_compared_and_nothing_reaches_the_terminal() -> None:
    run = Run(
        Verdict.REFUTED,
        checks=(
            Check(3, "n == \x1b[2J4", passed=False, values=("3", "4\x07"), message="no\u202e"),
            Check(4, "a", passed=True),
        ),
        error="E: x\nmore",
        charts=(Line("l", (float("nan"),)),),
    )
    text = as_text(Verification(card("a", "1"), {"n": 3, "s": "\x1b"}, run, 1))
    assert text.splitlines() == [
        "✗ refuted     deck/a  (n=3, s='\\x1b')",
        "    line 3: assert n == 4  with 3, 4␇  (no⟨U+202E⟩)",
        "    E: x",
        "    more",
    ]
    told = as_json(Verification(card("a", "1"), {"n": 3}, run, 1))
    assert json.loads(json.dumps(told, allow_nan=False))["checks"][0]["values"] == ["3", "4\x07"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_real_lab_tells_what_holds_from_what_does_not(bench: Bench) -> None:
    cards = [card("holds", "assert n > 0", vary={"n": [1, 2]}), card("fails", "assert torch.ones(2).sum() == 3")]
    found = [v async for v in verify(cards, bench.lab, lambda _: True)]
    assert [v.run.verdict for v in found] == [Verdict.VERIFIED, Verdict.VERIFIED, Verdict.REFUTED]
    assert exit_code(v.run.verdict for v in found) == 1
    assert "2.0, 3" in as_text(found[2])
