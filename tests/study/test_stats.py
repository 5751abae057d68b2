from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from quizapp.study.events import standing
from quizapp.study.memory import CardState, Rating
from quizapp.study.stats import forecast, misses, remembered, true_retention
from tests.study.samples import (
    CLOCK,
    DAY,
    MINUTE,
    NOW,
    TODAY,
    Learner,
    cards,
    in_learning,
    in_review,
    scheduler,
)

AGAIN, HARD, GOOD, EASY = Rating


def named(*states: CardState) -> dict:
    return {card.id: state for card, state in zip(cards(len(states)), states, strict=True)}


def test_the_forecast_counts_by_study_day_and_what_is_overdue_today():
    states = named(
        in_review(TODAY - 30 * DAY),
        in_review(TODAY),
        in_review(TODAY + DAY),
        in_review(TODAY + 6 * DAY),
        in_review(TODAY + 7 * DAY),  # beyond the week
        in_learning(NOW + 10 * MINUTE),
        in_learning(NOW + DAY),
        CardState(),
    )
    assert forecast(states, CLOCK, NOW) == [3, 2, 0, 0, 0, 0, 1]
    assert forecast(states, CLOCK, NOW, days=8)[-1] == 1


def test_the_forecast_leaves_out_suspended_cards_and_moves_buried_ones_to_tomorrow():
    states = named(in_review(TODAY, suspended=True), in_review(TODAY - DAY, buried_on=TODAY))
    assert forecast(states, CLOCK, NOW, days=2) == [0, 1]


def reviewing(*ratings: Rating) -> Learner:
    pool = cards(len(ratings))
    start = {card.id: in_review(TODAY, 10.0 + i) for i, card in enumerate(pool)}
    learner = Learner(pool, scheduler(), start=start)
    for rating in ratings:
        learner.rate(rating)
    return learner


def test_true_retention_is_the_share_of_reviews_recalled():
    assert true_retention(reviewing(GOOD, AGAIN, HARD, EASY).log) == (3, 4)
    assert true_retention([]) == (0, 0)


def test_true_retention_leaves_out_what_is_learnt_and_relearnt():
    learner = reviewing(AGAIN)
    learner.pass_time(10 * MINUTE)
    learner.rate(GOOD)  # relearning
    assert true_retention(learner.log) == (0, 1)
    fresh = Learner(cards(1), scheduler())
    fresh.rate(AGAIN)
    assert true_retention(fresh.log) == (0, 0)


def test_true_retention_leaves_out_what_was_undone():
    learner = reviewing(AGAIN)
    learner.undo()
    learner.rate(GOOD)
    assert true_retention(learner.log) == (1, 1)


def test_true_retention_counts_only_the_first_review_of_a_day():
    first = reviewing(GOOD).log[0]
    second = replace(first, id=UUID(int=999), review=replace(first.review, rating=AGAIN))
    assert true_retention([first, second]) == (1, 1)
    assert true_retention([first, replace(second, study_day=TODAY + DAY)]) == (1, 2)


def test_remembered_is_the_mean_of_the_cards_with_a_past():
    pool = cards(3)
    states = {
        pool[0].id: in_review(TODAY, 10.0, reviewed_on=TODAY),
        pool[1].id: in_review(TODAY, 10.0, reviewed_on=TODAY - 10 * DAY),
    }
    assert remembered(pool, states, scheduler(), NOW) == pytest.approx(0.95)
    assert remembered(pool[2:], states, scheduler(), NOW) is None


def test_misses_are_counted_by_card_the_most_missed_first():
    learner = Learner(cards(2), scheduler())
    for rating in (AGAIN, AGAIN):
        learner.rate(rating)
    learner.pass_time(2 * MINUTE)
    learner.rate(AGAIN)
    learner.rate(AGAIN)
    learner.undo()
    counted = misses(learner.log)
    assert sum(counted.values()) == 3
    assert list(counted.values()) == [2, 1]


def test_standing_reviews_are_those_not_undone_in_the_order_of_the_log():
    learner = reviewing(GOOD, AGAIN, HARD)
    learner.undo()
    learner.undo()
    learner.rate(EASY)
    learner.take(learner.session.bury(learner.cards[2], learner.now))
    assert [event.review.rating for event in standing(learner.log)] == [GOOD, EASY]
