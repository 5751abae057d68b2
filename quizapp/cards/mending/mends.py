"""Small changes to a deck's text, each at its place, that leave every other byte as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from quizapp.cards.nodes import Items, Mapping, Node, Scalar
from quizapp.cards.plain_yaml import parse


@dataclass(frozen=True, slots=True)
class Mend:
    """One change."""

    start: int
    """Offset of what is replaced."""
    end: int
    text: str
    """What is put there."""
    read: tuple[str, ...]
    """What must be read there then, as `tokens` gives it: instead of what was there, or before it if nothing went."""
    told: str
    """What was done, as a sentence."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One change that was made."""

    line: int
    """1-based, in the text as it is now."""
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """For `check --json`."""
        return {"line": self.line, "message": self.message}


def mended(text: str, mends: Iterable[Mend]) -> tuple[str, list[Fix]]:
    """The text with all changes, and what they are; the text as it is where it would come to say anything else."""
    pieces: list[str] = []
    fixes: list[Fix] = []
    end = added = 0
    mends = sorted(mends, key=lambda mend: (mend.start, mend.end))
    for mend in mends:
        pieces += [text[end : mend.start], mend.text]
        end = mend.end
        fixes.append(Fix(text.count("\n", 0, mend.start) + 1 + added, mend.told))
        added += mend.text.count("\n") - text.count("\n", mend.start, mend.end)
    changed = "".join(pieces) + text[end:]
    return (changed, fixes) if _read(changed, ()) == _read(text, mends) else (text, [])


def moved(fix: Fix, text: str, mends: Iterable[Mend]) -> Fix:
    """A change that was made before others, at the line it is in after them."""
    added = [mend.text.count("\n") for mend in mends if text.count("\n", 0, mend.start) < fix.line]
    return replace(fix, line=fix.line + sum(added))


def _read(text: str, mends: Iterable[Mend]) -> list[str]:
    """What a text says, as after the changes."""
    root, _ = parse(text)
    before = {mend.start: mend.read for mend in mends if mend.start == mend.end}
    instead = {mend.start: mend.read for mend in mends if mend.start < mend.end}
    found = tokens(root) if root else ()
    return [part for start, token in found for part in (*before.get(start, ()), *instead.get(start, (token,)))]


def tokens(node: Node) -> Iterator[tuple[int, str]]:
    """What a tree says, one piece after the other, with the offsets; brackets, which no text is, have none (-1)."""
    match node:
        case Scalar():
            yield node.start, f"={node.text}"
        case Items():
            yield -1, "["
            for item in node.items:
                yield from tokens(item)
            yield -1, "]"
        case Mapping():
            yield -1, "{"
            for key, value in node.pairs:
                yield from tokens(key)
                yield from tokens(value)
            yield -1, "}"
