from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.calibration import A_COIN, CONFIDENCES, brier_score, calibration, was_right
from quizapp.study.grading import suggest
from quizapp.study.memory import Rating
from tests.study.samples import NOW, SECOND, Learner, cards, scheduler


def learner() -> Learner:
    return Learner(cards(3), scheduler())


def review(confidence: int | None, suggested: Rating | None):
    someone = learner()
    event = someone.session.rate(someone.session.next(NOW), Rating.EASY, NOW, duration=SECOND)
    return replace(event.review, confidence=confidence, suggested=suggested)


@pytest.mark.parametrize(
    ("confidence", "correct", "score"),
    [(50, True, 0.25), (50, False, 0.25), (80, True, 0.04), (80, False, 0.64), (99, True, 0.0001), (99, False, 0.9801)],
)
def test_a_score_is_the_square_of_how_far_the_confidence_was_off(confidence, correct, score):
    assert brier_score(confidence, correct) == pytest.approx(score)


@given(st.sampled_from(CONFIDENCES), st.integers(0, 100))
def test_saying_what_one_believes_scores_best(said, believed):
    def expected(confidence):
        return believed / 100 * brier_score(confidence, True) + (1 - believed / 100) * brier_score(confidence, False)

    assert expected(believed) <= expected(said) + 1e-12


def test_who_always_says_50_has_the_score_of_a_coin():
    reviews = [review(50, Rating.HARD), review(50, Rating.AGAIN)]
    assert calibration(reviews).brier == A_COIN


def test_the_mean_counts_only_what_had_a_confidence_and_could_be_judged():
    reviews = [
        review(80, Rating.GOOD),
        review(60, Rating.AGAIN),
        review(None, Rating.GOOD),
        review(99, None),  # the claim was refuted, or nothing could be compared
    ]
    known = calibration(reviews)
    assert (known.predictions, known.right) == (2, 1)
    assert known.brier == pytest.approx((0.04 + 0.36) / 2)


def test_without_a_confidence_there_is_no_score():
    assert calibration([]) is None
    assert calibration([review(None, Rating.GOOD)]) is None


@pytest.mark.parametrize("confidence", [None, *CONFIDENCES])
@pytest.mark.parametrize("correct", [True, False, None])
def test_whether_it_was_right_can_be_told_from_what_was_suggested(correct, confidence):
    assert was_right(review(confidence, suggest(correct, confidence=confidence))) is correct


@pytest.mark.parametrize("confidence", [0, 49, 100, 1, -80])
def test_a_confidence_is_50_to_99_per_cent(confidence):
    someone = learner()
    with pytest.raises(ValueError, match="it is 50 to 99 %"):
        someone.session.rate(someone.session.next(NOW), Rating.GOOD, NOW, duration=SECOND, confidence=confidence)


def test_a_session_tells_of_its_own_day_and_not_of_what_was_undone():
    someone = learner()
    for confidence, suggested in ((80, Rating.GOOD), (60, Rating.AGAIN)):
        prompt = someone.session.next(NOW)
        event = someone.session.rate(
            prompt, Rating.GOOD, NOW, duration=SECOND, suggested=suggested, confidence=confidence
        )
        someone.session.apply(event)
    assert someone.session.calibration.predictions == 2
    someone.session.apply(someone.session.undo(event, NOW))
    assert someone.session.calibration.brier == pytest.approx(0.04)
