"""A question about code that must be read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.lab.client import LabState
from quizapp.tui.widgets.source_view import Source, SourceView

LEAD = 2
"""Lines in sight above the first that changed."""

Result = TypeVar("Result")


class AskingScreen(ModalScreen[Result], Generic[Result]):
    """Code, and a question about it that defaults to its first answer; keys pressed too early do nothing."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "refuse", "no", id="trust.no", tooltip="Run nothing"),
        Binding("question_mark", "keys", "keys", key_display="?", id="trust.help", tooltip="Show every key"),
        Binding("pageup", "scroll_code(-1)", "page up", id="trust.pageup", tooltip="Read on above", priority=True),
        Binding("pagedown", "scroll_code(1)", "page down", id="trust.pagedown", tooltip="Read on", priority=True),
    ]

    SETTLING: ClassVar[float] = 0.5
    """Seconds for which every key is left alone, counted from when the screen is first seen."""

    def __init__(
        self, sources: Sequence[Source], answers: Sequence[str], after_reading: Mapping[int, str] | None = None
    ) -> None:
        """Show nothing yet.

        Args:
            sources: The code.
            answers: What the learner chooses from; the first is the default.
            after_reading: What stands in the place of answers (by index) until the end of the code was in sight.
        """
        super().__init__()
        self._sources, self._answers = sources, answers
        self._withheld = dict(after_reading or {})
        self.settling = True
        self.told_held = False
        """Whether it says now that a sandbox holds the code, so that an answer is for that only."""

    def compose(self) -> ComposeResult:
        """Who asks, the whole code, what it could do, the answers."""
        with Vertical(classes="box") as box:
            box.border_subtitle = "↑↓ and enter answer · pgup pgdn scroll · esc is no"
            with VerticalScroll(classes="told", can_focus=False):
                yield Static(id="asks", markup=False)
            with VerticalScroll(classes="code", can_focus=False):
                yield SourceView(*self._sources)
            with VerticalScroll(classes="told", can_focus=False):
                yield Static(id="access", markup=False)
            options = [self._option(at) for at in range(len(self._answers))]
            yield OptionList(*options, markup=False, disabled=True)

    def asks(self, state: LabState) -> Content:
        """Who wants to run what, and why that is asked."""
        raise NotImplementedError

    def access(self, state: LabState) -> Content:
        """What the code reaches out for, and what it will have."""
        raise NotImplementedError

    def refusal(self) -> Result:
        """The answer that escape gives."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """No is under the cursor, no notice is over the answers, and nothing is taken for an answer at once."""
        self.app.clear_notifications()
        self.watch(self.app, "lab_state", self._lab_changed)
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).styles.height = len(self._answers)
        self.call_after_refresh(self._show_change)
        self.watch(self.query_one(".code"), "scroll_y", self._in_sight, init=False)
        self.call_after_refresh(self.set_timer, self.SETTLING, self._settled)

    def _show_change(self) -> None:
        """Begin where the code changed, if it did."""
        first = self.query_one(SourceView).first_change
        self.query_one(".code").scroll_to(y=max(0, first - LEAD), animate=False, immediate=True)
        self._in_sight()

    def on_resize(self) -> None:
        """More or less of the code is in sight now."""
        self.call_after_refresh(self._in_sight)

    def _in_sight(self) -> None:
        """Say which rows of the code are seen; once the last one was, no answer is withheld."""
        code, count = self.query_one(".code"), self.query_one(SourceView).size.height
        first = round(code.scroll_y)
        last = min(first + code.size.height, count)
        self.query_one(".box").border_title = f"lines {first + 1}–{last} of {count}"
        if self._withheld and 0 < count == last:
            withheld, self._withheld = self._withheld, {}
            answers = self.query_one(OptionList)
            for at in withheld:
                answers.replace_option_prompt_at_index(at, self._option(at).prompt)
                answers.enable_option_at_index(at)

    def _settled(self) -> None:
        self.settling = False
        answers = self.query_one(OptionList)
        answers.disabled = False
        answers.focus()

    @on(OptionList.OptionHighlighted)
    def _pointed(self, event: OptionList.OptionHighlighted) -> None:
        """Point by a sign, not by colour alone."""
        for at in range(len(self._answers)):
            event.option_list.replace_option_prompt_at_index(at, self._option(at, event.option_index).prompt)

    def _option(self, at: int, chosen: int | None = None) -> Option:
        answer = self._withheld.get(at, self._answers[at])
        return Option(Content(f"{'▸' if at == chosen else ' '} {answer}"), disabled=at in self._withheld)

    def _lab_changed(self, state: LabState | None) -> None:
        """The lab may find out only now what holds the code."""
        if state is not None:
            self.told_held = state.sandbox == "strong"
            self.query_one("#asks", Static).update(self.asks(state))
            self.query_one("#access", Static).update(self.access(state))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key does anything yet."""
        return not self.settling

    def action_scroll_code(self, direction: int) -> None:
        """Read on in all that is longer than its place."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=direction * max(1, part.size.height - 1), animate=False)

    async def action_keys(self) -> None:
        """Show every key."""
        await self.run_action("app.help")

    def action_refuse(self) -> None:
        """Escape is no."""
        self.dismiss(self.refusal())
