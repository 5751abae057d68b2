"""What the learner has done with the card on the screen so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizapp.cards.card import Kind
from quizapp.cards.proof import Run
from quizapp.study.grading import Comparison, compare, grade_choice, grade_typed, suggest
from quizapp.study.memory import Rating
from quizapp.study.session import Prompt


@dataclass(slots=True)
class Attempt:
    """One meeting with one card, from its first sight to its rating."""

    prompt: Prompt
    shown_at: datetime
    response: str | None = None
    choice: int | None = None
    revealed: bool = False
    run: Run | None = None

    @property
    def comparison(self) -> Comparison | None:
        """Prediction against observation; None while either is missing.

        Raises:
            ValueError: the prediction is not a literal; the message says what is wrong with it.
        """
        predict = self.prompt.card.entry.predict
        if predict is None or not self.response or self.run is None or self.run.observed is None:
            return None
        return compare(self.response, self.run.observed, predict.tolerance)

    @property
    def correct(self) -> bool | None:
        """Whether the response was right; None where nothing was answered or nothing can be compared."""
        entry = self.prompt.card.entry
        if self.choice is not None:
            return grade_choice(self.choice, self.prompt.drawn.choices)
        if self.prompt.card.kind is Kind.TYPE and entry.type is not None and self.response:
            return grade_typed(self.response, entry.type)
        comparison = self.comparison
        return comparison.matches if comparison else None

    @property
    def suggested(self) -> Rating | None:
        """The rating the response speaks for; the learner decides."""
        return suggest(self.correct, verdict=self.run.verdict if self.run else None)
