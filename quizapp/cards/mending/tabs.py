"""Tabs before the text of a line, which YAML refuses, as spaces."""

from __future__ import annotations

import re

from quizapp.cards.mending.mends import Fix, tokens
from quizapp.cards.plain_yaml import parse
from quizapp.cards.reading import read_text

WIDTHS = (2, 4, 8)
"""What a tab may have been meant as; the first is written."""
INDENT = re.compile(r"(?<=\n) *(?=[^ \n])")
BEFORE = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)


def without_tabs(text: str) -> tuple[str, list[Fix]]:
    """The text with spaces for its tabs, where it says the same however wide a tab is; else the text as it is."""
    found = BEFORE.search(text)
    if found is None:
        return text, []
    first, *others = (BEFORE.sub(lambda before: before[0].expandtabs(width), text) for width in WIDTHS)  # noqa: B023
    said = _says(first)
    if said is None or any(_says(other) != said for other in others):
        return text, []
    lines = len(BEFORE.findall(text))
    told = f"the tabs before the text of {lines} line{'s' if lines > 1 else ''} are now {WIDTHS[0]} spaces each."
    return first, [Fix(text.count("\n", 0, found.start()) + 1, told)]


def _says(text: str) -> tuple[list[str], list[str]] | None:
    """What a text says but for how far its lines are indented, and what is wrong with it; None where it is no YAML."""
    root, complaints = parse(text)
    if root is None or complaints:
        return None
    return [_levels(token) for _, token in tokens(root)], [fault.message for fault in read_text(text).faults]


def _levels(text: str) -> str:
    """A text with one space before a line for each smaller indentation in it, as Python counts levels."""
    widths = sorted({0, *map(len, INDENT.findall(text))})
    return INDENT.sub(lambda space: " " * widths.index(len(space[0])), text)
