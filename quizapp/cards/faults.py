"""What is wrong in a deck's text, with its place."""

from __future__ import annotations

from collections.abc import Iterable

from quizapp.cards.content import Fault, Written
from quizapp.cards.nodes import Complaint
from quizapp.cards.places import place, whole_line


def fault(at: Written, message: str, card: str | None = None) -> Fault:
    """A fault at a place."""
    return Fault(line=at.line, column=at.column, width=at.width, message=message, card=card)


def complained(text: str, complaint: Complaint) -> Written:
    """The place of a complaint: the character it is at, or else its whole line."""
    if complaint.at < 0:
        return whole_line(text, complaint.line)
    return place(text, complaint.line, complaint.at, complaint.at + 1)


def by_line(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """In the order of their lines, each once."""
    return tuple(dict.fromkeys(sorted(faults, key=lambda found: found.line)))
