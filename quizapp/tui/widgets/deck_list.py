"""The decks as rows: what is due, in learning and new, and how well each is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizapp.tui.text import ACCENT, MUTED, fit, one_line

BAR_CELLS = 10
NUMBERS = (("due", 6), ("learn", 7), ("new", 6))
GAP = 4
SHARE = 5
NARROW = 64
"""Under this many cells the bar is left out and only its number stays."""


@dataclass(frozen=True, slots=True)
class DeckRow:
    """One row; `deck` None is the row of all decks together."""

    deck: str | None
    title: str
    due: int
    learning: int
    new: int
    remembered: float | None
    """Mean retrievability, 0–1; None while nothing of it was learnt."""
    held: int = 0
    """New cards that wait until others are learnt; not among the new."""


class DeckList(OptionList):
    """A list of decks, its columns aligned at any width."""

    DEFAULT_CSS = """
    DeckList, DeckList:focus { height: auto; border: none; padding: 0 1; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "study", id="home.study", tooltip="Study what is due in this deck")
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._rows: tuple[DeckRow, ...] = ()
        self._select_when_shown = False

    def action_select(self) -> None:
        """Select the row under the cursor; before there are rows, the first one as soon as they come."""
        if self._rows:
            super().action_select()
        else:
            self._select_when_shown = True

    def show(self, rows: Sequence[DeckRow]) -> None:
        """Replace the rows; the cursor stays on its deck."""
        here = self.chosen
        self._rows = tuple(rows)
        self._draw()
        names = [row.deck for row in self._rows]
        self.highlighted = names.index(here.deck) if here and here.deck in names else 0
        if self._select_when_shown:
            self._select_when_shown = False
            self.action_select()

    @property
    def chosen(self) -> DeckRow | None:
        """The row under the cursor."""
        at = self.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def on_resize(self, event: events.Resize) -> None:
        """Columns follow the width."""
        if self._rows:
            at = self.highlighted
            self._draw()
            self.highlighted = at

    def _draw(self) -> None:
        width = _row_width(self.size.width)
        self.clear_options()
        self.add_options([Option(_row(row, width)) for row in self._rows])


class DeckHeading(Widget):
    """The names of the columns, to stand above the list at its width."""

    DEFAULT_CSS = "DeckHeading { height: 1; padding: 0 1; }"

    def render(self) -> Content:
        """One line, its columns where the rows have theirs."""
        width = _row_width(self.size.width)
        labels = "".join(label.rjust(cells) for label, cells in NUMBERS)
        last = "remembered" if _bar_cells(width) else "kept".rjust(SHARE)
        return Content.styled("Deck".ljust(_title_width(width)) + labels + " " * GAP + last, MUTED)


def _row_width(cells: int) -> int:
    """Cells for a row in a list of so many; before the first layout, those of a small terminal."""
    return max(40, (cells or 78) - 2)


def _row(row: DeckRow, width: int) -> Content:
    title = one_line(row.title, "bold" if row.deck is None else "")
    numbers = [
        (str(count).rjust(cells), "" if count else MUTED)
        for count, (_, cells) in zip((row.due, row.learning, row.new), NUMBERS, strict=True)
    ]
    bar = _remembered(row.remembered, _bar_cells(width))
    return Content.assemble(fit(title, _title_width(width)), *numbers, " " * GAP, *bar)


def _bar_cells(width: int) -> int:
    return BAR_CELLS if width >= NARROW else 0


def _title_width(width: int) -> int:
    return max(8, width - sum(cells for _, cells in NUMBERS) - GAP - _bar_cells(width) - SHARE - 2)


def _remembered(share: float | None, cells: int) -> tuple[tuple[str, str], ...]:
    if share is None:
        return (("–".rjust(cells + SHARE), MUTED),)
    full = round(share * cells)
    return (("▇" * full, ACCENT), ("▁" * (cells - full), MUTED), (f"{share:.0%}".rjust(SHARE), ""))
