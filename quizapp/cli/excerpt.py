"""A line of a deck with a pointer under what is meant, and sentences in the width that there is, in cells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from rich.cells import cell_len, chop_cells

from quizapp.cards.card import Problem
from quizapp.cards.files import read_bytes
from quizapp.cards.sanitize import clean

CUT = "…"
AT_MOST = 160
"""Cells of a line that is shown where nobody says how many there are."""


def excerpt(problem: Problem, width: int | None) -> Iterator[str]:
    """The line that a problem is in, and a line of carets; nothing where that line is empty or cannot be read."""
    line = source_line(problem.path, problem.line)
    if not line.strip():
        return
    start = problem.column - 1 if problem.column else len(line) - len(line.lstrip())
    stop = start + problem.width if problem.width else len(line.rstrip())
    gutter = f"{problem.line:>6} │ "
    room = (width or AT_MOST) - len(gutter) - 1
    near = 2 * room  # a line may be as long as its file, so no more of it is looked at than can be shown
    parts = (line[max(0, start - near) : start], line[start:stop][:near], line[stop:][:near])
    before, meant, after = (clean(part, newlines=False) for part in parts)
    before = _tail(before.lstrip(), room // 2)
    meant = _head(meant, max(1, room - cell_len(before)))
    after = _head(after.rstrip(), room - cell_len(before) - cell_len(meant))
    yield f"{gutter}{before}{meant}{after}"
    yield f"{' ' * (len(gutter) - 2)}│ {' ' * cell_len(before)}{'^' * max(1, cell_len(meant))}"


def source_line(path: Path, number: int) -> str:
    """A line of a file, 1-based; empty where there is none."""
    try:
        lines = _lines(path, path.stat().st_mtime_ns)
    except OSError:
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""


@lru_cache
def _lines(path: Path, _: int) -> list[str]:
    """The lines of a file as it is since it was written."""
    return read_bytes(path).decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")


def wrapped(text: str, width: int | None, indent: str = "") -> Iterator[str]:
    """A text in lines of at most `width` cells, those after the first indented; whole without a width."""
    room = (width or 0) - len(indent)
    line = ""
    for piece in _pieces(text, room) if room > 0 else [text]:
        if line and cell_len(line) + cell_len(piece.rstrip()) > room:
            yield line.rstrip()
            line = indent
        line += piece
    yield line.rstrip()


def _pieces(text: str, room: int) -> Iterator[str]:
    """What a text may be broken between: after spaces, and in what is too long, as Chinese is, anywhere."""
    words = text.split(" ")
    for index, word in enumerate(words):
        parts = chop_cells(word, room) if cell_len(word) > room else [word]
        yield from parts[:-1]
        yield parts[-1] + (" " if index < len(words) - 1 else "")


def _head(text: str, room: int) -> str:
    return text if cell_len(text) <= room else (chop_cells(text, max(room - 1, 1))[0] + CUT if room > 1 else "")


def _tail(text: str, room: int) -> str:
    if cell_len(text) <= room:
        return text
    while cell_len(text) >= room:
        text = text[1:]
    return CUT + text
