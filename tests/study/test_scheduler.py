from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.clock import Clock
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.scheduler import DEFAULT, Scheduler
from quizapp.study.settings import StudySettings
from quizapp.study.steps import next_step
from tests.study.samples import BERLIN, CLOCK, DAY, MINUTE, NOW, TODAY, in_learning, in_review, scheduler

AGAIN, HARD, GOOD, EASY = Rating
ratings = st.sampled_from(Rating)
seeds = st.integers(0, 2**63 - 1)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
gaps = st.one_of(
    st.timedeltas(timedelta(), timedelta(hours=2)),
    st.timedeltas(timedelta(), timedelta(days=400)),
    st.timedeltas(timedelta(days=-30), timedelta()),  # a clock that went back
)
histories = st.lists(st.tuples(gaps, ratings, seeds), min_size=1, max_size=25)
steps = st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=4)), max_size=4).map(tuple)
settings = st.builds(
    StudySettings,
    desired_retention=st.floats(0.7, 0.99),
    maximum_interval=st.integers(1, 36_500),
    learning_steps=steps,
    relearning_steps=steps,
    fuzz=st.booleans(),
)


def travel(rules: Scheduler, start: datetime, history: list) -> list[tuple[datetime, int, CardState, CardState]]:
    """Each review of a history: when, its seed, the state before and after."""
    state, now, path = CardState(), start, []
    for gap, rating, seed in history:
        now += gap
        after = rules.review(state, rating, now, seed)
        path.append((now, seed, state, after))
        state = after
    return path


@given(settings, instants, histories)
def test_no_card_is_ever_due_in_the_past_or_left_with_an_impossible_memory(own, start, history):
    for now, _, _, state in travel(Scheduler(own, CLOCK), start, history):
        assert (state.due_at is None) != (state.due_on is None)
        assert state.due_at is None or state.due_at > now
        assert state.due_on is None or 1 <= (state.due_on - CLOCK.day(now)).days <= own.maximum_interval
        assert 0 < state.stability <= 36_500
        assert 1 <= state.difficulty <= 10
        assert state.reviewed_on == CLOCK.day(now)


@given(instants, histories, st.floats(0.7, 0.99), st.booleans())
def test_hard_never_waits_longer_than_good_nor_good_longer_than_easy(start, history, retention, fuzz):
    rules = scheduler(desired_retention=retention, fuzz=fuzz)
    for now, seed, before, _ in travel(rules, start, history):
        waits = [rules.wait(state, now) for state in rules.preview(before, now, seed).values()]
        assert waits == sorted(waits)
        if before.state is State.REVIEW and waits[3] < 36_500 * DAY:
            assert waits[1] < waits[2] < waits[3]


@given(instants, histories)
def test_the_same_seed_gives_the_same_schedule(start, history):
    assert travel(scheduler(), start, history) == travel(scheduler(), start, history)


@given(instants, histories, seeds)
def test_the_seed_moves_nothing_but_the_day(start, history, seed):
    rules = scheduler()
    for now, old, before, after in travel(rules, start, history):
        rating = next(r for r, state in rules.preview(before, now, old).items() if state == after)
        other = rules.review(before, rating, now, seed)
        assert replace(other, due_on=after.due_on) == after


@given(st.lists(st.tuples(ratings, seeds), min_size=2, max_size=30), st.floats(-0.2, 0.2))
def test_reviewing_a_little_earlier_each_day_gives_the_schedule_of_a_little_later(history, drift):
    rules = scheduler()

    def schedule(pace: timedelta) -> list:
        gaps = [timedelta(), *[pace] * (len(history) - 1)]
        start = datetime(2026, 6, 1, 13, tzinfo=UTC)
        path = travel(rules, start, [(gap, *what) for gap, what in zip(gaps, history, strict=True)])
        return [replace(after, due_at=None) for *_, after in path]

    assert schedule(timedelta(hours=24 - abs(drift))) == schedule(timedelta(hours=24 + abs(drift)))


def test_nobody_is_trapped_at_one_day_by_coming_a_little_earlier():
    rules, state, now = scheduler(fuzz=False), in_review(TODAY, 1.0, reviewed_on=TODAY - DAY, difficulty=9.0), NOW
    for _ in range(4):
        state = rules.review(state, GOOD, now, 0)
        now += (state.due_on - CLOCK.day(now)).days * DAY - timedelta(minutes=12)
        assert state.due_on == CLOCK.day(now)
    assert (state.due_on - state.reviewed_on).days > 5


