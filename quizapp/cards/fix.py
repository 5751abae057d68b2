"""What `check --fix` mends: cards without an id are given one, and not another byte of the file changes."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from quizapp.cards.nodes import Items, Mapping, Node, Scalar
from quizapp.cards.plain_yaml import parse
from quizapp.cards.values import plain
from quizapp.errors import DeckError

MOST_WORDS = 6
LONGEST = 48
"""Characters of a derived id; a number may follow."""
QUESTIONS = ("question", "cloze", "answer")
"""Where the words of an id are taken from: the first that there is."""


def fix_file(path: Path) -> list[str]:
    """Write the ids that cards lack into a file, replaced whole; those ids, none where it cannot be read.

    Raises:
        DeckError: it cannot be written; it is as it was.
    """
    target = path.resolve()  # where the path is a link, the link stays
    try:
        fixed, ids = add_missing_ids(target.read_bytes().decode())
    except (OSError, UnicodeDecodeError):
        return []
    if ids:
        new = target.with_name(f".{target.name}.new")
        try:
            new.write_bytes(fixed.encode())
            shutil.copymode(target, new)
            new.replace(target)
        except OSError as error:
            raise DeckError(
                f"{path} cannot be given its ids: {new}: {error.strerror}. The deck is as it was; "
                "check who may write in its folder, and whether there is room."
            ) from error
    return ids


def add_missing_ids(text: str) -> tuple[str, list[str]]:
    """The text of a deck with an `id:` for each card that has none, and those ids in order.

    A text that cannot be parsed, or is no deck, or would come to say anything else, is given back as it is.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix("\ufeff")
    cards = _cards(body)
    taken = {identity for card in cards if (identity := _text(card, "id"))}
    ids: list[str] = []
    pieces: list[str] = []
    end = 0
    for card in cards:
        if card.key("id") is None and card.pairs:
            ids.append(fresh(_slug(card), taken))
            start = card.pairs[0][0].start
            pieces += [body[end:start], f"id: {ids[-1]}", _separator(body, card)]
            end = start
    fixed = "".join(pieces) + body[end:]
    return (mark + fixed, ids) if _says(fixed) == _says(body, ids) else (text, [])


def _says(body: str, ids: Iterable[str] = ()) -> list[object]:
    """The cards of a deck as plain values, those without an id given the next of `ids`."""
    missing = iter(ids)
    cards = [{key.text: plain(value) for key, value in card.pairs} for card in _cards(body)]
    return [card if "id" in card or not card else {"id": next(missing, None), **card} for card in cards]


def _cards(body: str) -> list[Mapping]:
    root, _ = parse(body)
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
    said = next(filter(None, (_text(card, key) for key in QUESTIONS)), "")
    return slug(re.sub(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", r"\1", said)) or "card"


def _text(card: Mapping, key: str) -> str | None:
    value: Node | None = card.get(key)
    return value.text if isinstance(value, Scalar) else None


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
