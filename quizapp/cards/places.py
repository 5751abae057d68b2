"""Where in a deck's text something is, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable

from quizapp.cards.content import Fault, Written
from quizapp.cards.nodes import Complaint, Items, Mapping, Node, Scalar
from quizapp.cards.rules import Loc


def place_of(text: str, node: Node, loc: Loc) -> Written:
    """The place of the value at `loc`, or of what is nearest above it; an index into a text is a line of it.

    For one key of a mapping it is the key itself.
    """
    if len(loc) == 1 and isinstance(node, Mapping) and (key := node.key(str(loc[0]))):
        return place(text, key.line, key.start, key.end)
    for step in loc:
        found: Node | None = None
        match node:
            case Mapping():
                found = node.get(str(step))
            case Items() if isinstance(step, int) and step < len(node.items):
                found = node.items[step]
            case Scalar(style="|") if isinstance(step, int):
                return whole_line(text, node.line + step)
        if found is None:
            break
        node = found
    return place(text, node.line, node.start, node.end)


def place(text: str, line: int, start: int, end: int) -> Written:
    """The part of a text between two offsets, of which the first is in this line, as far as it is on it."""
    begin = text.rfind("\n", 0, start) + 1
    shown = text[start:end].split("\n", 1)[0].rstrip()
    return Written(line=line, column=start - begin + 1, width=max(1, len(shown)))


def whole_line(text: str, number: int) -> Written:
    """A line, but for the space around what is on it."""
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    return Written(line=number, column=len(line) - len(line.lstrip()) + 1, width=len(line.strip()))


def fault(at: Written, message: str, card: str | None = None) -> Fault:
    """A fault at a place."""
    return Fault(line=at.line, column=at.column, width=at.width, message=message, card=card)


def complained(text: str, complaint: Complaint) -> Written:
    """The place of a complaint: what it points at, or else its whole line."""
    if complaint.at < 0:
        return whole_line(text, complaint.line)
    return place(text, complaint.line, complaint.at, complaint.end)


def by_line(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """In the order of their lines, each once."""
    return tuple(dict.fromkeys(sorted(faults, key=lambda found: found.line)))
