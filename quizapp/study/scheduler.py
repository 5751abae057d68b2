"""When a card comes again: FSRS-6 for days, Anki's steps for minutes.

The only place that knows the FSRS library. It has no steps, no fuzz and no longest interval, and takes whole days:
those are ours, and everything that goes in is bounded here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS, ItemState, MemoryState

from quizapp.study.clock import DAY, Clock
from quizapp.study.fuzz import fuzzed, rounded, unfuzzed
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.settings import StudySettings
from quizapp.study.steps import next_step

DEFAULT: tuple[float, ...] = tuple(DEFAULT_PARAMETERS)
"""FSRS-6's weights, fitted by its authors to many learners."""
STABILITY = (0.001, 36500.0)
DIFFICULTY = (1.0, 10.0)
DECAY = (0.1, 0.8)
"""What FSRS-6 allows for its last weight, how fast forgetting slows down."""
LONGEST_ELAPSED = 36500
"""Days; more of them change nothing."""


class Scheduler:
    """Pure: the same state, rating, instant and seed give the same next state."""

    name = "fsrs-6/1"
    """The memory model, and the version of the rules around it."""

    def __init__(self, settings: StudySettings, clock: Clock, parameters: tuple[float, ...] = DEFAULT) -> None:
        """Check the parameters.

        Raises:
            ValueError: they are not 21 weights that FSRS-6 can use.
        """
        self.settings = settings
        self.clock = clock
        self.parameters = _checked(parameters)
        self.parameters_hash = hashlib.sha256(json.dumps(self.parameters).encode()).hexdigest()[:16]
        self._fsrs = FSRS(list(self.parameters))

    def review(self, state: CardState, rating: Rating, now: datetime, seed: int) -> CardState:
        """The state after a rating given at `now`; `seed` places the interval in its fuzz range."""
        futures = self._futures(state, self.elapsed(state, now))
        answered = self._remembered(state, rating, futures[rating], now)
        steps = self._steps(state, rating)
        wait = next_step(steps, state.step, rating) if steps else None
        if wait is None:
            days = self._days(state, rating, {r: future.interval for r, future in futures.items()}, seed)
            due = self.clock.day(now) + timedelta(days=days)
            return replace(answered, state=State.REVIEW, step=0, due_at=None, due_on=due)
        relearning = state.state in (State.REVIEW, State.RELEARNING)
        return replace(
            answered,
            state=State.RELEARNING if relearning else State.LEARNING,
            step=wait[0],
            due_at=self._after(now, wait[1]),
            due_on=None,
        )

    def preview(self, state: CardState, now: datetime, seed: int) -> dict[Rating, CardState]:
        """What each rating would make of the card."""
        return {rating: self.review(state, rating, now, seed) for rating in Rating}

    def elapsed(self, state: CardState, now: datetime) -> int:
        """Study days since the last review; 0 at the first, and when the clock went back."""
        if state.reviewed_on is None:
            return 0
        return min(max((self.clock.day(now) - state.reviewed_on).days, 0), LONGEST_ELAPSED)

    def wait(self, state: CardState, now: datetime) -> timedelta:
        """How long until the card is due: whole study days for one in review, 0 when it is due or New."""
        if state.due_at is not None:
            return max(state.due_at - now, timedelta())
        if state.due_on is not None:
            return max(state.due_on - self.clock.day(now), timedelta())
        return timedelta()

    def retrievability(self, state: CardState, now: datetime) -> float | None:
        """The chance (0–1) that the card is recalled now; None before its first review."""
        if state.stability is None:
            return None
        decay = self.parameters[20]
        factor = math.pow(0.9, -1 / decay) - 1
        stability = max(state.stability, STABILITY[0])
        return math.pow(1 + factor * self.elapsed(state, now) / stability, -decay)

    def marks_leech(self, lapses: int) -> bool:
        """Whether the learner is told of a leech at this lapse: at the threshold, then every half as many."""
        threshold = self.settings.leech_threshold
        return lapses >= threshold and (lapses - threshold) % max(1, math.ceil(threshold / 2)) == 0

    def _futures(self, state: CardState, elapsed: int) -> dict[Rating, ItemState]:
        memory = None
        if state.stability is not None and state.difficulty is not None:
            memory = MemoryState(state.stability, state.difficulty)
        states = self._fsrs.next_states(memory, self.settings.desired_retention, elapsed)
        return {
            Rating.AGAIN: states.again,
            Rating.HARD: states.hard,
            Rating.GOOD: states.good,
            Rating.EASY: states.easy,
        }

    def _remembered(self, state: CardState, rating: Rating, future: ItemState, now: datetime) -> CardState:
        """The state with its memory and its tallies brought up to date, not yet due anywhere."""
        lapses = state.lapses + (rating is Rating.AGAIN and state.state is State.REVIEW)
        return replace(
            state,
            stability=_within(STABILITY, future.memory.stability),
            difficulty=_within(DIFFICULTY, future.memory.difficulty),
            reviewed_on=self.clock.day(now),
            reps=state.reps + 1,
            lapses=lapses,
            leech=lapses >= self.settings.leech_threshold,
        )

    def _steps(self, state: CardState, rating: Rating) -> tuple[timedelta, ...]:
        """The steps the rating moves the card along: none for a card in review that was recalled."""
        if state.state in (State.NEW, State.LEARNING):
            return self.settings.learning_steps
        lapsed = state.state is State.REVIEW and rating is Rating.AGAIN
        return self.settings.relearning_steps if lapsed or state.state is State.RELEARNING else ()

    def _after(self, now: datetime, wait: timedelta) -> datetime:
        """When a step ends; one of a day or more ends as its study day starts, so that the hour does not matter."""
        due = now + wait
        if wait < DAY:
            return due
        return self.clock.start(max(self.clock.day(due), self.clock.day(now) + DAY))

    def _days(self, state: CardState, rating: Rating, intervals: Mapping[Rating, float], seed: int) -> int:
        """The interval in whole study days.

        As in Anki, Easy is longer than Good. For a card in review Good is longer than Hard too, and fuzz neither
        undoes that an interval grows nor shortens one that should stay. A card that graduates is fuzzed around a whole
        number of days.
        """
        longest, in_review = self.settings.maximum_interval, state.state is State.REVIEW
        interval, least = intervals[rating] if in_review else rounded(intervals[rating]), 1
        if in_review and rating is not Rating.AGAIN and state.due_on and state.reviewed_on:
            last = (state.due_on - state.reviewed_on).days
            whole = unfuzzed(interval, 1, longest)
            least = min(whole, last + 1) if whole >= last else 1
        if rating is Rating.EASY or (in_review and rating is Rating.GOOD):
            least = max(least, 1 + self._days(state, Rating(rating - 1), intervals, seed))
        if not self.settings.fuzz:
            return unfuzzed(interval, least, longest)
        return fuzzed(interval, least, longest, seed)


def _checked(parameters: Sequence[float]) -> tuple[float, ...]:
    if len(parameters) != len(DEFAULT) or not all(math.isfinite(weight) for weight in parameters):
        raise ValueError(f"FSRS-6 takes {len(DEFAULT)} finite parameters; these are {list(parameters)}.")
    if not DECAY[0] <= parameters[20] <= DECAY[1]:
        raise ValueError(
            f"The last FSRS-6 parameter, the decay, lies in {DECAY[0]}–{DECAY[1]}, not at {parameters[20]}."
        )
    return tuple(float(weight) for weight in parameters)


def _within(bounds: tuple[float, float], value: float) -> float:
    return min(max(value, bounds[0]), bounds[1])
