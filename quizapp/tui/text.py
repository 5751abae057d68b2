"""The one door through which foreign text reaches the screen: cleaned, and never markup."""

from __future__ import annotations

import re
from pathlib import Path

from textual.content import Content

from quizapp.cards.sanitize import clean

ACCENT = "$text-accent"
MARKED = re.compile(
    r"`([^`\n]+)`|(?<![\w*])\*\*(?! )([^*\n]+)(?<! )\*\*(?![\w*])|(?<![\w*])\*(?! )([^*\n]+)(?<! )\*(?![\w*])"
)
"""Code, what is strong, and what is stressed; stars within or between words are only stars."""
MARKS = ("$text-warning", "bold", "italic")
DEEPER = 4
"""Cells by which the rest of a line of code is indented that goes on under itself."""
MUTED = "$foreground 60%"
"""The style of what is there but not to be read first."""


def foreign(text: str, style: str = "") -> Content:
    """Text of a deck, a model or the learner as content: control characters shown or gone, brackets just brackets."""
    return Content.styled(clean(text), style) if style else Content(clean(text))


def one_line(text: str, style: str = "") -> Content:
    """As `foreign`, on a single line."""
    return foreign(" ".join(text.split()), style)


def inline(text: str, style: str = "") -> Content:
    """As `foreign`, with code, **strong** and *stressed* text shown so; nothing else of Markdown is read."""
    text = clean(text)
    parts: list[tuple[str, str]] = []
    end = 0
    for found in MARKED.finditer(text):
        kind = found.lastindex or 1
        parts += [(text[end : found.start()], style), (found[kind], f"{style} {MARKS[kind - 1]}".strip())]
        end = found.end()
    return Content.assemble(*parts, (text[end:], style))


def wrapped(line: Content, room: int) -> list[Content]:
    """A line of code in rows of at most `room` cells, broken after a space where there is one; the rest is indented."""
    depth = min(len(line.plain) - len(line.plain.lstrip(" ")) + DEEPER, room // 2)
    rows: list[Content] = []
    while True:
        indent = depth if rows else 0
        row = (line.fold(room - indent) or [Content()])[0]
        after_space = row.plain.rstrip().rfind(" ") + 1
        last = len(row.plain) >= len(line.plain)
        cut = after_space if not last and after_space > len(row.plain) // 3 else len(row.plain)
        rows.append(line[:cut].pad_left(indent))
        if last:
            return rows
        line = line[cut:]


def fit(content: Content, width: int, *, right: bool = False) -> Content:
    """The content in exactly `width` cells: cut with an ellipsis, or padded (at the left with `right`)."""
    cut = content.truncate(width, ellipsis=True)
    missing = max(0, width - cut.cell_length)
    return cut.pad_left(missing) if right else cut.pad_right(missing)


def lines(*parts: Content) -> Content:
    """The parts, one under the other; empty ones take no line."""
    return Content("\n").join([part for part in parts if part])


def place(path: Path) -> str:
    """A file in its folder, short enough for a line."""
    return f"{path.parent.name}/{path.name}"
