"""Fresh values: what a card's `vary` and the order of its choices come to for one seed."""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.cards.card import Card
from quizapp.cards.deck import Choice, Value
from quizapp.cards.identity import CardId


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it is shown once."""

    values: dict[str, Value]
    """Bound as variables before the snippet runs."""
    question: str
    answer: str
    choices: tuple[Choice, ...]
    """In the order drawn; empty unless it is a choice card."""


def seed_for(card: CardId, reps: int) -> int:
    """The 63-bit seed of a card's review after `reps` reviews: the same on every machine, different every time."""
    digest = hashlib.sha256(f"{card}:{reps}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def draw(card: Card, seed: int) -> Drawn:
    """The card with values drawn and choices shuffled; equal for equal seeds, on every platform."""
    chance = random.Random(seed)  # noqa: S311 - `random()` of a seed is what Python promises never to change
    values = {name: options[int(chance.random() * len(options))] for name, options in card.entry.vary.items()}
    choices = sorted(card.entry.choices or (), key=lambda _: chance.random())
    fill = filler(values)
    return Drawn(
        values,
        fill(card.question),
        fill(card.answer),
        tuple(choice.model_copy(update={"text": fill(choice.text), "why": fill(choice.why)}) for choice in choices),
    )


def filler(values: dict[str, Value]) -> Callable[[str], str]:
    """What puts values in the place of `{name}`, in one pass; any other brace is text."""
    if not values:
        return lambda text: text
    names = re.compile(r"\{(" + "|".join(map(re.escape, values)) + r")\}")
    return lambda text: names.sub(lambda found: str(values[found[1]]), text)


def combinations(card: Card) -> int:
    """How many different draws of values there are; 1 for a card that varies nothing."""
    return math.prod(len(options) for options in card.entry.vary.values())


def every_draw(card: Card, limit: int) -> tuple[dict[str, Value], ...]:
    """All draws of values, or `limit` of them where there are more.

    It was all when there are `combinations(card)` of them. A sample has every single value at least once, as far as
    the limit allows, and is spread evenly over the rest.
    """
    total = combinations(card)
    if total <= limit:
        return tuple(_decode(card, index) for index in range(total))
    sample: dict[int, None] = {}
    for index in _spread(card, total):
        if len(sample) >= limit:
            break
        sample[index] = None
    return tuple(_decode(card, index) for index in sample)


def _spread(card: Card, total: int) -> Iterator[int]:
    """Numbers of draws: a diagonal through every value, then steps of a golden section that reach every draw."""
    longest = max(len(options) for options in card.entry.vary.values())
    for position in range(longest):
        yield _encode(card, position)
    step = total * 618 // 1000
    while math.gcd(step, total) != 1:
        step += 1
    for position in range(total):
        yield position * step % total


def _encode(card: Card, position: int) -> int:
    """The number of the draw that takes each name's value at `position`, counted round and round."""
    index = 0
    for options in card.entry.vary.values():
        index = index * len(options) + position % len(options)
    return index


def _decode(card: Card, index: int) -> dict[str, Value]:
    """The draw of a number, the last name changing fastest."""
    values: dict[str, Value] = {}
    for name, options in reversed(card.entry.vary.items()):
        index, position = divmod(index, len(options))
        values[name] = options[position]
    return {name: values[name] for name in card.entry.vary}