def test_a_clock_that_went_back_counts_as_the_same_day():
    state = in_review(TODAY + 9 * DAY, reviewed_on=TODAY + 3 * DAY)
    assert scheduler().elapsed(state, NOW) == 0
    same_day = replace(state, reviewed_on=TODAY)
    rules = scheduler()
    assert rules.review(state, GOOD, NOW, 1).stability == rules.review(same_day, GOOD, NOW, 1).stability


@pytest.mark.parametrize("settings", [{"desired_retention": 0.0}, {"desired_retention": 1.0}, {"maximum_interval": 0}])
def test_a_retention_that_would_give_infinity_cannot_be_set(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        StudySettings(**settings)


def test_a_step_that_would_be_due_in_the_past_cannot_be_set():
    with pytest.raises(ValueError, match="learning_steps"):
        StudySettings(learning_steps=(timedelta(),))


# -- steps -------------------------------------------------------------------------------------------------------

TWO = (MINUTE, 10 * MINUTE)


@pytest.mark.parametrize(
    ("waits", "step", "rating", "expected"),
    [
        (TWO, 0, AGAIN, (0, MINUTE)),
        (TWO, 1, AGAIN, (0, MINUTE)),
        (TWO, 0, HARD, (0, 5.5 * MINUTE)),
        (TWO, 1, HARD, (1, 10 * MINUTE)),
        (TWO, 0, GOOD, (1, 10 * MINUTE)),
        (TWO, 1, GOOD, None),
        (TWO, 0, EASY, None),
        ((10 * MINUTE,), 0, HARD, (0, 15 * MINUTE)),
        ((5 * DAY,), 0, HARD, (0, 6 * DAY)),  # half as long again, but at most a day
        ((DAY, 4 * DAY), 0, HARD, (0, 3 * DAY)),  # 2.5 days, to whole ones
        ((MINUTE, 10 * MINUTE, 100 * MINUTE), 1, HARD, (1, 10 * MINUTE)),
        ((MINUTE, 10 * MINUTE, 100 * MINUTE), 1, GOOD, (2, 100 * MINUTE)),
        (TWO, 7, HARD, (1, 10 * MINUTE)),  # the learner has taken steps out since
        (TWO, 7, GOOD, None),
        ((), 0, AGAIN, None),
    ],
)
def test_steps_follow_ankis_rules(waits, step, rating, expected):
    assert next_step(waits, step, rating) == expected


def test_a_new_card_goes_through_its_steps_into_review():
    rules, state = scheduler(fuzz=False), CardState()
    state = rules.review(state, GOOD, NOW, 0)
    assert (state.state, state.step, state.due_at) == (State.LEARNING, 1, NOW + 10 * MINUTE)
    state = rules.review(state, GOOD, NOW + 10 * MINUTE, 0)
    assert (state.state, state.step, state.due_at, state.due_on) == (State.REVIEW, 0, None, TODAY + 2 * DAY)
    assert state.reps == 2


def test_every_rating_changes_the_memory_of_the_same_day_too():
    rules = scheduler()
    first = rules.review(CardState(), GOOD, NOW, 0)
    assert rules.review(first, AGAIN, NOW + MINUTE, 0).stability < first.stability
    assert rules.review(first, EASY, NOW + MINUTE, 0).stability > first.stability


def test_a_lapse_is_relearnt_and_counted_once():
    rules = scheduler()
    state = rules.review(in_review(TODAY), AGAIN, NOW, 0)
    assert (state.state, state.lapses, state.due_at) == (State.RELEARNING, 1, NOW + 10 * MINUTE)
    again = rules.review(state, AGAIN, NOW + 10 * MINUTE, 0)
    assert (again.state, again.lapses) == (State.RELEARNING, 1)
    assert rules.review(again, GOOD, NOW + 20 * MINUTE, 0).state is State.REVIEW


def test_again_on_a_card_in_learning_is_no_lapse():
    assert scheduler().review(in_learning(NOW), AGAIN, NOW, 0).lapses == 0


def test_without_steps_every_rating_leads_to_days():
    rules = scheduler(learning_steps=(), relearning_steps=())
    for state in (CardState(), in_review(TODAY)):
        assert {after.state for after in rules.preview(state, NOW, 0).values()} == {State.REVIEW}


def test_a_step_of_a_day_ends_when_its_study_day_starts():
    rules = scheduler(learning_steps=(DAY, 3 * DAY))
    state = rules.review(CardState(), AGAIN, NOW, 0)
    assert state.due_at == CLOCK.start(TODAY + DAY)


def test_a_step_of_a_day_begun_as_the_clocks_go_back_does_not_end_at_once():
    late = datetime(2026, 10, 24, 2, 30, tzinfo=UTC)  # half past four; a day later it is half past three
    rules = scheduler(learning_steps=(DAY,))
    assert rules.review(CardState(), AGAIN, late, 0).due_at == CLOCK.start(date(2026, 10, 25))


# -- leeches -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "told"),
    [(8, {8, 12, 16, 20}), (3, {3, 5, 7, 9, 11, 13, 15, 17, 19}), (2, set(range(2, 21)))],
)
def test_the_learner_is_told_of_a_leech_at_the_threshold_and_then_every_half_as_many(threshold, told):
    rules = scheduler(leech_threshold=threshold)
    assert {lapses for lapses in range(21) if rules.marks_leech(lapses)} == told


