"""What the entries of a deck file ask: a stub without an answer is no card, and asks all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from quizapp.cards.asked import Asked
from quizapp.cards.covered import asked_by_none, is_about
from quizapp.cards.files import read_bytes
from quizapp.cards.mending.ids import deck_cards
from quizapp.cards.nodes import Complaint, Items, Mapping, Scalar
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
    if not isinstance(root, Mapping) or not is_about(notes, root.text("notes")):
        return ()
    return tuple(map(_stub, deck_cards(root)))


def undrafted(found: Iterable[Asked], stubs: Iterable[Stub], sections: Iterable[Section]) -> list[Asked]:
    """What the notes ask and no stub does, which is told as of a card."""
    find = named(sections)
    return asked_by_none(found, ((find(stub.section), stub.question, stub.asks) for stub in stubs))


def _stub(entry: Mapping) -> Stub:
    asks = entry.get("asks")
    pieces = asks.items if isinstance(asks, Items) else ()
    texts = tuple(piece.text for piece in pieces if isinstance(piece, Scalar))
    return Stub(entry.text("question") or "", entry.text("section") or "", texts)
