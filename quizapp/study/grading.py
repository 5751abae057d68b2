"""Whether a response is right, and the rating that speaks for.

Everything here takes hostile text: bounded in length and depth, and nothing but ValueError is raised. A verdict of
the lab never rates a card; these rules only suggest, and the learner decides.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import cast

from quizapp.cards.deck import Choice, TypedAnswer
from quizapp.cards.proof import Verdict
from quizapp.study.literals import Literal, parse_literal, without_torch
from quizapp.study.memory import Rating

__all__ = ["Comparison", "Literal", "compare", "grade_choice", "grade_typed", "parse_literal", "suggest"]

LONGEST_RESPONSE = 20_000
"""Characters; more is not an answer."""
ROUNDING = 1e-9
"""Relative slack, so that 1.1 is within 0.1 of 1.0 and 0.1 + 0.2 is 0.3."""
MOST_DIFFERENCES = 8
A_GUESS = 50
"""Per cent: a confidence that says the learner could as well have tossed a coin."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A prediction beside what was observed."""

    matches: bool
    differences: tuple[str, ...] = ()
    """Where they differ, in words; the first few."""


def grade_typed(response: str, answer: TypedAnswer) -> bool:
    """Whether a typed response is one of those accepted.

    Width, spacing and, where the card says so, case are ignored. With a tolerance, numbers count that are near.
    """
    if len(response) > LONGEST_RESPONSE:
        return False
    typed = _folded(response, ignore_case=answer.ignore_case)
    accepted = [_folded(text, ignore_case=answer.ignore_case) for text in answer.accept]
    if typed in accepted:
        return True
    if answer.tolerance is None:
        return False
    number = _number(typed)
    numbers = [_number(text) for text in accepted]
    return number is not None and any(near(number, n, answer.tolerance) for n in numbers if n is not None)


def grade_choice(index: int, choices: Sequence[Choice]) -> bool:
    """Whether the choice at `index`, as shown, is the right one."""
    return 0 <= index < len(choices) and choices[index].right


def compare(prediction: str, observed: str, tolerance: float = 0.0) -> Comparison:
    """Compare a prediction with what the model did, by structure.

    Tuples, lists, tensors and `torch.Size` of the same items are equal, 1 equals 1.0 and nan equals nan; True does not
    equal 1. Numbers may be `tolerance` apart wherever they stand, but for those in sets and the keys of mappings.
    Where a text was observed, a prediction without quotation marks is taken as text, and `float32` for `torch.float32`.

    Raises:
        ValueError: one of the two is not a literal; the message says what is wrong with it.
    """
    try:
        truth = parse_literal(observed)
    except ValueError as error:
        raise ValueError(
            "What the model did is no plain value, so it cannot be compared; judge for yourself."
        ) from error
    try:
        guess = parse_literal(prediction)
    except ValueError:
        if not isinstance(truth, str):
            raise
        guess = prediction.strip()
    if isinstance(truth, str) and not isinstance(guess, str):
        guess = prediction.strip()
    differences = tuple(_differences(guess, truth, tolerance, ""))
    return Comparison(not differences, differences[:MOST_DIFFERENCES])


def suggest(correct: bool | None, *, confidence: int | None = None, verdict: Verdict | None = None) -> Rating | None:
    """The rating a response speaks for: Again when wrong, Good when right, Hard when right by a guess.

    Nothing when nothing could be graded, or when the card's own claim was refuted: then the card is in doubt, not the
    learner. Never Easy: only the learner knows how easy it was.
    """
    if correct is None or verdict is Verdict.REFUTED:
        return None
    if not correct:
        return Rating.AGAIN
    return Rating.HARD if confidence is not None and confidence <= A_GUESS else Rating.GOOD


