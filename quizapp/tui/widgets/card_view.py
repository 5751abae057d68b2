"""One card as the learner meets it: asked on the left (or above), proved on the right (or below)."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizapp.cards.card import Kind
from quizapp.cards.proof import Run
from quizapp.lab.client import LabState
from quizapp.study.calibration import A_COIN, brier_score
from quizapp.study.disputes import Dispute
from quizapp.study.session import Prompt
from quizapp.tui.attempt import Attempt
from quizapp.tui.text import ACCENT, MUTED, lines, one_line
from quizapp.tui.widgets.answer_area import AnswerArea
from quizapp.tui.widgets.prose import prose
from quizapp.tui.widgets.run_view import RunView
from quizapp.tui.widgets.snippet_view import SnippetView, mark

CODE_IS_THE_QUESTION = frozenset({Kind.PREDICT})
"""Kinds whose code is shown at once; elsewhere it could give the answer away."""


SIDE_BY_SIDE = 50
"""Cells within which prediction and observation stand on one line."""
DIFFERENCES_SHOWN = 4


class CardView(ScrollableContainer, can_focus=False):
    """Presents a prompt; decides nothing."""

    def __init__(self, prompt: Prompt, dispute: Dispute | None = None) -> None:
        super().__init__(id="card")
        self.prompt = prompt
        self._dispute = dispute

    def compose(self) -> ComposeResult:
        """Question, answer area and answer; then the snippet and its run."""
        with Vertical(id="asked"):
            yield from self._question()
            yield AnswerArea(self.prompt)
            yield Static(id="feedback", markup=False)
            with Vertical(id="answer"):
                yield from self._answer()
        with Vertical(id="proved"):
            yield from self._code()
            yield RunView()

    def _question(self) -> ComposeResult:
        drawn = self.prompt.drawn
        if self._dispute is not None:
            yield Static(one_line(f"⚑ {self._dispute.notice}", "$text-warning"), id="disputed", markup=False)
        yield prose(drawn.question, id="question")
        yield Static(_drawn(drawn.values), id="drawn", markup=False)

    def _answer(self) -> ComposeResult:
        entry, answer = self.prompt.card.entry, self.prompt.drawn.answer
        if answer:
            yield prose(answer)
        if entry.corrects:
            yield prose(f"⚑ {entry.corrects}", id="corrects")
        yield Static(_source(entry.section, entry.source), id="source", markup=False)

    def _code(self) -> ComposeResult:
        if self.prompt.card.snippet is not None:
            yield SnippetView(self.prompt.card.snippet.code, hide_checks=True)

    def on_mount(self) -> None:
        """Hide what is not to be seen yet."""
        self.query_one("#answer").display = False
        self.query_one("#feedback").display = False
        self.query_one(RunView).display = False
        self._show_question()

    def _show_question(self) -> None:
        self.query_one("#drawn").display = bool(self.prompt.drawn.values)
        self.show_code(self.prompt.card.kind in CODE_IS_THE_QUESTION)

    async def rephrase(self, prompt: Prompt, dispute: Dispute | None) -> None:
        """Ask the same card as it is written now; what the learner typed for it stays, and the cursor in it."""
        self.prompt, self._dispute = prompt, dispute
        area, answer = self.query_one(AnswerArea), self.query_one("#answer")
        with self.app.batch_update():
            await area.rephrase(prompt)
            await self.query("#disputed, #question, #drawn").remove()
            await self.query_one("#asked").mount_all(self._question(), before=area)
            await answer.remove_children()
            await answer.mount_all(self._answer())
            await self.query(SnippetView).remove()
            await self.query_one("#proved").mount_all(self._code(), before=self.query_one(RunView))
            self._show_question()

    @property
    def _has_answer(self) -> bool:
        entry = self.prompt.card.entry
        return bool(self.prompt.drawn.answer or entry.corrects or entry.section or entry.source)

    def show_code(self, shown: bool = True) -> None:
        """Show or hide the snippet."""
        for snippet in self.query(SnippetView).results():
            snippet.display = shown

    def reveal(self, chosen: int | None = None) -> None:
        """Show the answer and the code, and take no more answers."""
        self.query_one(AnswerArea).close(chosen)
        self.query_one("#answer").display = self._has_answer
        self.show_code()
        for snippet in self.query(SnippetView).results():
            snippet.show_all()

    @property
    def _parts(self) -> tuple[Widget, Widget, Widget]:
        """What may have more than it shows: the whole card, or its two halves side by side."""
        return self, self.query_one("#asked"), self.query_one("#proved")

    def scroll_lines(self, lines: int) -> None:
        """Scroll whatever part has more than it shows."""
        for part in self._parts:
            part.scroll_relative(y=lines, animate=False)

    def scroll_to_top(self) -> None:
        """Bring what was asked into sight again, and below it how the answer compares."""
        for part in self._parts:
            part.scroll_home(animate=False)

    def scroll_to_run(self) -> None:
        """Bring what a run came to into sight, from its verdict on."""
        run = self.query_one(RunView)
        self.call_after_refresh(run.scroll_visible, top=True, animate=False, immediate=True)

    def say(self, *feedback: Content) -> None:
        """Show how the learner's answer compares."""
        widget = self.query_one("#feedback", Static)
        widget.update(lines(*feedback))
        widget.display = True

    async def run_started(self, state: LabState | None) -> None:
        """A run is under way."""
        self.show_code()
        view = self.query_one(RunView)
        view.display = True
        await view.start(state)

    async def run_finished(self, run: Run) -> None:
        """The run is over."""
        await self.query_one(RunView).finish(run)
        for snippet in self.query(SnippetView).results():
            snippet.show_checks(run.checks)


