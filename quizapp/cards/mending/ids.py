"""Ids made of words, and cards without an id given one; not another byte of the text changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from quizapp.cards.mending.mends import Mend, mended
from quizapp.cards.nodes import Items, Mapping, Node
from quizapp.cards.plain_yaml import parse

MOST_WORDS = 6
LONGEST = 48
"""Characters of a derived id; a number may follow."""
QUESTIONS = ("question", "cloze", "answer")
"""Where the words of an id are taken from: the first that there is."""


def add_missing_ids(text: str) -> tuple[str, list[str]]:
    """The text of a deck with an `id:` for each card that has none, and those ids in order.

    A text that cannot be parsed, or is no deck, or would come to say anything else, is given back as it is.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    root, _ = parse(body)
    mends = missing_ids(body, root)
    changed, fixes = mended(body, mends)
    return mark + changed, [mend.read[1].removeprefix("=") for mend in mends] if fixes else []


def missing_ids(body: str, root: Node | None) -> list[Mend]:
    """An id for each card of a deck that has none, other than those that there are."""
    cards = deck_cards(root)
    taken = {identity for card in cards if (identity := card.text("id"))}
    mends = []
    for card in cards:
        if card.key("id") is None and card.pairs:
            identity = fresh(_slug(card), taken)
            start, written = card.pairs[0][0].start, f"id: {identity}{_separator(body, card)}"
            told = f"the card has an id now: `{identity}`."
            mends.append(Mend(start, start, written, ("=id", f"={identity}"), told))
    return mends


def deck_cards(root: Node | None) -> list[Mapping]:
    """The cards of a deck's tree that are mappings."""
    cards = root.get("cards") if isinstance(root, Mapping) else None
    return [card for card in cards.items if isinstance(card, Mapping)] if isinstance(cards, Items) else []


def _separator(body: str, card: Mapping) -> str:
    """What stands between two keys of a card: a comma in `{…}`, else a line end and the indentation."""
    if body[card.start] == "{":
        return ", "
    first = card.pairs[0][0].start
    line = body.rfind("\n", 0, first) + 1
    ending = re.compile(r"\r?\n").search(body, first)
    return (ending[0] if ending else "\n") + " " * (first - line)


def _slug(card: Mapping) -> str:
    """The first words of what the card asks, joined by hyphens; letters of every script count."""
    said = next(filter(None, (card.text(key) for key in QUESTIONS)), "")
    return slug(re.sub(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", r"\1", said)) or "card"


def slug(text: str) -> str:
    """The first words of a text, joined by hyphens; letters of every script count. Empty where there are none."""
    letters = unicodedata.normalize("NFC", text).casefold()
    words = "".join(letter if letter.isalpha() or letter.isdecimal() else " " for letter in letters).split()
    return "-".join(words[:MOST_WORDS])[:LONGEST].strip("-")


def fresh(slug: str, taken: set[str]) -> str:
    """The slug, or the slug with the first number that makes it unique; it is taken from now on."""
    identity = next(name for name in _numbered(slug) if name not in taken)
    taken.add(identity)
    return identity


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1
