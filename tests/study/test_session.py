from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.proof import Verdict
from quizapp.cards.variation import draw, seed_for
from quizapp.study.events import EventKind, fold, last_undoable, standing
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.replay import replay
from tests.study.samples import (
    DAY,
    MINUTE,
    NOW,
    SECOND,
    TODAY,
    Learner,
    card,
    cards,
    in_learning,
    in_review,
    scheduler,
)

AGAIN, HARD, GOOD, EASY = Rating


def learner(count: int = 3, **settings: object) -> Learner:
    return Learner(cards(count), scheduler(**settings))


def test_a_prompt_says_what_is_asked_and_what_each_rating_would_do():
    someone = learner()
    prompt = someone.session.next(NOW)
    assert prompt.card is someone.cards[0]
    assert prompt.state == CardState()
    assert prompt.seed == seed_for(prompt.card.id, 0)
    assert prompt.drawn == draw(prompt.card, prompt.seed)
    assert prompt.intervals[AGAIN] == "<1 m"
    assert prompt.intervals[HARD] == "6 m"
    assert prompt.intervals[GOOD] == "10 m"
    assert prompt.intervals[EASY].endswith(" d")


@pytest.mark.parametrize("rating", list(Rating))
def test_a_rating_does_what_its_preview_said(rating):
    someone = learner()
    prompt = someone.session.next(NOW)
    event = someone.session.rate(prompt, rating, NOW, duration=SECOND)
    assert event.after == prompt.previews[rating]


def test_the_event_carries_all_that_the_log_keeps():
    someone = learner()
    prompt = someone.session.next(NOW)
    event = someone.session.rate(
        prompt, HARD, NOW, duration=7 * SECOND, response="(2, 9)", suggested=GOOD, confidence=80,
        observed="(2, 9)", verdict=Verdict.VERIFIED,
    )  # fmt: skip
    assert event.id == UUID(int=1)
    assert (event.kind, event.at, event.study_day, event.offset) == (EventKind.REVIEW, NOW, TODAY, timedelta(hours=1))
    assert (event.card, event.before) == (prompt.card.id, CardState())
    review = event.review
    assert (review.rating, review.suggested, review.response, review.confidence) == (HARD, GOOD, "(2, 9)", 80)
    assert (review.elapsed, review.duration, review.seed) == (0, 7 * SECOND, prompt.seed)
    assert (review.scheduler, review.parameters) == ("fsrs-6/1", someone.scheduler.parameters_hash)


def test_no_verdict_changes_the_schedule():
    someone = learner()
    prompt = someone.session.next(NOW)
    verdicts = [None, *Verdict]
    events = [someone.session.rate(prompt, GOOD, NOW, duration=SECOND, verdict=verdict) for verdict in verdicts]
    assert len({event.after for event in events}) == 1


def test_nothing_changes_before_the_event_is_applied():
    someone = learner()
    prompt = someone.session.next(NOW)
    someone.session.rate(prompt, GOOD, NOW, duration=SECOND)
    assert someone.session.next(NOW) == prompt


def test_rating_a_card_twice_is_refused():
    someone = learner()
    prompt = someone.session.next(NOW)
    someone.take(someone.session.rate(prompt, GOOD, NOW, duration=SECOND))
    with pytest.raises(ValueError, match="has changed since it was asked"):
        someone.session.rate(prompt, GOOD, NOW, duration=SECOND)


def test_a_duration_is_never_negative():
    someone = learner()
    event = someone.session.rate(someone.session.next(NOW), GOOD, NOW, duration=-SECOND)
    assert event.review.duration == timedelta()


# -- undo --------------------------------------------------------------------------------------------------------


def test_an_undone_card_comes_next_again_with_the_same_values():
    someone = learner()
    before = someone.session.next(NOW)
    someone.rate(AGAIN)
    someone.pass_time(2 * MINUTE)
    undo = someone.undo()
    after = someone.session.next(someone.now)
    assert undo.after == CardState()
    assert (after.card, after.state, after.seed) == (before.card, before.state, before.seed)


def test_an_undone_card_comes_next_though_another_has_come_due_meanwhile():
    pool = cards(2)
    someone = Learner(pool, scheduler(), start={pool[0].id: in_learning(NOW + MINUTE), pool[1].id: in_review(TODAY)})
    assert someone.shown() == pool[1].id
    someone.rate()
    someone.pass_time(5 * MINUTE)
    assert someone.shown() == pool[0].id
    someone.undo()
    assert someone.shown() == pool[1].id
    someone.restart()
    assert someone.shown() == pool[1].id


