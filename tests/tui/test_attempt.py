"""Of several runs, the first that observed something answers a prediction: that one is judged and logged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.cards.card import Card, Deck
from quizapp.cards.proof import Run, Verdict
from quizapp.cards.variation import draw
from quizapp.study.memory import CardState, Rating
from quizapp.study.session import Prompt
from quizapp.tui.attempt import Attempt
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import NOON, VERIFIED, World

REFUTED = replace(VERIFIED, verdict=Verdict.REFUTED)
OTHER = replace(VERIFIED, observed="10")
FAILED = Run(Verdict.ERROR, error="No such name.")
STOPPED = Run(Verdict.TIMEOUT, error="Stopped by you.")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Card]:
    folder: Path = tmp_path_factory.mktemp("world")
    return {card.id.card: card for card in World(folder, {"kinds.yaml": ALL_KINDS}).load().cards.values()}


def attempt(card: Card, response: str | None, *runs: Run) -> Attempt:
    """What an attempt came to, with a response and then some runs."""
    prompt = Prompt(card, CardState(), 0, draw(card, 0), {}, {})
    made = Attempt(prompt, Deck("kinds", "Kinds", (card,), card.path), NOON, response=response)
    for run in runs:
        made.take(run)
    return made


@pytest.mark.parametrize("later", [STOPPED, FAILED, REFUTED, OTHER])
@pytest.mark.parametrize(("guess", "suggested"), [("9", Rating.GOOD), ("8", Rating.AGAIN)])
def test_a_later_run_changes_nothing(cards: dict[str, Card], later: Run, guess: str, suggested: Rating) -> None:
    made = attempt(cards["predict"], guess, VERIFIED, later)
    assert (made.run, made.correct, made.suggested) == (VERIFIED, guess == "9", suggested)


def test_a_claim_in_doubt_stays_in_doubt(cards: dict[str, Card]) -> None:
    made = attempt(cards["predict"], "9", REFUTED, VERIFIED)
    assert (made.run, made.suggested) == (REFUTED, None)


@pytest.mark.parametrize("first", [STOPPED, FAILED, Run(Verdict.REFUTED)])
def test_a_run_that_observed_nothing_leaves_the_answer_to_the_next(cards: dict[str, Card], first: Run) -> None:
    assert (attempt(cards["predict"], "9", first).run, attempt(cards["predict"], "9", first).correct) == (first, None)
    made = attempt(cards["predict"], "9", first, STOPPED, VERIFIED, OTHER)
    assert (made.run, made.correct, made.suggested) == (VERIFIED, True, Rating.GOOD)


def test_what_cannot_be_compared_stays_so(cards: dict[str, Card]) -> None:
    made = attempt(cards["predict"], "9", replace(VERIFIED, observed="<object>"), VERIFIED)
    assert made.run.observed == "<object>"
    assert made.comparison is None
    assert "judge for yourself" in made.incomparable


def test_without_a_prediction_the_first_observation_is_kept_as_well(cards: dict[str, Card]) -> None:
    made = attempt(cards["predict"], None, STOPPED, VERIFIED, OTHER)
    assert (made.run, made.comparison, made.suggested) == (VERIFIED, None, None)


def test_on_a_card_that_predicts_nothing_the_last_run_counts_as_it_is_the_one_seen(cards: dict[str, Card]) -> None:
    verified, refuted = Run(Verdict.VERIFIED), Run(Verdict.REFUTED)
    assert attempt(cards["typed"], "-100", verified, refuted).suggested is None
    assert attempt(cards["typed"], "-100", refuted, verified).suggested is Rating.GOOD
