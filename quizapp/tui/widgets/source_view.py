"""Code to be read before it may run: every line of it, numbered, with its notes and with what changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.highlight import highlight
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from quizapp.cards.sanitize import reveal
from quizapp.lab.trust_lines import Line
from quizapp.tui.text import ACCENT, MUTED

MARKS = {"+": "$text-success bold", "-": "$text-error bold", " ": ""}
LEAST_ROOM = 20
"""Cells that a line of code has at least, however narrow the screen."""


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of one snippet, under a heading where several are shown."""

    lines: Sequence[Line]
    heading: str = ""
    gap: int = 0
    """Empty rows above."""


class SourceView(Widget):
    """Snippets, one under the other; a line that is too long goes on under itself, beside no number.

    Thousands of snippets are measured at once, but coloured only as they come into sight.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "SourceView { height: auto; padding: 0 1; background: $surface; }"

    def __init__(self, *sources: Source) -> None:
        super().__init__()
        self._sources = [replace(source, gap=int(at > 0 and bool(source.heading))) for at, source in enumerate(sources)]
        self._measured: tuple[int, list[int]] = (0, [])
        self._coloured: dict[int, list[Content]] = {}

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows the code takes at `width` cells."""
        return self._ends(width)[-1]

    def render_line(self, y: int) -> Strip:
        """One row, counted from 0."""
        width = self.content_size.width
        ends = self._ends(width)
        at = bisect_right(ends, y)
        if at == len(ends):
            return Strip.blank(width, self.visual_style.rich_style)
        if at not in self._coloured:
            self._coloured[at] = list(rows(self._sources[at], width))
        row = self._coloured[at][y - (ends[at - 1] if at else 0)]
        return Visual.to_strips(self, row, width, 1, self.visual_style, apply_selection=False)[0]

    @property
    def first_change(self) -> int:
        """The row where something is new or gone, counted from 0; 0 where nothing is."""
        if all(line.mark == " " for source in self._sources for line in source.lines):
            return 0
        drawn = (row for source in self._sources for row in rows(source, self.content_size.width or 80))
        return next((at for at, row in enumerate(drawn) if row.plain.startswith(("+", "-"))), 0)

    def _ends(self, width: int) -> list[int]:
        """The row after the last one of each snippet."""
        if self._measured[0] != width:
            self._measured = width, list(accumulate(height(source, width) for source in self._sources))
            self._coloured.clear()
        return self._measured[1]


def height(source: Source, width: int) -> int:
    """How many rows a snippet takes, without making them."""
    digits, room = _margins(source, width)
    folded = (
        1 if not line.notes and cell_len(text) <= room else len(list(_line(line, Content(text), digits, room)))
        for line in source.lines
        for text in [reveal(line.text)]
    )
    return source.gap + bool(source.heading) + sum(folded)


def rows(source: Source, width: int) -> Iterator[Content]:
    """A snippet as it is shown at a width."""
    digits, room = _margins(source, width)
    yield from [Content()] * source.gap
    if source.heading:
        yield Content.styled(reveal(source.heading), f"bold {ACCENT}")
    for line, text in zip(source.lines, _coloured(source.lines), strict=True):
        yield from _line(line, text, digits, room)


def _margins(source: Source, width: int) -> tuple[int, int]:
    """Digits of the largest number, and the cells that are left for code."""
    digits = len(str(max((line.number or 0 for line in source.lines), default=0)))
    return digits, max(LEAST_ROOM, width - digits - 4)


def _line(line: Line, text: Content, digits: int, room: int) -> Iterator[Content]:
    """A line in as many rows as it needs; the notes at the margin, or below where there is no place for them."""
    gutter = Content.assemble((line.mark, MARKS[line.mark]), (f" {line.number or '':>{digits}}  ", MUTED))
    note = Content.styled(reveal(" · ".join(line.notes)), "$text-warning bold")
    rows = text.fold(room) or [Content()]
    free = room - rows[-1].cell_length - note.cell_length
    if note and free > 1:
        rows[-1] = Content.assemble(rows[-1], " " * free, note)
    elif note:
        rows += [part.pad_left(max(0, room - part.cell_length)) for part in note.fold(room)]
    for row in rows:
        yield Content.assemble(gutter, row)
        gutter = Content(" " * (digits + 4))


def _coloured(lines: Sequence[Line]) -> list[Content]:
    """The text of the lines, that of the code highlighted; a stranger's text is only text, whatever it holds."""
    texts = [reveal(line.text) for line in lines]
    numbered = [at for at, line in enumerate(lines) if line.number is not None]
    code = "\n".join(texts[at] for at in numbered)
    colours = dict(zip(numbered, highlight(code, language="python").split("\n", allow_blank=True), strict=False))
    plain = (Content.styled(text, MUTED) for text in texts)
    return [
        coloured if (coloured := colours.get(at)) and coloured.plain == text else dull
        for at, (text, dull) in enumerate(zip(texts, plain, strict=True))
    ]
