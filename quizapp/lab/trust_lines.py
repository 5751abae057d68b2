"""Code laid out to be read before it is allowed: whole, numbered, with notes, and with what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from quizapp.cards import sanitize
from quizapp.lab.trust_code import Code
from quizapp.lab.trust_reach import reach


@dataclass(frozen=True, slots=True)
class Line:
    """One line to read; its text is foreign: `sanitize.reveal` it."""

    text: str
    number: int | None = None
    """1-based, in the snippet; None for what stands beside it (`drawn`, `predict`, `model`) and for what is gone."""
    mark: str = " "
    """`+` or `-` where it is new or gone since the code was allowed."""
    notes: tuple[str, ...] = ()
    """What it reaches out for."""


def lines(code: Code, before: Code | None = None) -> list[Line]:
    """All that would be run, and between it what was allowed before and is gone."""
    now = _rows(code, before)
    if before is None:
        return now
    old = _rows(before, code, annotate=False)
    merged = []
    matcher = SequenceMatcher(None, [_key(line) for line in old], [_key(line) for line in now])
    for what, old_from, old_to, now_from, now_to in matcher.get_opcodes():
        if what != "equal":
            merged += [Line(line.text, mark="-") for line in old[old_from:old_to]]
        mark = " " if what == "equal" else "+"
        merged += [Line(line.text, line.number, mark, line.notes) for line in now[now_from:now_to]]
    return merged


def changed(lines: list[Line], around: int = 3) -> Iterator[Line | None]:
    """Those lines that changed with some around each, and None for each stretch that is left out."""
    near = {at + by for at, line in enumerate(lines) if line.mark != " " for by in range(-around, around + 1)}
    skipping = False
    for at, line in enumerate(lines):
        if at in near:
            yield line
        elif not skipping:
            yield None
        skipping = at not in near


def hidden(lines: list[Line]) -> int:
    """How many characters of the code an eye would not see; shown, each stands in brackets."""
    return sum(sanitize.hidden(line.text) for line in lines)


def notes(lines: list[Line]) -> list[str]:
    """Every note once, in the order of the lines; those that begin alike are one: `imports: os, urllib`."""
    found: dict[str, dict[str, None]] = {}
    for note in (note for line in lines for note in line.notes):
        kind, _, name = note.partition(": ")
        found.setdefault(kind, {}).update({name: None} if name else {})
    return [f"{kind}: {', '.join(names)}" if names else kind for kind, names in found.items()]


def _rows(code: Code, other: Code | None, *, annotate: bool = True) -> list[Line]:
    """What is bound before the code, the code, what a prediction is compared with; the model where the two differ.

    Only code as it was read now is known to parse, and so annotated: another Python may have read the other.
    """
    rows = [Line(f"model: {code.model}")] if other is not None and other.model != code.model else []
    rows += [Line(f"drawn: {name} = {' or '.join(map(repr, values))}") for name, values in code.vary.items()]
    told = reach(code.code) if annotate else {}
    rows += [Line(text, at, notes=told.get(at, ())) for at, text in enumerate(_split(code.code.rstrip("\n")), 1)]
    if code.predict is not None:
        told = reach(code.predict) if annotate else {}
        rows += [Line(f"predict: {text}", notes=told.get(at, ())) for at, text in enumerate(_split(code.predict), 1)]
    return rows


def _split(text: str) -> list[str]:
    """Where Python, too, ends a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _key(line: Line) -> tuple[bool, str]:
    return line.number is not None, line.text
