"""What the sitting came to; the last rating can still be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from quizapp.study.words import counted
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.sitting import Sitting
from quizapp.tui.text import lines, one_line

QUESTION_CELLS = 66


class SummaryScreen(QuizScreen[None]):
    """Shown when nothing is left to study now."""

    CSS_PATH = "summary.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,q,escape", "leave", "decks", id="summary.leave", tooltip="Back to the decks"),
        Binding("g", "resume", "go on", id="summary.resume", tooltip="Go on with cards that have come due"),
        Binding("u", "undo", "undo", id="summary.undo", tooltip="Take back the last rating, suspension or burying"),
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting

    def compose(self) -> ComposeResult:
        """A few lines and the keys."""
        yield Static("Done for now", id="title", markup=False)
        with VerticalScroll(id="summary"):
            yield Static(self._report(), markup=False)
        yield Footer(show_command_palette=False)

    def _report(self) -> Content:
        progress = self.sitting.session.progress
        minutes, seconds = divmod(round(progress.spent.total_seconds()), 60)
        recalled = progress.done - progress.misses
        return lines(
            Content.styled(f"{counted(progress.done, 'review')} today, in {minutes}:{seconds:02} minutes", "bold"),
            Content(f"{recalled} recalled, {progress.misses} missed"),
            *self._missed(),
            self._waiting(),
        )

    def _missed(self) -> list[Content]:
        library = self.sitting.library
        rows = []
        for card, times in self.sitting.session.missed.items():
            question = library.cards[card].question if card in library.cards else str(card)
            often = f" ×{times}" if times > 1 else ""
            rows.append(
                Content.assemble(("  ↺ ", "$text-warning"), one_line(question).truncate(66, ellipsis=True), often)
            )
        return rows

    def _waiting(self) -> Content:
        until = self.sitting.session.waiting_until
        if until is None:
            return Content("Nothing more is due today.")
        local = until.astimezone(self.services.clock.zone)
        return Content(f"A card in learning comes back at {local:%H:%M}; g goes on then.")

    def action_leave(self) -> None:
        """Back to the decks."""
        self.app.pop_screen()

    async def action_resume(self) -> None:
        """Back to the cards, if there is one now."""
        if await self.told(self.sitting.ask(self.services.now())) is None:
            self.tell("Nothing is due yet.")
        else:
            self.quiz.study(self.sitting, instead=True)

    async def action_undo(self) -> None:
        """Take back the last action and show its card again."""
        if await self.told(self.sitting.take_back(self.services.now())) and self.app.screen is self:
            self.quiz.study(self.sitting, instead=True)
