"""The section of the learner's own notes that a card came from."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from quizapp.cards.card import Card, Deck
from quizapp.cards.outline import section_text
from quizapp.tui.text import foreign, one_line
from quizapp.tui.widgets.prose import prose

NOTE_LIMIT = 20_000
"""Characters of a section that are shown; Markdown makes a widget of each paragraph."""
NO_FOLDER = "No notes folder is set; set `notes` in the settings, or QUIZAPP_NOTES."


class NoteScreen(ModalScreen[None]):
    """Shows the note, or says plainly why it cannot."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q,space", "dismiss", "back", id="note.back", tooltip="Close the note")
    ]

    def __init__(self, folder: Path | None, deck: Deck, card: Card) -> None:
        super().__init__()
        self._folder, self._deck, self._card = folder, deck, card

    def compose(self) -> ComposeResult:
        """A titled, scrolling box."""
        with VerticalScroll(classes="box") as box:
            box.border_title = one_line(f"{self._deck.notes or 'notes'} · {self._card.entry.section}").markup
            box.border_subtitle = "esc closes"
            text = self._text()
            if isinstance(text, Content):
                yield Static(text, markup=False)
            else:
                yield prose(text[:NOTE_LIMIT])

    def _text(self) -> str | Content:
        """The section as Markdown, or the reason there is none."""
        if self._deck.notes is None or self._card.entry.section is None:
            return Content("This card names no section of any notes.")
        if self._folder is None:
            return Content(NO_FOLDER)
        path = self._folder / Path(self._deck.notes).name
        try:
            text = section_text(path.read_text(encoding="utf-8", errors="replace"), self._card.entry.section)
        except FileNotFoundError:
            return foreign(f"There is no {path}; this deck's notes are looked for there. Put the file into the folder.")
        except OSError as error:
            return foreign(f"{path} cannot be read: {error.strerror}.")
        return text or foreign(f"{path} has no section {self._card.entry.section!r}.")
