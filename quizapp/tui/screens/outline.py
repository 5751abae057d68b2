"""The notes that a deck names, section by section: what is on cards, how well it is remembered, and what is open."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from quizapp.cards.card import Library
from quizapp.cards.covered import decks_about
from quizapp.cards.notes import read_notes
from quizapp.errors import NotesError
from quizapp.study.coverage import Coverage, Learner, coverage
from quizapp.study.coverage_words import lines
from quizapp.study.disputes import doubtful
from quizapp.tui.screens.note import NO_FOLDER
from quizapp.tui.services import Services
from quizapp.tui.text import foreign, one_line

FRAME = 8
"""Cells beside the text: border, padding and scroll bar."""


async def outline_of(deck: str | None, library: Library, services: Services) -> OutlineScreen:
    """The screen for the notes of one deck, or of all, if they name the same.

    Raises:
        NotesError: there are no such notes, or they cannot be read.
        StoreError: the log cannot be read.
    """
    path = _notes(deck, library, services.notes)
    cards = [card for about in decks_about(path.name, library.decks) for card in about.cards]
    states, proofs = await services.log.states(), await services.log.proofs()
    learner = Learner(states, doubtful(proofs, cards), services.scheduler, services.now())
    return OutlineScreen(path.name, await asyncio.to_thread(lambda: coverage(read_notes(path), cards, learner)))


def _notes(deck: str | None, library: Library, folder: Path | None) -> Path:
    named = {Path(one.notes).name for one in library.decks if one.notes and deck in {None, one.id}}
    if not named:
        raise NotesError("No notes are named here; put `notes:` and the name of a file at the top of the deck.")
    if len(named) > 1:
        raise NotesError("The decks name several notes; choose one of the decks first.")
    if folder is None:
        raise NotesError(NO_FOLDER)
    return folder / named.pop()


class OutlineScreen(ModalScreen[None]):
    """A tree to read and close."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,o,q,space", "dismiss", "back", id="outline.back", tooltip="Close the outline")
    ]

    def __init__(self, name: str, found: Coverage) -> None:
        super().__init__()
        self._file, self._found = name, found

    def compose(self) -> ComposeResult:
        """A titled, scrolling box."""
        with VerticalScroll(classes="box") as box:
            box.border_title = one_line(f"Outline of {self._file}").markup
            box.border_subtitle = "esc closes"
            yield Static(self._told(), markup=False)

    def on_resize(self) -> None:
        """The columns follow the width."""
        self.call_after_refresh(lambda: self.query_one(Static).update(self._told()))

    def _told(self) -> Content:
        """The outline in as many columns as there are; what is longer is wrapped."""
        return foreign("\n".join(lines(self._found, self._file, self.app.size.width - FRAME)))
