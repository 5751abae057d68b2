"""The application: wires screens to services, owns what outlives a screen."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import HelpPanel

from quizapp.cards.card import Library
from quizapp.errors import StoreError
from quizapp.lab.client import LabState
from quizapp.study.events import Event
from quizapp.study.session import Session
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen
from quizapp.tui.services import Services


class QuizApp(App[None]):
    """quizapp in the terminal."""

    TITLE = "quizapp"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "keys", key_display="?", id="app.help", tooltip="Show every key"),
        Binding("ctrl+q", "quit", "quit", show=False, id="app.quit", tooltip="Leave; nothing is lost"),
    ]

    lab_state: reactive[LabState | None] = reactive(None, init=False)
    """What the lab is doing; screens watch it."""
    library: reactive[Library] = reactive(Library(()), init=False)
    """The decks that could be read, and what is wrong with the rest."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.lab = services.make_lab(self._lab_changed)
        self.last_words = ""
        """What the learner must still be told once the screen is gone."""

    def on_mount(self) -> None:
        """Paint the decks first; the lab warms up meanwhile."""
        self.set_keymap(self.services.keys)
        self.lab_state = self.lab.state
        self.push_screen(HomeScreen())
        self.lab.start()

    def _lab_changed(self, state: LabState) -> None:
        self.lab_state = state

    async def on_unmount(self) -> None:
        """Leave nothing running and nothing half-written."""
        await self.lab.close()
        try:
            await self.services.log.close()
        except StoreError as error:
            self.last_words = str(error)

    # -- sessions ----------------------------------------------------------------------------------------------

    async def open_session(self, decks: Collection[str] | None = None) -> Session:
        """A session over some decks (None: all), built from the log, so it goes on where the last one stopped."""
        services, log = self.services, self.services.log
        today = services.clock.day(services.now())
        cards = [card for deck in self.library.decks if decks is None or deck.id in decks for card in deck.cards]
        return Session(
            cards,
            await log.states(),
            await log.events(since=today),
            services.scheduler,
            services.study,
            services.new_id,
            services.now(),
        )

    async def study(self, decks: Collection[str] | None = None) -> None:
        """Open the study screen over some decks."""
        self.push_screen(StudyScreen(await self.open_session(decks)))

    def show_summary(self, session: Session) -> None:
        """The end of a session takes the place of its study screen."""
        self.switch_screen(SummaryScreen(session))

    def resume(self, session: Session) -> None:
        """Back from the summary to the cards, after an undo or when one in learning has come due."""
        self.switch_screen(StudyScreen(session))

    async def undo_event(self, session: Session) -> Event | None:
        """The event that would take back the learner's last action; None when there is none."""
        last = await self.services.log.last_undoable()
        if last is None:
            self.notify("There is nothing to undo.", markup=False)
            return None
        return session.undo(last, self.services.now())

    # -- help --------------------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show or hide the keys of this screen."""
        if self.screen.query(HelpPanel):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()
