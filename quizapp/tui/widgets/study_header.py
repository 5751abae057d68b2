"""The line above a card: which deck, how far, how often missed."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from quizapp.study.session import Session
from quizapp.tui.attempt import Attempt
from quizapp.tui.text import MUTED, fit, one_line


class StudyHeader(Widget):
    """Deck and kind at the left, progress at the right."""

    DEFAULT_CSS = "StudyHeader { height: 1; padding: 0 1; background: $panel; }"

    left: reactive[Content] = reactive(Content(), init=False)
    right: reactive[Content] = reactive(Content(), init=False)

    def show(self, title: str, attempt: Attempt, session: Session) -> None:
        """Describe the card on the screen."""
        self.left = Content.assemble(one_line(title, "bold"), (f" · {attempt.prompt.card.kind}", MUTED))
        progress = session.progress
        learning = f" · {progress.counts.learning} learning" if progress.counts.learning else ""
        again = f" · {progress.misses} missed" if progress.misses else ""
        self.right = Content(f"{progress.finished} of {progress.finished + progress.remaining} done{learning}{again}")

    def render(self) -> Content:
        """One line, cut at the left part when narrow."""
        room = max(0, self.size.width - self.right.cell_length - 1)
        return Content.assemble(fit(self.left, room), " ", self.right)
