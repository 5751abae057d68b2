"""What the entries of a deck file ask: a stub without an answer is no card, and asks all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from quizapp.cards.asked import Asked
from quizapp.cards.covered import asked_by_none, is_about
from quizapp.cards.files import read_bytes
from quizapp.cards.nodes import Complaint, Items, Mapping, Node, Scalar
from quizapp.cards.outline import Section, named
from quizapp.cards.plain_yaml import decode, parse


@dataclass(frozen=True, slots=True)
class Stub:
    """An entry as far as it says what it asks."""

    question: str
    section: str
    """As it is named; empty where none is."""
    asks: tuple[str, ...]


def stubs_about(notes: str, path: Path) -> tuple[Stub, ...] | None:
    """The entries of a deck file that names these notes; none where it names others, None where it cannot be read."""
    try:
        text = decode(read_bytes(path))
    except OSError:
        return None
    root = None if isinstance(text, Complaint) else parse(text)[0]
    if root is None:
        return None
    entries = root.get("cards") if isinstance(root, Mapping) and is_about(notes, _text(root, "notes")) else None
    return tuple(_stubs(entries.items)) if isinstance(entries, Items) else ()


def undrafted(found: Iterable[Asked], stubs: Iterable[Stub], sections: Iterable[Section]) -> list[Asked]:
    """What the notes ask and no stub does, which is told as of a card."""
    find = named(sections)
    return asked_by_none(found, ((find(stub.section), stub.question, stub.asks) for stub in stubs))


def _stubs(entries: tuple[Node, ...]) -> Iterator[Stub]:
    for entry in entries:
        if isinstance(entry, Mapping):
            asks = entry.get("asks")
            pieces = asks.items if isinstance(asks, Items) else ()
            texts = tuple(piece.text for piece in pieces if isinstance(piece, Scalar))
            yield Stub(_text(entry, "question"), _text(entry, "section"), texts)


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else ""
