"""The outline of some notes as lines of text, for the command and the screen."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from rich.cells import set_cell_size

from quizapp.cards.asked import shown
from quizapp.study.coverage import Coverage, Covered, Known
from quizapp.study.words import counted, cut

FIGURES = 43
"""Columns of all figures of a section."""
LEGEND = "⚑ corrects the notes · ✗ did not hold when last verified · ? open"
RULE = (
    "A question is open until a card of its section asks it in the same words, or any card has a piece of it under "
    "`asks`; what they mean is not compared."
)


def lines(found: Coverage, name: str, width: int) -> Iterator[str]:
    """The sections as a tree with their figures, then what is open, then what cards name and the notes lack.

    Args:
        found: What to tell.
        name: Of the notes.
        width: Columns of the terminal.
    """
    titles = max(16, width - FIGURES)
    head = f"{'cards':>6}{'learnt':>8}{'new':>5}{'remembered':>12}{'⚑':>4}{'✗':>4}{'?':>4}"
    yield _row(name, titles) + head
    yield from (_row("  " * part.depth + shown(part.section.title), titles) + _section(part) for part in found.sections)
    yield _row("all cards", titles) + _figures(found.total, len(found.open))
    yield f"\n{LEGEND}\n"
    if bare := sum(part.bare for part in found.sections):
        yield f"{counted(bare, 'section')} of {len(found.sections)} {'has' if bare == 1 else 'have'} text and no card."
    if found.unfiled:
        yield f"{counted(found.unfiled, 'card')} {'names' if found.unfiled == 1 else 'name'} no section."
    if found.open:
        todo = sum(one.todo for one in found.open)
        yield f"Open: {counted(len(found.open) - todo, 'question')}, {counted(todo, 'TODO')}."
        yield from wrap(RULE, width)
        yield from (cut(f"{one.line:>6}  {'todo: ' if one.todo else ''}{one.text}", width) for one in found.open)
    yield from found.gone


def _row(title: str, width: int) -> str:
    return set_cell_size(cut(title, width - 1), width)


def _section(part: Covered) -> str:
    """The figures of a section; where it has no card, that."""
    if part.known.cards:
        return _figures(part.known, part.open)
    return f"{'no card' if part.bare else '':>31}{'':>8}{part.open or '':>4}".rstrip()


def _figures(known: Known, open_: int) -> str:
    share = "" if known.remembered is None else f"{known.remembered:.0%}".replace("%", " %")
    counts = f"{known.cards:>6}{known.learnt:>8}{known.new:>5}{share:>12}"
    return f"{counts}{known.corrects or '':>4}{known.doubtful or '':>4}{open_ or '':>4}".rstrip()
