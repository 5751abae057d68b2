"""Code to be read before it may run: every line of it, numbered, with its notes and with what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.highlight import highlight
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


class SourceView(Widget):
    """Snippets, one under the other; a line that is too long goes on under itself, beside no number."""

    DEFAULT_CSS = "SourceView { height: auto; padding: 0 1; background: $surface; }"

    def __init__(self, *sources: Source) -> None:
        super().__init__()
        self._sources = [(source, _coloured(source.lines)) for source in sources]
        self._drawn: tuple[int, Content] = (0, Content())

    def render(self) -> Content:
        """The code at the present width."""
        return self._at(self.size.width or 80)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines the code takes at `width` cells."""
        return self._at(width).plain.count("\n") + 1

    @property
    def first_change(self) -> int:
        """The row where something is new or gone, counted from 0; 0 where nothing is."""
        rows = self.render().plain.split("\n")
        return next((at for at, row in enumerate(rows) if row.startswith(("+", "-"))), 0)

    def _at(self, width: int) -> Content:
        if self._drawn[0] != width:
            self._drawn = width, Content("\n").join(self._rows(width))
        return self._drawn[1]

    def _rows(self, width: int) -> Iterator[Content]:
        for at, (source, coloured) in enumerate(self._sources):
            if source.heading:
                yield from [Content()] * (at > 0)
                yield Content.styled(reveal(source.heading), f"bold {ACCENT}")
            digits = len(str(max((line.number or 0 for line in source.lines), default=0)))
            room = max(LEAST_ROOM, width - digits - 4)
            for line, text in zip(source.lines, coloured, strict=True):
                yield from _line(line, text, digits, room)


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
    numbered = [at for at, line in enumerate(lines) if line.number is not None]
    code = "\n".join(reveal(lines[at].text) for at in numbered)
    colours = dict(zip(numbered, highlight(code, language="python").split("\n", allow_blank=True), strict=False))
    return [colours.get(at) or Content.styled(reveal(line.text), MUTED) for at, line in enumerate(lines)]
