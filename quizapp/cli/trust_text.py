"""Code as `quizapp trust` prints it: whole, numbered and folded, so that no line can pass for another."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator

from rich.cells import chop_cells

from quizapp.cards.card import Card
from quizapp.cards.sanitize import reveal
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust_code import Code, code_of
from quizapp.lab.trust_lines import Line, changed, hidden, lines, notes
from quizapp.lab.trust_reading import Reading
from quizapp.lab.trust_standing import Standing
from quizapp.study.words import counted

LEAST_ROOM = 20
ASKED_BEFORE = frozenset({Standing.SANDBOX, Standing.CHANGED, Standing.REFUSED, Standing.NEVER})
"""Standings that are worth a word over code that is shown because it does not run, or not everywhere."""


def printed(cards: list[Card], trust: Reading, lab: LabSettings) -> Iterator[str]:
    """All the code of some cards, what it reaches out for and what it could do, line by line."""
    everything: list[Line] = []
    for at, card in enumerate(cards, 1):
        code = _code(card)
        standing = trust.standing(card)
        way = f" · {standing.words}" if standing in ASKED_BEFORE else ""
        yield f"\n── {at} of {len(cards)} · {card.id.entry} · model {code.model}{way}"
        shown = lines(code, trust.before(card))
        everything += shown
        yield from numbered(shown)
    yield "\n" + " · ".join([*notes(everything), counted(hidden(everything), "hidden character")])
    yield textwrap.fill(
        f"Each run will have {lab.timeout:g} s and {lab.memory_gb:g} GB. Where a sandbox holds it, as the last line of "
        "`quizapp` says, it will not have the network or your files; elsewhere it can read and change them.",
        shutil.get_terminal_size().columns,
    )
    if not lab.enabled:
        yield "Running code is switched off (`enabled = false` under [lab]): it runs once that is changed."


def changes(card: Card, before: Code | None) -> Iterator[str]:
    """What changed in a card's code, with some lines around."""
    yield f"\n── {card.id.entry}"
    if before is None:
        yield "It changed since it was allowed; what it was then was not kept."
        return
    yield from numbered(changed(lines(_code(card), before)))


def numbered(shown: Iterable[Line | None]) -> Iterator[str]:
    """Lines with their marks, numbers and notes; where one is folded, its parts stand beside no number."""
    listed = list(shown)
    digits = len(str(max((line.number or 0 for line in listed if line), default=0)))
    room = max(LEAST_ROOM, shutil.get_terminal_size().columns - digits - 4)
    for line in listed:
        if line is None:
            yield f"  {'…':>{digits}}"
            continue
        gutter = f"{line.mark} {line.number or '':>{digits}}  "
        for part in chop_cells(reveal(line.text), room) or [""]:
            yield gutter + part
            gutter = " " * len(gutter)
        if line.notes:
            yield f"{'':{digits + 4}}^ {', '.join(line.notes)}"


def _code(card: Card) -> Code:
    code = code_of(card)
    assert code is not None
    return code
