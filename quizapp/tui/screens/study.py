"""The review itself: ask, reveal or predict, prove, rate, go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widgets import Footer
from textual.worker import Worker

from quizapp.cards.card import Card, Kind
from quizapp.cards.changes import same
from quizapp.errors import QuizappError
from quizapp.lab.client import LabState
from quizapp.study.events import Event
from quizapp.study.literals import parse_literal
from quizapp.study.memory import Rating
from quizapp.study.session import Prompt
from quizapp.tui.attempt import Attempt
from quizapp.tui.proving import Permission, may_run, show_run
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.note import NoteScreen
from quizapp.tui.sitting import Sitting
from quizapp.tui.study_words import asking, done
from quizapp.tui.widgets.answer_area import AnswerArea
from quizapp.tui.widgets.card_view import CardView, predicted_feedback, typed_feedback
from quizapp.tui.widgets.confidence_line import ConfidenceLine
from quizapp.tui.widgets.rating_bar import RatingBar
from quizapp.tui.widgets.run_view import RunView
from quizapp.tui.widgets.study_header import StudyHeader

CLOCK_TOLERANCE = timedelta(minutes=2)
"""A clock that is further behind the newest review than this is told to the learner."""


class StudyScreen(QuizScreen[None]):
    """Serves the cards of one session until none is left."""

    CSS_PATH = "study.tcss"
    AUTO_FOCUS = ""  # the answer is focused once the card has settled
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "reveal", "reveal", id="study.reveal", tooltip="Show the answer"),
        Binding("space,enter", "accept", "rate", id="study.accept", tooltip="Give the rating that is marked"),
        Binding("1", "rate(1)", "again", show=False, id="study.again", tooltip="Forgotten"),
        Binding("2", "rate(2)", "hard", show=False, id="study.hard", tooltip="Recalled with effort"),
        Binding("3", "rate(3)", "good", show=False, id="study.good", tooltip="Recalled"),
        Binding("4", "rate(4)", "easy", show=False, id="study.easy", tooltip="Recalled at once"),
        Binding("r", "run", "run", id="study.run", tooltip="Run the card's snippet, live"),
        Binding("escape", "stop", "stop", id="study.stop", tooltip="Stop the snippet that runs"),
        Binding("u", "undo", "undo", id="study.undo", tooltip="Take back the last rating, suspension or burying"),
        Binding("s", "suspend", "suspend", id="study.suspend", tooltip="Show this card no more; ctrl+p brings it back"),
        Binding("b", "bury", "bury", id="study.bury", tooltip="Leave this card for another day"),
        Binding("n", "note", "note", id="study.note", tooltip="Read the section of your notes this came from"),
        Binding("up", "scroll(-1)", "up", show=False, id="study.up", tooltip="Scroll the card"),
        Binding("down", "scroll(1)", "down", show=False, id="study.down", tooltip="Scroll the card"),
        Binding("pageup", "scroll_page(-1)", "page up", show=False, id="study.pageup", tooltip="Scroll a page"),
        Binding("pagedown", "scroll_page(1)", "page down", show=False, id="study.pagedown", tooltip="Scroll a page"),
        Binding("q", "leave", "home", id="study.leave", tooltip="Back to the decks; nothing is lost"),
    ]

    SETTLING: ClassVar[float] = 0.3
    """Seconds for which a new question or answer is left alone, so that a key pressed twice does nothing to it."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.attempt: Attempt | None = None
        self._proving: Worker[None] | None = None
        self._keys: dict[str, str] = {}
        """By the id of a binding, the keys that a question's hint names."""
        self.busy = True  # until the first card is there
        self.settling = False
        self._settled: Timer | None = None
        self._interrupted = False
        """Whether the question came by itself: a key pressed now was meant for the one that went."""
        self._showing = asyncio.Lock()
        """Held while a card is put on the screen."""

    @property
    def _unread(self) -> bool:
        """Whether the question has only just come: a key pressed now was meant for the card before, or for its line."""
        return self.settling and self.attempt is not None and not self.attempt.revealed

    @property
    def _now(self) -> datetime:
        return self.services.now()

    def compose(self) -> ComposeResult:
        """Where we are, the card, the ratings, the keys."""
        yield StudyHeader()
        yield Container(id="stage")
        yield RatingBar(id="ratings")
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Serve the first card."""
        behind = self.sitting.session.behind(self._now)
        if behind > CLOCK_TOLERANCE:
            minutes = round(behind.total_seconds() / 60)
            self.tell(f"The clock is {minutes} minutes behind the last review; nothing counts as negative time.")
        self.watch(self.app, "lab_state", self._lab_changed)
        await self._serve()
        self.busy = False

    def on_screen_resume(self) -> None:
        """End the sitting if its last card went while another screen was over this one."""
        if self.attempt is None and not self.busy:
            self.quiz.show_summary(self.sitting)

    def _lab_changed(self, state: LabState | None) -> None:
        for view in self.query(RunView):
            view.follow(state)

    # -- serving -----------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        """Show the card that comes next, or leave when none does or none can be found out."""
        try:
            prompt = await self.sitting.ask(self._now)
        except QuizappError as error:
            self.tell(str(error), problem=True)
            await self.action_leave()
            return
        if prompt is None:
            self.attempt = None
            if self.app.screen is self:
                self.quiz.show_summary(self.sitting)
            return
        async with self._showing:
            self.attempt = Attempt(prompt, self.sitting.deck_of(prompt.card), self._now)
            view = CardView(prompt, self.sitting.dispute_of(prompt.card))
            stage = self.query_one("#stage", Container)
            await stage.remove_children()
            await stage.mount(view)
        self._keys = {name: self.key(name) for name in ("study.reveal", "study.run")}  # now: no line hides them yet
        self._refresh_frame()
        self._settle(partial(self._ask, view))
        if prompt.card.snippet is not None:
            self.quiz.lab.prepare(prompt.card.snippet.role)

    async def decks_changed(self) -> str:
        """Go on with the decks as they are now; a question with which nothing was done yet is asked as it is now."""
        self.sitting.take_in(self.quiz.library, self._now)
        async with self._showing:
            attempt = self.attempt
            if attempt is None:
                return ""
            prompt = self.sitting.session.ask_again(attempt.prompt, self._now)
            if prompt is not None and same(prompt.card, attempt.prompt.card):
                attempt.deck = self.sitting.deck_of(prompt.card)
                self._refresh_frame()
                return ""
            if attempt.begun or self._proving is not None or self.busy:
                self._refresh_frame()
                return "The card on the screen stays as it was asked."
            if prompt is not None:
                await self._rephrase(attempt, prompt)
                return "The card on the screen is the new version."
        await self._serve()
        self._interrupted = True
        return "The card on the screen is gone."

    async def _rephrase(self, attempt: Attempt, prompt: Prompt) -> None:
        """Ask the card on the screen as it is written now; what was typed stays."""
        attempt.prompt, attempt.deck = prompt, self.sitting.deck_of(prompt.card)
        await self.query_one(CardView).rephrase(prompt, self.sitting.dispute_of(prompt.card))
        self._refresh_frame()
        if prompt.card.snippet is not None:
            self.quiz.lab.prepare(prompt.card.snippet.role)

    def _settle(self, then: Callable[[], None] = lambda: None) -> None:
        """Leave what is new on the screen alone for a moment."""
        if self._settled is not None:
            self._settled.stop()
        self.settling = True

        def settled() -> None:
            self.settling = self._interrupted = False
            self.refresh_bindings()
            then()

        self._settled = self.set_timer(self.SETTLING, settled)

    def _ask(self, view: CardView) -> None:
        """Put the cursor where the answer goes."""
        if view.is_attached and self.attempt is not None and not self.attempt.revealed:
            view.query_one(AnswerArea).ask()

    def _refresh_frame(self) -> None:
        """Bring the header, the rating bar and the keys up to date with the attempt."""
        attempt = self.attempt
        if attempt is None:
            return
        self.query_one(StudyHeader).show(attempt.deck.title, attempt, self.sitting.session)
        bar = self.query_one(RatingBar)
        if attempt.revealed:
            keys = {rating: self.key(f"study.{rating.name.lower()}") for rating in Rating}
            bar.show_ratings(attempt.prompt.intervals, keys, attempt.offered, attempt.suggested)
        else:
            bar.clear_ratings(self._hint(attempt.prompt.card.kind))
        self.refresh_bindings()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _cursor_moved(self) -> None:
        """Some keys do something else elsewhere, and the hint says so."""
        if self.is_current:
            self._refresh_frame()

    def _hint(self, kind: Kind) -> str:
        """What the learner may do before the answer is shown."""
        if self._proving is not None:
            return f"{self.key('study.stop')} stops the run"
        if isinstance(self.focused, ConfidenceLine):
            back, predict = self.key("confidence.back"), self.key("confidence.predict")
            return f"{back} back to the prediction · {predict} predicts and runs"
        return asking(kind, self._keys.__getitem__)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that do something now."""
        attempt = self.attempt
        if attempt is None:
            return action in {"leave", "undo"}
        if self._interrupted:
            return False
        if isinstance(self.focused, ConfidenceLine):
            return action in {"stop", "scroll", "scroll_page"}  # a letter is not meant for the card yet
        offered = {
            "run": attempt.prompt.card.snippet is not None and self._proving is None,
            "note": attempt.prompt.card.entry.section is not None,
            "stop": self._proving is not None,
            "reveal": not attempt.revealed,
            "accept": attempt.revealed and attempt.offered is not None,
            "rate": attempt.revealed,
        }
        return offered.get(action, True)

    # -- answering ---------------------------------------------------------------------------------------------

    def action_reveal(self) -> None:
        """Show the answer."""
        if self.attempt is not None and not self.settling:
            self._reveal(self.attempt)

    def _reveal(self, attempt: Attempt) -> None:
        if attempt is not self.attempt or attempt.revealed:
            return
        attempt.revealed = True
        self._settle()
        self.set_focus(None)
        view = self.query_one(CardView)
        view.reveal(attempt.choice)
        if attempt.prompt.card.kind is Kind.TYPE and attempt.response is not None and attempt.correct is not None:
            view.say(typed_feedback(attempt.response, attempt.correct))
        view.scroll_to_top()
        self._refresh_frame()

    @on(AnswerArea.Given)
    def _answered(self, event: AnswerArea.Given) -> None:
        attempt = self.attempt
        if attempt is None or attempt.revealed or self._proving is not None:
            return
        if attempt.prompt.card.kind is Kind.PREDICT:
            self._predicted(attempt, event.response.strip(), event.confidence)
            return
        attempt.response, attempt.choice = event.response or None, event.choice
        self._reveal(attempt)

    def _predicted(self, attempt: Attempt, response: str, confidence: int | None) -> None:
        """Take a prediction that can be compared, and let the model answer; anything else is said and kept."""
        if not response:
            self.tell("Type what you predict; to see it without, leave the line with esc first.")
            return
        try:
            parse_literal(response)
        except ValueError as error:
            self.tell(str(error), problem=True)
            return
        self.app.clear_notifications()
        attempt.response, attempt.confidence = response, confidence
        self.set_focus(None)
        self.action_run()

    # -- proving -----------------------------------------------------------------------------------------------

    def action_run(self) -> None:
        """Run the snippet, unless it is running already."""
        attempt = self.attempt
        if attempt is None or attempt.prompt.card.snippet is None or self._unread:
            return
        if self._proving is None:
            self._proving = self._prove(attempt)
            self._refresh_frame()

    @work(thread=False, exclusive=True, exit_on_error=True, group="run", description="run a snippet")
    async def _prove(self, attempt: Attempt) -> None:
        card = attempt.prompt.card
        try:
            permission = await may_run(self, attempt.deck, card)
            if permission and self._stays(attempt):
                await self._show_run(attempt, permission)
        finally:
            self._proving = None
        if attempt is self.attempt:
            self._refresh_frame()

    async def _show_run(self, attempt: Attempt, permission: Permission) -> None:
        """Run the snippet, and bring into sight how it answers a prediction, or else what it came to."""
        waited = not attempt.answered
        if not await show_run(self, attempt, permission, partial(self._stays, attempt)):
            return
        view = self.query_one(CardView)
        predicts = attempt.prompt.card.kind is Kind.PREDICT
        if predicts:
            view.say(*predicted_feedback(attempt))
        if predicts and not attempt.revealed:
            self._reveal(attempt)
        elif waited and attempt.answered:
            view.scroll_to_top()
        else:
            view.scroll_to_run()

    def _stays(self, attempt: Attempt) -> bool:
        """Whether the card is still asked, and not just being rated, hidden or undone."""
        return attempt is self.attempt and not self.busy

    async def action_stop(self) -> None:
        """Stop the snippet that runs."""
        await self.quiz.lab.stop()

    # -- rating ------------------------------------------------------------------------------------------------

    async def action_accept(self) -> None:
        """Give the rating that is marked; not before the answer can have been seen."""
        attempt = self.attempt
        if attempt is not None and attempt.revealed and attempt.offered is not None and not self.settling:
            await self.action_rate(attempt.offered)

    async def action_rate(self, number: int) -> None:
        """Log the rating; the next card comes only when it is on the disk."""
        attempt = self.attempt
        if attempt is not None and attempt.revealed and not self.busy:
            await self._commit(self.sitting.rated(attempt, Rating(number), self._now))

    async def action_suspend(self) -> None:
        """Show this card no more."""
        await self._set_aside(self.sitting.session.suspend)

    async def action_bury(self) -> None:
        """Leave this card for the next study day."""
        await self._set_aside(self.sitting.session.bury)

    async def _set_aside(self, event_of: Callable[[Card, datetime], Event]) -> None:
        """Log that the card is hidden, and go on."""
        if self.attempt is not None and not self._unread and not self.busy:
            await self._commit(event_of(self.attempt.prompt.card, self._now))

    async def action_undo(self) -> None:
        """Take back the learner's last action, of this sitting or an earlier one."""
        if not self.busy:
            await self._log(self.sitting.take_back(self._now))

    async def _commit(self, event: Event) -> None:
        await self._log(self.sitting.commit(event), "The card stays; the next rating writes this one again first.")

    async def _log(self, writing: Awaitable[Event], otherwise: str = "") -> None:
        """Write, then go on; what could not be written leaves the card where it is."""
        self.busy = True
        try:
            written = await self.told(writing, otherwise)
            if written is not None:
                self.app.clear_notifications()
                await self.quiz.lab.stop()
                if words := done(written, self.services.scheduler):
                    self.tell(words)
                await self._serve()
        finally:
            self.busy = False

    # -- around ------------------------------------------------------------------------------------------------

    def action_scroll(self, lines: int) -> None:
        """Scroll the card by some lines, up or down."""
        for view in self.query(CardView).results():
            view.scroll_lines(lines)

    def action_scroll_page(self, direction: int) -> None:
        """Scroll the card by what fits, up or down."""
        self.action_scroll(direction * max(1, self.query_one("#stage").size.height - 2))

    def action_note(self) -> None:
        """Show the section of the learner's notes that this card came from."""
        if self.attempt is not None:
            self.app.push_screen(NoteScreen(self.services.notes, self.attempt.deck, self.attempt.prompt.card))

    async def action_leave(self) -> None:
        """Back to the decks."""
        await self.quiz.lab.stop()
        if self.app.screen is self:
            self.app.pop_screen()