def test_yesterdays_undo_puts_no_card_first_today():
    pool = cards(2)
    tomorrow = in_learning(NOW + DAY - MINUTE)
    someone = Learner(pool, scheduler(), start={pool[0].id: tomorrow, pool[1].id: in_review(TODAY)})
    someone.rate()
    someone.undo()
    assert someone.shown() == pool[1].id
    someone.pass_time(DAY)
    assert someone.shown() == pool[0].id


def test_a_card_shown_ahead_of_time_comes_back_when_undone():
    someone = learner(1)
    someone.rate()
    assert someone.shown() == someone.cards[0].id
    someone.rate()
    someone.undo()
    assert someone.session.next(someone.now).state.step == 1


def test_undo_reaches_back_over_a_restart_and_a_day():
    someone = learner(1, learning_steps=())
    someone.rate()
    someone.pass_time(DAY)
    someone.restart()
    someone.undo()
    assert someone.shown() == someone.cards[0].id
    assert fold(someone.log) == {someone.cards[0].id: CardState()}


@pytest.mark.parametrize("action", ["suspend", "bury"])
def test_hiding_a_card_can_be_undone(action):
    someone = learner(2)
    hidden = someone.cards[0]
    someone.take(getattr(someone.session, action)(hidden, NOW))
    assert someone.shown() != hidden.id
    someone.undo()
    assert someone.shown() == hidden.id
    assert someone.session.state(hidden.id) == CardState()


def test_an_unsuspended_card_comes_back():
    someone = learner(1)
    someone.take(someone.session.suspend(someone.cards[0], NOW))
    assert someone.shown() is None
    someone.take(someone.session.unsuspend(someone.cards[0], NOW))
    assert someone.shown() == someone.cards[0].id
    assert replay(someone.log, lambda _: someone.scheduler) == fold(someone.log)


def test_a_buried_card_comes_back_the_next_study_day():
    someone = learner(1)
    someone.take(someone.session.bury(someone.cards[0], NOW))
    assert someone.shown() is None
    someone.pass_time(DAY)
    assert someone.shown() == someone.cards[0].id


def test_an_event_of_no_card_cannot_be_undone():
    someone = learner()
    event = replace(someone.rate(), card=None, kind=EventKind.PARAMETERS)
    with pytest.raises(ValueError, match="of no card"):
        someone.session.undo(event, NOW)


# -- progress ----------------------------------------------------------------------------------------------------


def test_progress_counts_the_day_without_what_was_undone():
    someone = learner(3)
    someone.rate(AGAIN)
    someone.rate(GOOD)
    someone.rate(AGAIN)
    someone.undo()
    progress = someone.session.progress
    assert (progress.done, progress.misses, progress.spent) == (2, 1, 10 * SECOND)
    assert (progress.counts.new, progress.counts.learning, progress.remaining) == (1, 2, 3)


def test_progress_is_the_same_after_a_restart():
    someone = learner(5)
    for rating in (GOOD, AGAIN, EASY):
        someone.rate(rating)
    before = someone.session.progress
    someone.restart()
    assert someone.session.progress == before


def test_progress_begins_anew_with_the_study_day():
    someone = learner(5, learning_steps=())
    someone.rate()
    someone.pass_time(DAY)
    someone.session.next(someone.now)
    assert someone.session.progress.done == 0


def test_when_only_later_learning_cards_remain_the_session_says_until_when():
    pool = cards(1)
    someone = Learner(pool, scheduler(), start={pool[0].id: in_learning(NOW + 50 * MINUTE)})
    assert someone.shown() is None
    until = someone.session.waiting_until
    assert until == NOW + 30 * MINUTE
    someone.now = until
    assert someone.shown() == pool[0].id
    assert someone.session.waiting_until is None


def test_a_finished_day_waits_for_nothing():
    someone = learner(0)
    assert someone.shown() is None
    assert someone.session.waiting_until is None


def test_a_clock_that_went_back_is_noticed_and_studied_on():
    someone = learner(2)
    someone.rate()
    someone.pass_time(-3 * DAY)
    assert someone.session.behind(someone.now) == 3 * DAY
    event = someone.rate()
    assert event.review.elapsed == 0
    assert someone.session.behind(someone.now) == timedelta()


def test_a_day_that_the_clock_goes_back_to_counts_with_what_was_done_on_it():
    someone = learner(4, new_per_day=2, learning_steps=())
    someone.rate()
    someone.pass_time(2 * DAY)
    someone.restart()
    someone.pass_time(-2 * DAY)
    assert someone.shown() is not None
    assert someone.session.progress.done == 1
    someone.rate()
    assert someone.shown() is None


def test_a_miss_that_was_taken_back_while_the_clock_was_a_day_behind_is_no_miss():
    someone = learner(2)
    someone.rate(AGAIN)
    someone.pass_time(-DAY)
    someone.undo()
    someone.pass_time(DAY)
    someone.ask()
    assert (someone.session.missed, someone.session.progress.misses) == ({}, 0)
    someone.rate(AGAIN)
    assert (sum(someone.session.missed.values()), someone.session.progress.misses) == (1, 1)


