"""Mistakes that can be put right without asking: a key that can only mean one thing, a list of one, an old spelling."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from quizapp.cards.deck import PARTS, DeckFile, Entry
from quizapp.cards.identity import ID_PATTERN
from quizapp.cards.mending.ids import deck_cards
from quizapp.cards.mending.mends import Mend
from quizapp.cards.nodes import Items, Mapping, Node, Scalar

CLOSE = 0.75
"""How near (0 to 1) a key must be to the one that it is changed to; what `check` asks about may be further off."""
LISTS = ("after", "tags")
"""Keys with a list of words, where a single word stands for a list of one."""


def key_mends(_: str, root: Mapping) -> Iterator[Mend]:
    """Every misspelt key of a deck that can only mean one."""
    yield from _keys(root, DeckFile.model_fields)
    for card in deck_cards(root):
        yield from _keys(card, Entry.model_fields)
        for key, part in PARTS.items():
            for mapping in _mappings(card.get(key)):
                yield from _keys(mapping, part.model_fields)


def value_mends(text: str, root: Mapping) -> Iterator[Mend]:
    """Every value of a deck that can only be meant one way."""
    yield from _composed(text, root, "deck")
    for card in deck_cards(root):
        yield from _composed(text, card, "id")
        for key in LISTS:
            yield from _list_of_one(text, card, key)


def _mappings(node: Node | None) -> list[Mapping]:
    items = node.items if isinstance(node, Items) else (node,)
    return [item for item in items if isinstance(item, Mapping)]


def _keys(mapping: Mapping, known: Iterable[str]) -> Iterator[Mend]:
    """Keys that are no keys, where exactly one that is near is not there yet."""
    there = {key.text for key, _ in mapping.pairs}
    free = [name for name in known if name not in there]
    meant: dict[str, list[Scalar]] = {}
    for key, _ in mapping.pairs:
        close = difflib.get_close_matches(key.text.lower(), free, n=2, cutoff=CLOSE) if key.text not in known else []
        if len(close) == 1:
            meant.setdefault(close[0], []).append(key)
    for name, keys in meant.items():
        if len(keys) == 1:
            (key,) = keys
            yield Mend(key.start, key.end, name, (f"={name}",), f"the key `{key.text}` is now `{name}`.")


def _list_of_one(text: str, card: Mapping, key: str) -> Iterator[Mend]:
    value = card.get(key)
    if isinstance(value, Scalar) and re.match(ID_PATTERN, value.text):
        written = f"[{text[value.start : value.end]}]"
        yield Mend(
            value.start, value.end, written, ("[", f"={value.text}", "]"), f"`{key}` is now a list of one: `{written}`."
        )


def _composed(text: str, mapping: Mapping, key: str) -> Iterator[Mend]:
    """An id whose accents are characters of their own, spelt as it is typed."""
    value = mapping.get(key)
    if isinstance(value, Scalar) and (composed := unicodedata.normalize("NFC", value.text)) != value.text:
        written = unicodedata.normalize("NFC", text[value.start : value.end])
        told = f"the characters of the id '{composed}' are now composed ones."
        yield Mend(value.start, value.end, written, (f"={composed}",), told)
