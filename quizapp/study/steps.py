"""The waits of a card in learning or relearning, by Anki's rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from quizapp.study.fuzz import rounded
from quizapp.study.memory import Rating

DAY = timedelta(days=1)


def next_step(steps: Sequence[timedelta], step: int, rating: Rating) -> tuple[int, timedelta] | None:
    """The step a card goes to and how long it waits there; None when it graduates to days.

    Again goes back to the first step, Hard repeats the step, Good takes the next, Easy graduates at once.
    """
    if not steps or rating is Rating.EASY:
        return None
    if rating is Rating.AGAIN:
        return 0, steps[0]
    step = min(step, len(steps) - 1)
    if rating is Rating.HARD:
        return step, steps[step] if step else _hard_first(steps)
    return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None


def _hard_first(steps: Sequence[timedelta]) -> timedelta:
    """Hard on the first step: between Again and Good; half as long again, but at most a day, when it is alone."""
    wait = (steps[0] + steps[1]) / 2 if len(steps) > 1 else min(steps[0] * 3 / 2, steps[0] + DAY)
    return DAY * rounded(wait / DAY) if wait > DAY else wait
