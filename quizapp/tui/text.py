"""The one door through which foreign text reaches the screen: cleaned, and never markup."""

from __future__ import annotations

import re
from pathlib import Path

from textual.content import Content

from quizapp.cards.sanitize import clean

ACCENT = "$text-accent"
CODE = re.compile(r"`([^`\n]+)`")
MUTED = "$foreground 60%"
"""The style of what is there but not to be read first."""


def foreign(text: str, style: str = "") -> Content:
    """Text of a deck, a model or the learner as content: control characters shown or gone, brackets just brackets."""
    return Content.styled(clean(text), style) if style else Content(clean(text))


def one_line(text: str, style: str = "") -> Content:
    """As `foreign`, on a single line."""
    return foreign(" ".join(text.split()), style)


def inline(text: str, style: str = "") -> Content:
    """As `foreign`, with what stands in backticks shown as code; nothing else of Markdown is read."""
    parts = CODE.split(clean(text))
    code = f"{style} $text-warning".strip()
    return Content.assemble(*((part, code if at % 2 else style) for at, part in enumerate(parts)))


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
