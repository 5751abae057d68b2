"""The review itself: ask, reveal or predict, prove, rate, go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Footer
from textual.worker import Worker

from quizapp.cards.card import Kind
from quizapp.cards.proof import Run
from quizapp.errors import StoreError
from quizapp.study.events import Event
from quizapp.study.literals import parse_literal
from quizapp.study.memory import Rating
from quizapp.study.session import Session
from quizapp.tui.attempt import Attempt
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.note import NoteScreen
from quizapp.tui.screens.trust import TrustScreen
from quizapp.tui.widgets.answer_area import AnswerArea
from quizapp.tui.widgets.card_view import CardView, predicted_feedback, typed_feedback
from quizapp.tui.widgets.rating_bar import RatingBar
from quizapp.tui.widgets.run_view import RunView
from quizapp.tui.widgets.study_header import StudyHeader

CLOCK_TOLERANCE = timedelta(minutes=2)
"""A clock that is further behind the newest review than this is told to the learner."""


class StudyScreen(QuizScreen[None]):
    """Serves the cards of one session until none is left."""

    CSS_PATH = "study.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "advance", "reveal", id="study.reveal", tooltip="Show the answer"),
        Binding("1", "rate(1)", "again", show=False, id="study.again", tooltip="Forgotten"),
        Binding("2", "rate(2)", "hard", show=False, id="study.hard", tooltip="Recalled with effort"),
        Binding("3", "rate(3)", "good", show=False, id="study.good", tooltip="Recalled"),
        Binding("4", "rate(4)", "easy", show=False, id="study.easy", tooltip="Recalled at once"),
        Binding("r", "run", "run", id="study.run", tooltip="Run the card's snippet, live"),
        Binding("escape", "stop", "stop", id="study.stop", tooltip="Stop the snippet that runs"),
        Binding("u", "undo", "undo", id="study.undo", tooltip="Take back the last rating, suspension or burying"),
        Binding("s", "suspend", "suspend", id="study.suspend", tooltip="Show this card no more until unsuspended"),
        Binding("b", "bury", "bury", id="study.bury", tooltip="Leave this card for another day"),
        Binding("n", "note", "note", id="study.note", tooltip="Read the section of your notes this came from"),
        Binding("q", "leave", "home", id="study.leave", tooltip="Back to the decks; nothing is lost"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.attempt: Attempt | None = None
        self._proving: Worker[None] | None = None
        self._committing = False
        self._unwritten: Event | None = None

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
        behind = self._session.behind(self._now)
        if behind > CLOCK_TOLERANCE:
            minutes = round(behind.total_seconds() / 60)
            self.tell(f"The clock is {minutes} minutes behind the last review; nothing counts as negative time.")
        await self._serve()

    # -- serving -----------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        """Show the card that comes next, or leave when none does."""
        prompt = self._session.next(self._now)
        if prompt is None:
            self.attempt = None
            self.quiz.show_summary(self._session)
            return
        self.attempt = Attempt(prompt, self._now)
        view = CardView(prompt)
        stage = self.query_one("#stage", Container)
        await stage.remove_children()
        await stage.mount(view)
        self._refresh_frame()
        view.query_one(AnswerArea).ask()
        if prompt.card.snippet is not None:
            self.quiz.lab.prepare(prompt.card.snippet.role)

    def _refresh_frame(self) -> None:
        """Bring the header, the rating bar and the keys up to date with the attempt."""
        attempt = self.attempt
        if attempt is None:
            return
        library = self.quiz.library
        self.query_one(StudyHeader).show(library.deck_of(attempt.prompt.card.id).title, attempt, self._session)
        bar = self.query_one(RatingBar)
        if attempt.revealed:
            bar.show_ratings(attempt.prompt.intervals, self._default_rating(attempt), attempt.suggested)
        else:
            bar.clear_ratings(_hint(attempt))
        self.refresh_bindings()

    @staticmethod
    def _default_rating(attempt: Attempt) -> Rating:
        return attempt.suggested or Rating.GOOD

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that do something now."""
        attempt = self.attempt
        if attempt is None:
            return action in {"leave", "undo"}
        if action == "run":
            return attempt.prompt.card.snippet is not None
        if action == "note":
            return attempt.prompt.card.entry.section is not None
        if action == "stop":
            return self._proving is not None
        if action == "rate":
            return attempt.revealed
        return True

    # -- answering ---------------------------------------------------------------------------------------------

    async def action_advance(self) -> None:
        """Reveal; once revealed, give the suggested rating, or good."""
        if self.attempt is None:
            return
        if self.attempt.revealed:
            await self.action_rate(self._default_rating(self.attempt))
        else:
            self._reveal()

    def _reveal(self) -> None:
        attempt = self.attempt
        if attempt is None or attempt.revealed:
            return
        attempt.revealed = True
        view = self.query_one(CardView)
        view.reveal(attempt.choice)
        self._show_feedback(attempt)
        view.focus()
        self._refresh_frame()

    def _show_feedback(self, attempt: Attempt) -> None:
        view = self.query_one(CardView)
        if attempt.prompt.card.kind is Kind.PREDICT and attempt.run is not None:
            view.say(*predicted_feedback(attempt.response or "", attempt.run, attempt.comparison))
        elif attempt.prompt.card.kind is Kind.TYPE and attempt.correct is not None and attempt.response is not None:
            view.say(typed_feedback(attempt.response, attempt.correct))

    @on(AnswerArea.Given)
    def _answered(self, event: AnswerArea.Given) -> None:
        attempt = self.attempt
        if attempt is None or attempt.revealed:
            return
        if attempt.prompt.card.kind is Kind.PREDICT:
            self._predicted(attempt, event.response)
            return
        attempt.response, attempt.choice = event.response or None, event.choice
        self._reveal()

    def _predicted(self, attempt: Attempt, response: str) -> None:
        """Take a prediction that can be compared, and let the model answer; anything else is said and kept."""
        try:
            attempt.response = response.strip() or None
            if attempt.response is not None:
                parse_literal(attempt.response)
        except ValueError as error:
            attempt.response = None
            self.tell(str(error), problem=True)
            return
        self.set_focus(None)
        self.action_run()

    # -- proving -----------------------------------------------------------------------------------------------

    def action_run(self) -> None:
        """Run the snippet, unless it is running already."""
        attempt = self.attempt
        if attempt is not None and attempt.prompt.card.snippet is not None and self._proving is None:
            self._proving = self._prove(attempt)
            self.refresh_bindings()

    @work(thread=False, exclusive=True, exit_on_error=True, group="run", description="run a snippet")
    async def _prove(self, attempt: Attempt) -> None:
        try:
            run = await self._allowed_run(attempt)
            if run is not None and attempt is self.attempt:
                attempt.run = run
                view = self.query_one(CardView)
                await view.run_finished(run)
                if attempt.prompt.card.kind is Kind.PREDICT:
                    self._reveal()
                    self._show_feedback(attempt)
                else:
                    view.query_one(RunView).scroll_visible(top=True, animate=False)
        finally:
            self._proving = None
        self._refresh_frame()

    async def _allowed_run(self, attempt: Attempt) -> Run | None:
        """The run, once the learner has allowed this code; None when they have not."""
        card, prompt = attempt.prompt.card, attempt.prompt
        if card.snippet is None:
            return None
        deck = self.quiz.library.deck_of(card.id)
        trust = self.services.trust
        if not trust.is_trusted(deck, card):
            answer = await self.app.push_screen_wait(TrustScreen(deck, card))
            if not answer.allowed:
                self.tell("Nothing was run.")
                return None
            if answer.remember:
                trust.allow(deck, card)
        view = self.query_one(CardView)
        state = self.quiz.lab_state
        await view.run_started(state.message if state and state.message else "running…")
        output = view.query_one(RunView).append
        return await self.quiz.lab.run(card.snippet, prompt.drawn.values, prompt.seed, on_output=output)

    async def action_stop(self) -> None:
        """Stop the snippet that runs."""
        await self.quiz.lab.stop()

    # -- rating ------------------------------------------------------------------------------------------------

    async def action_rate(self, number: int) -> None:
        """Log the rating; the next card comes only when it is on the disk."""
        attempt = self.attempt
        if attempt is None or not attempt.revealed:
            return
        await self._commit(self._unwritten_again(attempt, Rating(number)) or self._rated(attempt, Rating(number)))

    def _rated(self, attempt: Attempt, rating: Rating) -> Event:
        """The event of a rating, with all that the attempt came to."""
        run, now = attempt.run, self._now
        return self._session.rate(
            attempt.prompt,
            rating,
            now,
            duration=now - attempt.shown_at,
            response=attempt.response,
            suggested=attempt.suggested,
            observed=run.observed if run else None,
            verdict=run.verdict if run else None,
            environment=run.environment if run else None,
        )

    def _unwritten_again(self, attempt: Attempt, rating: Rating) -> Event | None:
        """The event of the same rating that could not be written before: by its id it is logged once at most."""
        event = self._unwritten
        if event is None or event.review is None or event.card != attempt.prompt.card.id:
            return None
        return event if event.review.rating is rating else None

    async def action_suspend(self) -> None:
        """Show this card no more."""
        if self.attempt is not None:
            await self._commit(self._session.suspend(self.attempt.prompt.card, self._now), "Suspended; u undoes it.")

    async def action_bury(self) -> None:
        """Leave this card for the next study day."""
        if self.attempt is not None:
            await self._commit(self._session.bury(self.attempt.prompt.card, self._now), "Buried until tomorrow.")

    async def action_undo(self) -> None:
        """Take back the learner's last action, of this sitting or an earlier one."""
        await self._commit(await self.quiz.undo_event(self._session), "Undone.")

    async def _commit(self, event: Event | None, word: str = "") -> None:
        """Write the event, then go on; what was not written leaves everything as it was."""
        if event is None or self._committing:
            return
        self._committing = True
        try:
            await self.quiz.lab.stop()
            await self.services.log.append(event)
            self._unwritten = None
            self._session.apply(event)
            for said in (word, self._leech(event)):
                if said:
                    self.tell(said)
            await self._serve()
        except StoreError as error:
            self._unwritten = event
            self.tell(f"{error} The card stays; rate it again once that is mended.", problem=True)
        finally:
            self._committing = False

    def _leech(self, event: Event) -> str:
        """A word on a card that is forgotten again and again, at the lapses where that should be said."""
        before, after = event.before, event.after
        if event.review is None or before is None or after is None or after.lapses == before.lapses:
            return ""
        if not self.services.scheduler.marks_leech(after.lapses):
            return ""
        return f"A leech: {event.card} was forgotten {after.lapses} times. Reword it, or suspend it with s next time."

    # -- around ------------------------------------------------------------------------------------------------

    def action_note(self) -> None:
        """Show the section of the learner's notes that this card came from."""
        if self.attempt is not None:
            card = self.attempt.prompt.card
            self.app.push_screen(NoteScreen(self.services.notes, self.quiz.library.deck_of(card.id), card))

    async def action_leave(self) -> None:
        """Back to the decks."""
        await self.quiz.lab.stop()
        self.app.pop_screen()


def _hint(attempt: Attempt) -> str:
    match attempt.prompt.card.kind:
        case Kind.PREDICT:
            return "enter predict and run · esc leaves the line, then r runs and space reveals"
        case Kind.TYPE:
            return "enter answers · esc leaves the line, then space reveals"
        case Kind.CHOICES:
            return "↑↓ or a number points, enter chooses · space reveals"
        case _:
            return "space reveals"