def typed_feedback(response: str, correct: bool) -> Content:
    """What was typed or chosen, and whether it counts."""
    return Content.assemble(mark(correct), " you  ", one_line(response or "(nothing)", "bold"))


def predicted_feedback(attempt: Attempt) -> tuple[Content, ...]:
    """The prediction beside what the model did, and where they part."""
    run, comparison = attempt.run, attempt.comparison
    observed = run.observed if run is not None and run.observed is not None else "nothing; see the run"
    you = Content.assemble("you  ", one_line(attempt.response or "(no prediction)", "bold"))
    model = Content.assemble("model  ", one_line(observed, f"bold {ACCENT}"))
    if comparison is None:
        return you, model, one_line(attempt.incomparable, MUTED)
    word = Content.assemble(mark(comparison.matches), " predicted" if comparison.matches else " not so")
    seen = f"{attempt.response} predicted, {observed} observed"  # as the two stand there already
    differences = [difference for difference in comparison.differences if difference != seen]
    parts = [one_line(f"· {difference}", MUTED) for difference in differences[:DIFFERENCES_SHOWN]]
    if you.cell_length + model.cell_length <= SIDE_BY_SIDE:
        return Content("     ").join([you, model, word]), *parts, _score(attempt)
    return you, model, word, *parts, _score(attempt)


def _score(attempt: Attempt) -> Content:
    """What a confidence came to, where the learner gave one."""
    if attempt.confidence is None:
        return Content()
    if attempt.suggested is None or attempt.correct is None:
        return Content.styled(f"{attempt.confidence} % sure · not scored: the claim is in doubt", MUTED)
    score = brier_score(attempt.confidence, attempt.correct)
    return Content.styled(f"{attempt.confidence} % sure · Brier {score:.2f} (0 is best, a coin has {A_COIN})", MUTED)


def _drawn(values: dict[str, int | float | bool | str]) -> Content:
    return one_line("drawn: " + ", ".join(f"{k}={v!r}" for k, v in values.items()), MUTED) if values else Content()


def _source(section: str | None, source: str | None) -> Content:
    parts = [f"section {section}" if section else "", source or ""]
    return one_line(" · ".join(part for part in parts if part), MUTED)
