"""What comes before what: `after:` of a card names those that are to be learnt before it is introduced.

A name is the id of a card of the same deck, or `deck/card`; a cloze is named as a whole. What no deck has holds nothing
back, nor does the last step of a way that leads round in a circle: every card is introduced at last.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import dropwhile
from operator import ne

from quizapp.cards.card import Card, Deck
from quizapp.cards.identity import ID_PATTERN, CardId

Circle = tuple[str, ...]
"""Entries as `deck/card`, of which each comes after the next, and the last after the first."""
MOST = 20
"""Problems of a kind that are told at a time."""
Wrong = tuple[int, str]
"""The index of a name and a sentence; `{card}` in it stands for the card's own name."""


def entry_named(name: str, deck: str) -> str:
    """`deck/card` of what a card of a deck calls `name`."""
    name = name.strip()
    return name if "/" in name else f"{deck}/{name}"


def wrong_names(card: str | None, names: Sequence[str], deck: str, ids: Collection[str]) -> Iterator[Wrong]:
    """What is wrong with the names that a card gives, as far as its own deck, which has these ids, can tell.

    The deck's own id may be wrong, which is told elsewhere.
    """
    seen: set[tuple[str, str]] = set()
    for index, name in enumerate(names):
        first, slash, rest = name.strip().partition("/")
        entry = where, wanted = (first, rest) if slash else (deck, first)
        if not all(re.match(ID_PATTERN, part) for part in (entry if slash else (wanted,))):
            yield index, f"`after` of {{card}} has '{name}', which is no card; write its id, or `deck/card`."
        elif entry in seen:
            yield index, f"`after` of {{card}} has '{name}' twice; remove one."
        elif entry == (deck, card):
            yield index, "{card} comes after itself; remove it from `after`."
        elif where == deck and wanted not in ids:
            yield index, unknown_card(name, "this deck", near(wanted, ids))
        seen.add(entry)


def unknown_card(name: str, deck: str, meant: str | None) -> str:
    """The sentence for a name that a deck does not have; `meant` is what it has instead."""
    correction = f"did you mean '{meant}'?" if meant else "correct or remove it; it holds nothing back."
    return f"`after` of {{card}} names '{name}', which {deck} does not have; {correction}"


def near(name: str, known: Collection[str]) -> str | None:
    """The known name that a misspelt one is closest to."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), None)


def in_order(decks: Sequence[Deck]) -> tuple[tuple[Deck, ...], tuple[Circle, ...]]:
    """The decks, each card knowing those to be learnt before it, and the first circles that were broken for it."""
    parts: dict[str, list[CardId]] = {}
    for deck in decks:
        for card in deck.cards:
            parts.setdefault(card.id.entry, []).append(card.id)
    steps = {
        card.id.entry: [name for name in _named(card) if name in parts and name != card.id.entry]
        for deck in decks
        for card in deck.cards
    }
    circles: list[Circle] = []
    closing: list[tuple[str, str]] = []
    for way, first in _closed(steps):
        closing.append((next(reversed(way)), first))
        if len(circles) < MOST:
            circles.append(tuple(dropwhile(partial(ne, first), way)))
    for last, first in closing:
        steps[last].remove(first)

    def knowing(card: Card) -> Card:
        before = tuple(part for name in steps[card.id.entry] for part in parts[name])
        return replace(card, before=before) if before else card

    return tuple(replace(deck, cards=tuple(map(knowing, deck.cards))) for deck in decks), tuple(circles)


def _named(card: Card) -> list[str]:
    """What a card comes after, each once."""
    return list(dict.fromkeys(entry_named(name, card.id.deck) for name in card.entry.after))


def _closed(steps: Mapping[str, Sequence[str]]) -> Iterator[tuple[dict[str, Iterator[str]], str]]:
    """Ways, valid until the next is asked for, with the entry on them that their last one leads back to.

    Without these last steps no way leads round any more.
    """
    left: set[str] = set()
    for start in steps:
        way = {} if start in left else {start: iter(steps[start])}
        while way:
            here = next(reversed(way))
            step = next(way[here], None)
            if step is None:
                left.add(here)
                del way[here]
            elif step in way:
                yield way, step
            elif step not in left:
                way[step] = iter(steps[step])


def circle_told(circle: Circle, deck: str) -> str:
    """The sentence for a circle, at its first entry, which is in this deck."""
    names = [name.removeprefix(f"{deck}/") for name in (*circle[1:], circle[0])]
    way = ", which comes after ".join(f"'{name}'" for name in names)
    return f"{{card}} comes after {way}: none could be the first; remove one of these from `after`."
