"""The decks: what is due today, and how well each is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, OptionList, Static

from quizapp.cards.card import Problem
from quizapp.cards.sanitize import clean
from quizapp.errors import StoreError
from quizapp.lab.client import LabState
from quizapp.study.disputes import Dispute, disputed, summary
from quizapp.study.words import held_back
from quizapp.tui.figures import Figures, figures
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.disputes import DisputesScreen
from quizapp.tui.screens.outline import outline_of
from quizapp.tui.text import MUTED, lines, one_line, place
from quizapp.tui.widgets.deck_list import DeckHeading, DeckList
from quizapp.tui.widgets.lab_line import LabLine

PROBLEMS_SHOWN = 3
RETENTION_SPAN = timedelta(days=30)
"""How far back the true retention looks; a whole log of years takes seconds to read."""


class HomeScreen(QuizScreen[None]):
    """Where every sitting starts and ends."""

    CSS_PATH = "home.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "undo", id="home.undo", tooltip="Take back the last rating, suspension or burying"),
        Binding("d", "disputes", "disputed", id="home.disputes", tooltip="Look at the claims that held and do not now"),
        Binding("o", "outline", "outline", id="home.outline", tooltip="Show what of the notes is on cards, and known"),
        Binding("q", "app.quit", "quit", id="home.quit", tooltip="Leave; nothing is lost"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._opening = False
        self._disputes: tuple[Dispute, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, decks, what is wrong, the days ahead, the lab."""
        yield Static("quizapp", id="title", markup=False)
        yield DeckHeading(id="heading")
        yield DeckList(id="decks")
        with VerticalScroll(id="notices", can_focus=False):
            yield Static(id="disputes", markup=False)
            yield Static(id="problems", markup=False)
        yield Static(id="forecast", markup=False)
        yield LabLine(id="lab")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Follow the lab; the figures come when the screen is shown."""
        self.watch(self.app, "lab_state", self._lab_changed)
        self.query_one(DeckList).focus()

    def on_screen_resume(self) -> None:
        """Look again: something may have been studied or edited."""
        self.look()

    async def decks_changed(self) -> str:
        """Look again, the cursor on its deck; under another screen, when that has gone."""
        if self.is_current:
            self.look()
        return ""

    @work(thread=False, exclusive=True, exit_on_error=True, group="look", description="count what is due")
    async def look(self) -> None:
        """Read the log, and show what it and the decks come to."""
        services, library = self.services, await self.quiz.decks()
        try:
            since = services.clock.day(services.now()) - RETENTION_SPAN
            states, events = await services.log.states(), await services.log.events(since=since)
            proofs = await services.log.proofs()
        except StoreError as error:
            self.app.exit(return_code=2, message=clean(f"quizapp: {error}"))
            return
        seen = await asyncio.to_thread(figures, library, states, events, services, services.now())
        self._show(seen, library.problems)
        self._dispute(disputed(proofs, library.cards.values()).values())

    def _show(self, seen: Figures, problems: tuple[Problem, ...]) -> None:
        local = self.services.now().astimezone(self.services.clock.zone)
        left = seen.total
        done = f" · {seen.done} done" if seen.done else ""
        parts = f"{left.due} due · {left.learning} learning · {left.new} new"
        rest = f"nothing now{done} · {held_back(left.held)}" if left.held and seen.room else f"all done{done}"
        waiting = f"{left.total} to study: {parts}{done}" if left.total else rest
        title = f"quizapp   {local:%a} {local.day} {local:%b} · {waiting}"
        self.query_one("#title", Static).update(Content.styled(title, "bold"))
        self.query_one(DeckList).show(seen.rows)
        self.query_one("#problems", Static).update(_problems(problems))
        self.query_one("#forecast", Static).update(_forecast(seen))

    def _dispute(self, found: Collection[Dispute]) -> None:
        """Say how many claims are in doubt, where any is."""
        self._disputes = tuple(found)
        self.refresh_bindings()
        line = self.query_one("#disputes", Static)
        line.display = bool(found)
        line.update(one_line(f"{summary(found)} ({self.key('home.disputes')} to look)", "$text-warning"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that do something now."""
        return bool(self._disputes) if action == "disputes" else True

    def action_disputes(self) -> None:
        """List the claims that are in doubt."""
        self.app.push_screen(DisputesScreen(self._disputes, self.services.clock.zone))

    async def action_outline(self) -> None:
        """Show the notes of the deck under the cursor, section by section."""
        row = self.query_one(DeckList).chosen
        if row is None:
            return
        shown = await self.told(outline_of(row.deck, self.quiz.library, self.services))
        if shown is not None and self.is_current:
            self.app.push_screen(shown)

    def _lab_changed(self, state: LabState | None) -> None:
        if state is not None:
            self.query_one(LabLine).state = state

    @on(OptionList.OptionSelected)
    async def _study(self) -> None:
        """Study the deck under the cursor; a second press while it opens does nothing."""
        row = self.query_one(DeckList).chosen
        if row is None or self._opening:
            return
        self._opening = True
        try:
            sitting = await self.told(self.quiz.sit(None if row.deck is None else frozenset({row.deck})))
            if sitting is not None and self.app.screen is self:
                self.quiz.study(sitting)
        finally:
            self._opening = False

    async def action_undo(self) -> None:
        """Take back the last action, of whichever sitting."""
        sitting = await self.told(self.quiz.sit())
        undone = await self.told(sitting.take_back(self.services.now())) if sitting is not None else None
        if undone is not None:
            self.tell(f"Undone: {undone.card}.")
            self.look()


def _problems(problems: tuple[Problem, ...]) -> Content:
    shown = [Content.assemble(("! ", "$text-warning bold"), _problem(problem)) for problem in problems[:PROBLEMS_SHOWN]]
    more = len(problems) - PROBLEMS_SHOWN
    rest = Content.styled(f"  and {more} more; `quizapp check` lists all", MUTED) if more > 0 else Content()
    return lines(*shown, rest)


def _problem(problem: Problem) -> Content:
    """The problem at its file in its folder; `quizapp check` gives the whole path."""
    return one_line(f"{place(problem.path)}:{problem.line}: {problem.message}")


def _forecast(seen: Figures) -> Content:
    days = "  ".join(f"{count}" for count in seen.forecast)
    recalled, reviews = seen.retention
    kept = f"true retention {recalled / reviews:.1%} of {seen.retention_wanted:.0%}" if reviews else ""
    return Content.styled(f"next {len(seen.forecast)} days   {days}        {kept}", MUTED)