def near(one: float, other: float, tolerance: float) -> bool:
    """Whether two numbers are at most `tolerance` apart, but for rounding; nan is near nan."""
    if one == other:
        return True
    try:
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        apart = abs(one - other)
        exact = isinstance(one, int) and isinstance(other, int) and tolerance == 0
        slack = 0.0 if exact else ROUNDING * max(abs(one), abs(other))
        return math.isfinite(apart) and apart <= tolerance + slack
    except OverflowError:  # a whole number beyond every float is near none but itself
        return False


def _differences(guess: Literal, truth: Literal, tolerance: float, place: str) -> list[str]:
    """Where two values differ, each with its place, as `[1]['loss']`."""
    if isinstance(guess, list | tuple) and isinstance(truth, list | tuple):
        if len(guess) != len(truth):
            return [f"{place or 'the whole'}: {len(guess)} items predicted, {len(truth)} observed"]
        pairs = enumerate(zip(guess, truth, strict=True))
        return [line for i, (one, other) in pairs for line in _differences(one, other, tolerance, f"{place}[{i}]")]
    if isinstance(guess, dict) and isinstance(truth, dict):
        guessed = {_comparable(key): value for key, value in guess.items()}
        common = [(key, guessed[same]) for key in truth if (same := _comparable(key)) in guessed]
        inside = (_differences(value, truth[key], tolerance, f"{place}[{_brief(key)}]") for key, value in common)
        return [*_unshared(guess, truth, place), *(line for lines in inside for line in lines)]
    if isinstance(guess, set) and isinstance(truth, set):
        return _unshared(guess, truth, place)
    return [] if _same(guess, truth, tolerance) else [_difference(guess, truth, place) + _note(guess, truth, tolerance)]


def _same(guess: Literal, truth: Literal, tolerance: float) -> bool:
    """Whether two values that hold no others are the same."""
    if isinstance(guess, bool) or isinstance(truth, bool):
        return guess is truth
    if isinstance(guess, int | float) and isinstance(truth, int | float):
        return near(guess, truth, tolerance)
    if isinstance(guess, str) and isinstance(truth, str):
        return without_torch(guess) == without_torch(truth)
    return guess is None and truth is None


def _unshared(guess: Collection[Literal], truth: Collection[Literal], place: str) -> list[str]:
    """What only one of two sets, or of the keys of two mappings, has."""
    where = f"{place}: " if place else ""
    guessed, there = set(map(_comparable, guess)), set(map(_comparable, truth))
    extra = [item for item in guess if _comparable(item) not in there]
    missed = [item for item in truth if _comparable(item) not in guessed]
    return [
        *(f"{where}{_brief(item)} predicted, but it is not there" for item in extra),
        *(f"{where}{_brief(item)} observed, but not predicted" for item in missed),
    ]


def _comparable(item: Literal) -> Hashable:
    """What an item of a set, or a key, is looked up by: Python's own rule, but for truth values and torch's names."""
    if isinstance(item, bool):
        return bool, item
    if isinstance(item, str):
        return without_torch(item)
    return tuple(map(_comparable, item)) if isinstance(item, tuple) else cast("Hashable", item)


def _difference(guess: Literal, truth: Literal, place: str) -> str:
    return f"{place + ': ' if place else ''}{_brief(guess)} predicted, {_brief(truth)} observed"


def _note(guess: Literal, truth: Literal, tolerance: float) -> str:
    """Why they count as different, where that does not meet the eye."""
    if not (isinstance(guess, int | float) and isinstance(truth, int | float)):
        return ""
    if isinstance(guess, bool) != isinstance(truth, bool):
        return " (a truth value is not a number)"
    apart = abs(float(guess) - float(truth)) if tolerance and _is_float(guess) and _is_float(truth) else math.nan
    return f" ({apart:.3g} apart, {tolerance:g} allowed)" if math.isfinite(apart) else ""


def _is_float(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _brief(value: Literal) -> str:
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= 60 else text[:59] + "…"


def _folded(text: str, *, ignore_case: bool) -> str:
    """One form for texts that look alike: compatible characters, single spaces, the plain minus sign."""
    text = " ".join(unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").split())
    return text.casefold() if ignore_case else text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
