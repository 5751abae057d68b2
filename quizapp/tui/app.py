"""The application: wires screens to services, owns what outlives a screen."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterable
from typing import ClassVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from quizapp.cards.card import Card, Library
from quizapp.cards.changes import News
from quizapp.cards.sanitize import clean
from quizapp.errors import StoreError
from quizapp.lab.client import LabState
from quizapp.study.session import Session
from quizapp.tui.keys import problems, usable
from quizapp.tui.readings import Readings
from quizapp.tui.screens.asking import AskingScreen
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.help import HelpScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen
from quizapp.tui.services import Services
from quizapp.tui.sitting import Sitting, chosen
from quizapp.tui.suspended import SuspendedCards


class QuizApp(App[None]):
    """quizapp in the terminal."""

    TITLE = "quizapp"
    CSS_PATH = "app.tcss"
    COMMANDS = App.COMMANDS | {SuspendedCards}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "keys", key_display="?", id="app.help", tooltip="Show every key"),
        Binding("ctrl+q", "quit", "quit", show=False, id="app.quit", tooltip="Leave; nothing is lost"),
    ]

    lab_state: reactive[LabState | None] = reactive(None, init=False)
    """What the lab is doing; screens watch it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.lab = services.make_lab(self._lab_changed)
        self.library = Library(())
        """The decks, and what is wrong with them; of what cannot be read just now, the last good version."""
        self._decks_read = asyncio.Event()
        self.last_words = ""
        """What the learner must still be told once the screen is gone."""

    def on_mount(self) -> None:
        """Paint the decks first; the lab warms up meanwhile."""
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._told_to_end, number)
        self.set_keymap(usable(self.services.keys))
        for problem in (*self.services.notices, *problems(self.services.keys)):
            self.notify(clean(problem), severity="warning", markup=False, timeout=15)
        self.lab_state = self.lab.state
        self.push_screen(HomeScreen())
        self._follow_decks()
        self.lab.start()

    async def on_event(self, event: events.Event) -> None:
        """What is pasted is foreign text too, whichever line it goes to."""
        if isinstance(event, events.Paste):
            event.text = clean(event.text)
        await super().on_event(event)

    def _told_to_end(self, number: signal.Signals) -> None:
        """Leave as by the key, so that the terminal is as it was."""
        self.exit(return_code=128 + number)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The framework's commands that make sense here; keys are shown by the app's own list."""
        yield SystemCommand("Keys", "Show every key", self.action_help)
        for command in super().get_system_commands(screen):
            if command.title in {"Theme", "Quit"}:
                yield command

    def _lab_changed(self, state: LabState) -> None:
        known = self.lab_state is not None and self.lab_state.sandbox == state.sandbox
        self.lab_state = state
        if state.sandbox not in {"", "strong"} and not known:
            told = f"No sandbox. {state.why_not_strong} Code that you allow can read your files and use the network."
            self.notify(clean(told), severity="warning", markup=False, timeout=15)

    async def on_unmount(self) -> None:
        """Leave nothing running and nothing half-written."""
        await self.lab.close()
        try:
            await self.services.log.close()
        except StoreError as error:
            self.last_words = str(error)

    # -- decks -------------------------------------------------------------------------------------------------

    async def decks(self) -> Library:
        """The decks as they are now, as soon as they were read once."""
        await self._decks_read.wait()
        return self.library

    @work(thread=False, exclusive=True, exit_on_error=True, group="decks", description="follow the decks")
    async def _follow_decks(self) -> None:
        """Read the decks, and again each time a file of theirs was saved."""
        readings, trouble = Readings(self.services.load_library, self.services.deck_stamps), ""
        while True:
            try:
                (library, news), trouble = await readings.next(), ""
            except OSError as error:
                if trouble != (trouble := f"The decks cannot be read: {error}. They stay as they were."):
                    self.notify(clean(trouble), severity="error", markup=False, timeout=15)
                await asyncio.sleep(readings.EVERY)
                continue
            while self._asking:  # noqa: ASYNC110 - no notice covers answers, and what is asked about stays as it is
                await asyncio.sleep(readings.EVERY)
            self.call_later(self._take_in, library, news)

    @property
    def _asking(self) -> bool:
        """Whether a question about code is open, be it under another screen."""
        return any(isinstance(screen, AskingScreen) for screen in self.screen_stack)

    async def _take_in(self, library: Library, news: News) -> None:
        """Have every screen go on with these decks; in the app's own turn, so that no key comes between."""
        self.library = library
        self._decks_read.set()
        here = [await screen.decks_changed() for screen in self.screen_stack if isinstance(screen, QuizScreen)]
        if news:
            words = clean(" ".join(filter(None, [str(news), *here])))
            self.clear_notifications()
            self.notify(words, severity="warning" if news.wrong else "information", markup=False, timeout=8)

    # -- sittings ----------------------------------------------------------------------------------------------

    async def sit(self, only: frozenset[str] | None = None) -> Sitting:
        """A sitting over the decks of some ids (None: all), built from the log, so that it goes on where one stopped.

        Raises:
            StoreError: the log cannot be read.
        """
        services, now = self.services, self.services.now()
        states = await services.log.states()
        events = await services.log.events(since=services.clock.day(now))
        proofs = await services.log.proofs()
        library = self.library
        cards = [card for deck in chosen(library, only) for card in deck.cards]
        session = Session(cards, states, events, services.scheduler, services.study, services.new_id, now)
        return Sitting(session, library, only, services.log, proofs)

    def show_summary(self, sitting: Sitting) -> None:
        """The end of a sitting takes the place of its study screen."""
        self.switch_screen(SummaryScreen(sitting))

    def study(self, sitting: Sitting, *, instead: bool = False) -> None:
        """Open the study screen, or put it in the place of the screen that is there."""
        screen = StudyScreen(sitting)
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    async def unsuspend(self, card: Card, screen: QuizScreen[None]) -> None:
        """Bring a suspended card back, in the sitting that this screen has or in one of its own."""
        sitting = screen.sitting if isinstance(screen, StudyScreen | SummaryScreen) else await screen.told(self.sit())
        if sitting is None:
            return
        event = sitting.session.unsuspend(card, self.services.now())
        if await screen.told(sitting.commit(event)):
            screen.tell(f"{card.id} will be asked again.")
        if isinstance(screen, HomeScreen):
            screen.look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The palette opens over no question that takes no keys yet: the next of them would choose in it."""
        asking = self.screen if action == "command_palette" and self.screen_stack else None
        return not (isinstance(asking, AskingScreen) and asking.settling)

    def action_help(self) -> None:
        """Show the keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