def test_the_session_leaves_the_states_it_was_given_alone():
    pool = cards(1)
    states = {pool[0].id: in_review(TODAY)}
    someone = Learner(pool, scheduler(), start=states)
    someone.rate()
    assert states == {pool[0].id: in_review(TODAY)}


# -- any session at all ------------------------------------------------------------------------------------------

actions = st.one_of(
    st.sampled_from(Rating).map(lambda rating: ("rate", rating)),
    st.sampled_from(["rate", "rate", "rate", "undo", "suspend", "bury", "restart"]).map(
        lambda name: (name, Rating.GOOD)
    ),
    st.one_of(
        st.timedeltas(timedelta(), timedelta(minutes=30)),
        st.timedeltas(timedelta(), timedelta(days=40)),
        st.timedeltas(timedelta(days=-2), timedelta()),
    ).map(lambda span: ("wait", span)),
)


def play(someone: Learner, action: str, value: object) -> None:
    match action:
        case "rate":
            someone.rate(value)
        case "undo":
            someone.undo()
        case "suspend" | "bury":
            if (prompt := someone.ask()) is not None:
                someone.take(getattr(someone.session, action)(prompt.card, someone.now))
        case "wait":
            someone.pass_time(value)
        case "restart":
            someone.restart()


def any_learner() -> Learner:
    clozes = [card("cloze", cloze=f"c{i}") for i in (1, 2)]
    return Learner([*cards(2), *clozes], scheduler(new_per_day=3, reviews_per_day=4, learn_ahead=timedelta(minutes=5)))


def test_an_undone_second_review_is_worked_out_again_too():
    someone = learner(1)
    someone.rate()
    first = someone.session.state(someone.cards[0].id)
    someone.rate()
    someone.undo()
    assert replay(someone.log, lambda _: someone.scheduler) == fold(someone.log) == {someone.cards[0].id: first}


@given(st.lists(actions, max_size=40))
def test_the_log_worked_out_again_from_its_ratings_is_the_live_state(script):
    someone = any_learner()
    for action in script:
        play(someone, *action)
    live = {c.id: someone.session.state(c.id) for c in someone.cards}
    known = {c: state for c, state in live.items() if c in fold(someone.log)}
    assert replay(someone.log, lambda _: someone.scheduler) == fold(someone.log) == known


@given(st.lists(actions, max_size=40))
def test_a_restart_shows_the_same_card_and_the_same_progress(script):
    someone = any_learner()
    for action in script:
        play(someone, *action)
        before = someone.ask(), someone.session.progress
        someone.restart()
        assert (someone.ask(), someone.session.progress) == before


@given(st.lists(actions, max_size=25), st.integers(1, 5))
def test_undo_gives_back_exactly_the_earlier_states_one_by_one(script, times):
    someone = any_learner()
    for action in script:
        play(someone, *action)
    for _ in range(times):
        last = last_undoable(someone.log)
        if last is None:
            break
        standing_before = standing(someone.log)
        someone.undo()
        assert someone.session.state(last.card) == last.before
        assert standing(someone.log) == [event for event in standing_before if event is not last]


@given(st.lists(actions, max_size=40))
def test_the_daily_limits_hold_whatever_is_done(script):
    someone = any_learner()
    for action in script:
        play(someone, *action)
    by_day: dict = {}
    for event in standing(someone.log):
        by_day.setdefault(event.study_day, []).append(event.before.state)
    for states in by_day.values():
        assert states.count(State.NEW) <= 3
        assert states.count(State.REVIEW) <= 4


def test_sixty_days_of_study_keep_the_limits_and_meet_every_card():
    someone = Learner([*cards(100), card("cloze", cloze="c1"), card("cloze", cloze="c2")],
                      scheduler(new_per_day=4, reviews_per_day=25))  # fmt: skip
    met, loads = set(), []
    for day in range(60):
        someone.now = NOW + day * DAY
        someone.restart()
        loads.append(someone.session.progress.counts)
        while (prompt := someone.ask()) is not None:
            met.add(prompt.card.id)
            rating = [GOOD, GOOD, HARD, GOOD, AGAIN, GOOD, EASY][(prompt.seed >> 7) % 7]
            someone.take(someone.session.rate(prompt, rating, someone.now, duration=5 * SECOND))
            someone.pass_time(20 * SECOND)
        assert someone.session.progress.remaining == 0
    assert met == {c.id for c in someone.cards}
    assert max(load.new for load in loads) == 4
    assert max(load.due for load in loads) <= 25
    assert replay(someone.log, lambda _: someone.scheduler) == fold(someone.log)
    days = {event.study_day for event in someone.log}
    assert len(days) == 60
