"""How far decks cover the notes they name, section by section, and how well that is remembered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from quizapp.cards.asked import Asked, asked
from quizapp.cards.card import Card
from quizapp.cards.covered import gone, places, unasked
from quizapp.cards.identity import CardId
from quizapp.cards.outline import Section, around, lines_of, outline
from quizapp.study.memory import CardState, State
from quizapp.study.scheduler import Scheduler
from quizapp.study.stats import remembered


@dataclass(frozen=True, slots=True)
class Known:
    """What some cards come to."""

    cards: int
    learnt: int
    """In review or relearning."""
    new: int
    """Never answered; what is neither learnt nor new is being learnt."""
    remembered: float | None
    """The mean chance (0–1) that one of them is recalled now; None where none was ever answered."""
    doubtful: int
    """Claims that did not hold when they were last proved; the siblings of a cloze are one claim."""
    corrects: int
    """How many say where the note is wrong, counted likewise."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A section, with all that is below it."""

    section: Section
    depth: int
    """In how many sections it lies."""
    known: Known
    open: int
    """How much its notes ask that no card does."""
    bare: bool
    """It says something of its own, and there is no card in it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole notes."""

    total: Known
    """Of all cards of the decks that name them."""
    sections: tuple[Covered, ...]
    open: tuple[Asked, ...]
    unfiled: int
    """Cards that name no section."""
    gone: tuple[str, ...]
    """A sentence for each section or question that a card names and the notes do not have."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "total": asdict(self.total),
            "sections": [
                {
                    "title": part.section.title,
                    "line": part.section.line,
                    "depth": part.depth,
                    **asdict(part.known),
                    "open": part.open,
                    "bare": part.bare,
                }
                for part in self.sections
            ],
            "open": [{"line": one.line, "text": one.text, "todo": one.todo} for one in self.open],
            "unfiled": self.unfiled,
            "gone": list(self.gone),
        }


@dataclass(frozen=True, slots=True)
class Learner:
    """What is known of the learner and of the claims, to look at any cards with."""

    states: Mapping[CardId, CardState]
    """The fold of the log."""
    doubtful: Collection[str]
    """As `deck/card`: whose claims did not hold when they were last proved."""
    scheduler: Scheduler
    now: datetime
    """UTC."""

    def known(self, cards: Sequence[Card]) -> Known:
        """What these cards come to."""
        met = [self.states.get(card.id, CardState()).state for card in cards]
        return Known(
            cards=len(cards),
            learnt=sum(state in {State.REVIEW, State.RELEARNING} for state in met),
            new=met.count(State.NEW),
            remembered=remembered(cards, self.states, self.scheduler, self.now),
            doubtful=len({card.id.entry for card in cards} & set(self.doubtful)),
            corrects=len({card.id.entry for card in cards if card.entry.corrects}),
        )


def coverage(notes: str, cards: Sequence[Card], learner: Learner) -> Coverage:
    """Work it out for the text of some notes and the cards of the decks that name them."""
    sections = outline(notes)
    where = places(cards, sections)
    placed = sorted(((place.line, card) for card in cards if (place := where[card.id])), key=itemgetter(0))
    open_ = unasked(asked(notes), cards, where)
    answering, asking = [line for line, _ in placed], [one.line for one in open_]
    speaking = _speaking(notes, sections)

    def covered(section: Section, depth: int) -> Covered:
        inside = [card for _, card in placed[_within(section, answering)]]
        return Covered(
            section,
            depth,
            learner.known(inside),
            open=len(asking[_within(section, asking)]),
            bare=not inside and section.line in speaking,
        )

    return Coverage(
        total=learner.known(cards),
        sections=tuple(map(covered, sections, _depths(sections))),
        open=tuple(open_),
        unfiled=sum(card.entry.section is None for card in cards),
        gone=tuple(gone(notes, cards, where)),
    )


def _within(section: Section, lines: Sequence[int]) -> slice:
    """Which of the lines, which ascend, belong to the section."""
    return slice(bisect_left(lines, section.line), bisect_right(lines, section.end))


def _depths(sections: Iterable[Section]) -> list[int]:
    """In how many of the sections each one lies."""
    depths: list[int] = []
    for outer in around(sections):
        depths.append(0 if outer is None else depths[outer] + 1)
    return depths


def _speaking(notes: str, sections: Sequence[Section]) -> set[int]:
    """The lines of the headings that have text of their own before the next heading."""
    lines = lines_of(notes)
    ends = [*(section.line - 1 for section in sections[1:]), len(lines)]
    return {
        section.line
        for section, end in zip(sections, ends, strict=False)
        if any(line.strip() for line in lines[section.line : end])
    }
