"""What the learner has done with the card on the screen so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizapp.cards.card import Deck, Kind
from quizapp.cards.proof import Run
from quizapp.study.grading import Comparison, compare, grade_choice, grade_typed, suggest
from quizapp.study.memory import Rating
from quizapp.study.session import Prompt


@dataclass(slots=True)
class Attempt:
    """One meeting with one card, from its first sight to its rating."""

    prompt: Prompt
    deck: Deck
    """The one it was asked from, as that was then."""
    shown_at: datetime
    response: str | None = None
    choice: int | None = None
    confidence: int | None = None
    """Per cent, with a prediction, where the learner said it."""
    revealed: bool = False
    run: Run | None = None
    """The run that counts: the one that answered a prediction; until there is one, the last."""
    comparison: Comparison | None = None
    """Prediction against observation, where both are there and can be compared."""
    incomparable: str = ""
    """Why they cannot be compared, in a sentence."""

    def take(self, run: Run) -> None:
        """Keep what a run showed, unless one before it has answered already."""
        if self.answered:
            return
        self.run = run
        predict = self.prompt.card.entry.predict
        if predict is not None and self.response and run.observed is not None:
            try:
                self.comparison = compare(self.response, run.observed, predict.tolerance)
            except ValueError as error:
                self.incomparable = str(error)

    @property
    def begun(self) -> bool:
        """Whether something was answered, run or shown; until then the card may still be asked in other words."""
        return self.revealed or self.response is not None or self.run is not None

    @property
    def answered(self) -> bool:
        """Whether a run observed what the card asks to predict; no later one changes that, nor how it is judged."""
        predicts = self.prompt.card.kind is Kind.PREDICT
        return predicts and self.run is not None and self.run.observed is not None

    @property
    def correct(self) -> bool | None:
        """Whether the response was right; None where nothing was answered or nothing can be compared."""
        entry = self.prompt.card.entry
        if self.choice is not None:
            return grade_choice(self.choice, self.prompt.drawn.choices)
        if self.prompt.card.kind is Kind.TYPE and entry.type is not None and self.response:
            return grade_typed(self.response, entry.type)
        return self.comparison.matches if self.comparison else None

    @property
    def suggested(self) -> Rating | None:
        """The rating the response speaks for; the learner decides."""
        return suggest(self.correct, confidence=self.confidence, verdict=self.run.verdict if self.run else None)

    @property
    def offered(self) -> Rating | None:
        """The rating that one key accepts: what is suggested, or good when nothing was answered, as for a recall card.

        None for an answer that could not be judged; a key that means "yes" must not make it right.
        """
        return self.suggested or (Rating.GOOD if self.response is None else None)
