"""How well the learner's confidence in predictions fits how often they are right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from quizapp.study.events import Review
from quizapp.study.memory import Rating

CONFIDENCES = (50, 60, 70, 80, 90, 99)
"""Per cent that can be chosen; who is less than half sure would predict something else."""
LEAST, MOST = CONFIDENCES[0], CONFIDENCES[-1]
A_COIN = 0.25
"""The score of always saying 50 %."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Predictions that were made with a confidence, and how it fitted."""

    predictions: int
    right: int
    brier: float
    """The mean of their scores; 0 is best, 1 is worst, `A_COIN` what a coin would have."""


def brier_score(confidence: int, correct: bool) -> float:
    """The square of how far a confidence (per cent) was from what came: 0 is best, 1 is worst.

    It is least, on average, for those who say what they believe. After G. W. Brier, "Verification of forecasts
    expressed in terms of probability", Monthly Weather Review 78 (1950), 1-3; he sums it over both outcomes, which
    for right and wrong is twice this.
    """
    return (confidence / 100 - correct) ** 2


def calibration(reviews: Iterable[Review]) -> Calibration | None:
    """What some reviews come to; None when none of them had a confidence and could be judged."""
    judged = [(review.confidence, right) for review in reviews if (right := was_right(review)) is not None]
    scored = [(confidence, right) for confidence, right in judged if confidence is not None]
    if not scored:
        return None
    return Calibration(len(scored), sum(right for _, right in scored), fmean(brier_score(*each) for each in scored))


def was_right(review: Review) -> bool | None:
    """Whether the response was right, by what was suggested for it; None where nothing could be judged."""
    return None if review.suggested is None else review.suggested is not Rating.AGAIN