def test_a_card_is_a_leech_from_the_threshold_on():
    rules = scheduler()
    state = rules.review(in_review(TODAY, lapses=7), AGAIN, NOW, 0)
    assert state.leech
    assert rules.review(state, GOOD, NOW + 10 * MINUTE, 0).leech
    assert not rules.review(in_review(TODAY, lapses=6), AGAIN, NOW, 0).leech


# -- forgetting --------------------------------------------------------------------------------------------------


def test_after_its_stability_in_days_a_card_is_remembered_nine_times_in_ten():
    state = in_review(TODAY, 10.0, reviewed_on=TODAY - 10 * DAY)
    assert scheduler().retrievability(state, NOW) == pytest.approx(0.9)


def test_a_card_never_reviewed_has_no_retrievability():
    assert scheduler().retrievability(CardState(), NOW) is None


@given(st.floats(0.001, 36_500), st.integers(-100, 50_000))
def test_retrievability_is_a_chance_that_only_falls(stability, days):
    rules = scheduler()
    now, then = (
        rules.retrievability(in_review(TODAY, stability, reviewed_on=TODAY - d * DAY), NOW) for d in (days, days + 1)
    )
    assert 0 < then <= now <= 1


# -- waiting -----------------------------------------------------------------------------------------------------


def test_the_wait_of_a_card_in_review_is_whole_study_days():
    evening = datetime(2026, 3, 3, 2, 59, tzinfo=UTC)  # a minute before the day ends in Berlin
    assert scheduler().wait(in_review(TODAY + 4 * DAY), evening) == 4 * DAY
    assert scheduler().wait(in_review(TODAY - 4 * DAY), evening) == timedelta()


def test_the_wait_of_a_card_in_learning_is_exact():
    assert scheduler().wait(in_learning(NOW + 6 * MINUTE), NOW) == 6 * MINUTE
    assert scheduler().wait(in_learning(NOW - 6 * MINUTE), NOW) == timedelta()
    assert scheduler().wait(CardState(), NOW) == timedelta()


# -- parameters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parameters", [(), DEFAULT[:20], (*DEFAULT[:20], 0.0), (*DEFAULT[:20], math.nan), (math.inf, *DEFAULT[1:])]
)
def test_parameters_that_fsrs_cannot_use_are_refused_in_words(parameters):
    with pytest.raises(ValueError, match="FSRS-6"):
        Scheduler(StudySettings(), CLOCK, parameters)


def test_parameters_are_known_by_their_hash():
    assert scheduler().parameters_hash == Scheduler(StudySettings(), CLOCK, tuple(DEFAULT)).parameters_hash
    other = Scheduler(StudySettings(), CLOCK, (0.3, *DEFAULT[1:]))
    assert other.parameters_hash != scheduler().parameters_hash
    assert len(other.parameters_hash) == 16


weights = st.lists(st.floats(-50, 50), min_size=20, max_size=20)


@given(weights, st.floats(0.1, 0.8), histories)
def test_whatever_the_parameters_the_memory_stays_possible(first, decay, history):
    rules = Scheduler(StudySettings(), CLOCK, (*first, decay))
    for now, _, _, state in travel(rules, NOW, history):
        assert 0 < state.stability <= 36_500
        assert 1 <= state.difficulty <= 10
        assert state.due_at is None or state.due_at > now


def test_the_rollover_decides_which_day_a_night_owl_reviews_on():
    late = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # two in the morning in Berlin
    assert scheduler().review(in_review(TODAY), GOOD, late, 0).reviewed_on == TODAY
    midnight = scheduler(Clock(BERLIN, time(0)))
    assert midnight.review(in_review(TODAY), GOOD, late, 0).reviewed_on == TODAY + DAY


def test_a_daylight_saving_change_between_two_reviews_is_one_day():
    rules = scheduler(Clock(ZoneInfo("America/New_York")))
    before = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # midnight, the clocks go forward at two
    state = rules.review(CardState(), EASY, before, 0)
    assert rules.elapsed(state, before + timedelta(hours=23)) == 1
