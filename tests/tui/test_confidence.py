"""How sure one is of a prediction: never in the way, said in a key or two, scored and logged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.cards.proof import Run, Verdict
from quizapp.study.memory import Rating
from quizapp.tui.widgets.answer_area import AnswerLine
from quizapp.tui.widgets.confidence_line import ConfidenceLine
from tests.tui.conftest import Open, Seat
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import VERIFIED, World

HEADER, *CARDS = ALL_KINDS.split("  - id: ")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A deck of a prediction and a typed answer."""
    cards = [card for card in CARDS if card.startswith(("predict", "typed"))]
    return World(tmp_path, {"two.yaml": "  - id: ".join([HEADER, *reversed(cards)])})


def line(seat: Seat) -> ConfidenceLine:
    return seat.app.screen.query_one(ConfidenceLine)


async def last_review(seat: Seat):
    (*_, event) = await seat.app.services.log.events()
    return event.review


async def test_it_is_seen_and_says_nothing_by_itself(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        assert "confidence  50  60  70  80  90  99   unsaid" in seat.text
        assert "tab how sure" in seat.text
        assert line(seat).chosen is None


async def test_enter_alone_predicts_without_one(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        await seat.press("9", "enter")
        assert "sure" not in seat.static("#feedback")
        await seat.press("space")
        review = await last_review(seat)
        assert (review.response, review.confidence) == ("9", None)


@pytest.mark.parametrize(
    ("typed", "keys", "confidence", "suggested", "told"),
    [
        ("9", ["8"], 80, Rating.GOOD, "80 % sure · Brier 0.04 (0 is best, a coin has 0.25)"),
        ("8", ["8"], 80, Rating.AGAIN, "80 % sure · Brier 0.64"),
        ("9", ["0"], 99, Rating.GOOD, "99 % sure · Brier 0.00"),
        ("9", ["right", "left"], 50, Rating.HARD, "50 % sure · Brier 0.25"),
        ("9", ["left", "left"], 90, Rating.GOOD, "90 % sure · Brier 0.01"),
        ("9", ["7", "7", "6", "backspace"], None, Rating.GOOD, ""),
    ],
)
async def test_it_is_chosen_by_keys_told_after_the_run_and_logged(
    open_app: Open, typed: str, keys: list[str], confidence: int | None, suggested: Rating, told: str
) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press(typed, "tab", *keys)
        assert line(seat).chosen == confidence
        await seat.press("enter")
        assert told in seat.static("#feedback")
        assert (told != "") == ("sure" in seat.static("#feedback"))
        assert screen.attempt.suggested is suggested
        await seat.press("4")
        review = await last_review(seat)
        assert (review.confidence, review.suggested, review.rating) == (confidence, suggested, Rating.EASY)


async def test_the_chosen_one_stands_in_brackets_and_the_way_back_keeps_it(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        await seat.press("tab", "8", "escape")
        assert isinstance(seat.app.focused, AnswerLine)
        assert "70 [80] 90" in seat.text
        assert "% sure" in seat.text
        await seat.press("9", "enter")
        assert "80 % sure" in seat.static("#feedback")


async def test_the_hint_says_what_the_keys_do_where_the_cursor_is(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        before = seat.static("#ratings")
        assert "esc leaves the line, then r runs and space reveals" in before
        await seat.press("9", "tab")
        assert seat.static("#ratings") == "esc back to the prediction · ⏎ predicts and runs"
        await seat.press("escape")
        assert seat.static("#ratings") == before
        await seat.press("tab", "enter")
        assert "good" in seat.static("#ratings")


async def test_the_hint_names_the_learners_own_keys(open_app: Open) -> None:
    async with open_app(keys={"confidence.back": "ctrl+b", "confidence.predict": "ctrl+g"}) as seat:
        await seat.study(at="predict")
        await seat.press("tab")
        assert seat.static("#ratings") == "^b back to the prediction · ^g predicts and runs"


async def test_without_a_prediction_a_confidence_reveals_nothing_and_leads_back_to_the_line(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("tab", "8", "enter")
        assert seat.world.lab.runs == []
        assert not screen.attempt.revealed
        (told,) = seat.app._notifications
        assert told.message == "Type what you predict; to see it without, leave the line with esc first."
        await seat.press("9", "enter")
        assert "80 % sure · Brier 0.04" in seat.static("#feedback")


async def test_keys_pressed_in_one_breath_go_where_they_are_meant(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        await seat.pilot.press("9", "tab", "8", "escape", "1", "tab", "right")
        await seat.settle()
        assert seat.app.screen.query_one(AnswerLine).value == "91"
        assert line(seat).chosen == 90


async def test_letters_on_the_line_do_nothing_to_the_card(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("tab", "s", "b", "q", "u", "space", "r", "n")
        assert (seat.card, screen.attempt.revealed, seat.world.lab.runs) == ("predict", False, [])
        assert await seat.log() == []


async def test_a_click_chooses(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        at = line(seat).render().plain.index("90")
        await seat.pilot.click(ConfidenceLine, offset=(at + 1, 0))
        await seat.settle()
        assert line(seat).chosen == 90


async def test_of_a_refuted_claim_nothing_is_scored(open_app: Open) -> None:
    async with open_app() as seat:
        seat.world.lab.answer = replace(VERIFIED, verdict=Verdict.REFUTED)
        await seat.study(at="predict")
        await seat.press("8", "tab", "9", "enter")
        assert "90 % sure · not scored" in seat.static("#feedback")
        await seat.press("3")
        review = await last_review(seat)
        assert (review.confidence, review.suggested) == (90, None)


async def test_only_predictions_ask_for_it(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="typed")
        assert not seat.app.screen.query(ConfidenceLine)
        assert "how sure" not in seat.text
        await seat.press("tab")
        assert "confidence" not in seat.text


async def test_its_keys_can_be_changed(open_app: Open) -> None:
    async with open_app(keys={"answer.sure": "ctrl+t", "confidence.80": "x"}) as seat:
        await seat.study(at="predict")
        assert "^t how sure" in seat.text
        await seat.press("9", "ctrl+t", "x", "enter")
        assert "80 % sure" in seat.static("#feedback")


async def test_the_end_tells_the_score_of_the_day(open_app: Open) -> None:
    async with open_app() as seat:
        await seat.study(at="predict")
        await seat.press("9", "tab", "8", "enter", "4")
        while seat.app.screen.query("StudyHeader"):
            await seat.app.screen.run_action("bury")
            await seat.settle()
        assert "1 of 1 prediction with a confidence came true: Brier 0.04" in " ".join(seat.text.split())


async def test_a_second_run_is_shown_and_changes_nothing_of_what_was_judged(open_app: Open) -> None:
    async with open_app() as seat:
        screen = await seat.study(at="predict")
        await seat.press("8", "tab", "8", "enter")
        judged = seat.static("#feedback")
        assert "Brier 0.64" in judged
        seat.world.lab.answer = Run(Verdict.TIMEOUT, error="Stopped by you.")
        await seat.press("r")
        assert "stopped" in seat.static("#verdict")
        assert seat.static("#feedback") == judged
        assert screen.attempt.suggested is Rating.AGAIN
        await seat.press("1")
        review = await last_review(seat)
        assert (review.observed, review.verdict, review.suggested) == ("9", Verdict.VERIFIED, Rating.AGAIN)


async def test_the_run_that_answers_after_one_that_was_stopped_is_told_and_scored(open_app: Open) -> None:
    async with open_app() as seat:
        seat.world.lab.answer = Run(Verdict.TIMEOUT, error="Stopped by you.")
        await seat.study(at="predict")
        await seat.press("9", "tab", "8", "enter")
        assert "nothing; see the run" in seat.static("#feedback")
        seat.world.lab.answer = VERIFIED
        await seat.press("r")
        assert "✓ predicted" in seat.text
        assert "80 % sure · Brier 0.04" in seat.text
        await seat.press("3")
        review = await last_review(seat)
        assert (review.confidence, review.observed, review.suggested) == (80, "9", Rating.GOOD)
