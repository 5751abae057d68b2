"""What the sitting came to; the last rating can still be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from quizapp.errors import QuizappError
from quizapp.study.calibration import A_COIN
from quizapp.study.words import counted, held_back
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.sitting import Sitting
from quizapp.tui.text import lines, one_line

QUESTION_CELLS = 66
MINUTE = timedelta(minutes=1)
RESOLUTION = timedelta(microseconds=1)


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
            yield Static(self._report(), id="report", markup=False)
        yield Footer(show_command_palette=False)

    async def decks_changed(self) -> str:
        """Say what is left now; new cards may have come."""
        self.sitting.take_in(self.quiz.library, self.services.now())
        for report in self.query("#report").results(Static):
            report.update(self._report())
        self.refresh_bindings()
        return ""

    def _report(self) -> Content:
        progress = self.sitting.session.progress
        recalled = progress.done - progress.misses
        return lines(
            Content.styled(f"{counted(progress.done, 'review')} today, in {_spent(progress.spent)}", "bold"),
            Content(f"{recalled} recalled, {progress.misses} missed"),
            self._calibrated(),
            *self._missed(),
            self._waiting(),
        )

    def _calibrated(self) -> Content:
        """How well the confidence in the day's predictions fitted, where there was any."""
        known = self.sitting.session.calibration
        if known is None:
            return Content()
        made = f"{known.right} of {counted(known.predictions, 'prediction')} with a confidence came true"
        return Content(f"{made}: Brier {known.brier:.2f}, where 0 is best and always saying 50 % has {A_COIN}")

    def _missed(self) -> list[Content]:
        library = self.sitting.library
        rows = []
        for card, times in self.sitting.session.missed.items():
            question = library.cards[card].question if card in library.cards else str(card)
            often = f" ×{times}" if times > 1 else ""
            rows.append(
                Content.assemble(
                    ("  ↺ ", "$text-warning"), one_line(question).truncate(QUESTION_CELLS, ellipsis=True), often
                )
            )
        return rows

    def _waiting(self) -> Content:
        until = self.sitting.session.waiting_until
        if until is None:
            ready = self.sitting.session.progress.remaining
            return Content(f"Ready now: {counted(ready, 'card')}; g goes on.") if ready else self._nothing_more()
        local = (until + MINUTE - RESOLUTION).astimezone(self.services.clock.zone)  # not a moment early
        return Content(f"A card in learning comes back at {local:%H:%M}; g goes on then.")

    def _nothing_more(self) -> Content:
        decks = self.sitting.decks
        where = f" in {decks[0].title}" if len(decks) == 1 < len(self.sitting.library.decks) else ""
        first = self.sitting.session.held_back_by
        if not first:
            return one_line(f"Nothing more is due today{where}.")
        held = held_back(self.sitting.session.progress.counts.held)
        titles = dict.fromkeys(self.sitting.library.deck_of(card).title for card in first)
        return one_line(f"Nothing more can be asked now{where}: {held} ({', '.join(titles)}).")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going on is offered while there is something to go on with."""
        return action != "resume" or self.sitting.session.progress.remaining > 0

    def action_leave(self) -> None:
        """Back to the decks."""
        self.app.pop_screen()

    async def action_resume(self) -> None:
        """Back to the cards, if there is one now."""
        try:
            prompt = await self.sitting.ask(self.services.now())
        except QuizappError as error:
            self.tell(str(error), problem=True)
            return
        if prompt is None:
            self.tell("Nothing is due yet.")
        else:
            self.quiz.study(self.sitting, instead=True)

    async def action_undo(self) -> None:
        """Take back the last action and show its card again."""
        if await self.told(self.sitting.take_back(self.services.now())) and self.app.screen is self:
            self.quiz.study(self.sitting, instead=True)


def _spent(span: timedelta) -> str:
    """As `22 s` or `3 min 5 s`."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
