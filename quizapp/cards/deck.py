"""The deck as it is written: the schema of a YAML file (DESIGN §5), strict and frozen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, Strict, StrictBool, model_validator

from quizapp.cards.identity import ID_PATTERN

NOT_BLANK = r"\S"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Text = Annotated[str, Field(pattern=NOT_BLANK, min_length=1, max_length=20_000)]
Tolerance = Annotated[FiniteFloat, Field(ge=0), Strict()]
Value = int | FiniteFloat | bool | str
"""What `vary` may draw: a number, a truth value or a text."""


class Part(BaseModel):
    """A part of a deck: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Part):
    """One option of a choice card."""

    text: Text
    right: StrictBool = False
    why: str = ""
    """Shown after the answer: why it is right, or what it mistakes."""

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


class TypedAnswer(Part):
    """Answers that count when typed."""

    accept: tuple[Text, ...] = Field(min_length=1)
    ignore_case: StrictBool = False
    tolerance: Tolerance | None = None
    """For numbers: how far off still counts."""


class Prediction(Part):
    """What the learner predicts: an expression evaluated after the code."""

    value: Text
    tolerance: Tolerance = 0.0


class Verify(Part):
    """The claim's proof."""

    model: Literal["causal", "masked", "none"]
    code: Text


PARTS: dict[str, type[Part]] = {"choices": Choice, "type": TypedAnswer, "predict": Prediction, "verify": Verify}
"""By key of an entry: what it is made of."""


class Entry(Part):
    """One card of the file; a cloze is several cards, one for each deletion."""

    id: Id
    question: Text | None = None
    answer: Text | None = None
    section: str | None = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    after: tuple[Text, ...] = ()
    """Entries that are to be learnt first: ids of this deck, or `deck/card`."""
    choices: tuple[Choice, ...] | None = None
    type: TypedAnswer | None = None
    cloze: Text | None = None
    predict: Prediction | None = None
    vary: dict[str, tuple[Value, ...]] = Field(default_factory=dict)
    corrects: str | None = None
    """What the note said, where the note is wrong."""
    asks: tuple[Text, ...] = ()
    """What the notes ask and this card asks in other words, a piece of their line each, for `outline` to know."""
    verify: Verify | None = None


class Header(Part):
    """What a file says of the deck as a whole."""

    deck: Id
    title: Text
    notes: str | None = None
    """A file in the configured notes folder."""


class DeckFile(Header):
    """The whole file."""

    cards: tuple[Entry, ...] = Field(min_length=1)
