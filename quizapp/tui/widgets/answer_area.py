"""Where the learner answers: a list of choices, or a line to type a text or a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.cards.card import Kind
from quizapp.cards.deck import Choice
from quizapp.study.session import Prompt
from quizapp.tui.text import MUTED, inline
from quizapp.tui.widgets.confidence_line import ConfidenceLine
from quizapp.tui.widgets.snippet_view import mark


class ChoiceList(OptionList):
    """Numbered choices: arrows or a digit point, enter picks.

    At first it points nowhere, and a digit alone picks nothing: enter and the digits rate as well, and a key that
    was pressed twice must not answer the next card.
    """

    DEFAULT_CSS = """
    ChoiceList, ChoiceList:focus { height: auto; max-height: 16; border: none; padding: 0; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "choose", show=False, id="choice.pick", tooltip="Choose what is pointed at"),
        Binding("1", "point(1)", show=False, id="choice.1", tooltip="Point at choice 1; 2 to 9 at the others"),
        *(Binding(str(digit), f"point({digit})", show=False, id=f"choice.{digit}") for digit in range(2, 10)),
    ]

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(
            *(Option(Content(f"{n}  ") + inline(choice.text.strip())) for n, choice in enumerate(choices, 1)),
            markup=False,
        )
        self.highlighted = None

    def action_select(self) -> None:
        """Choose what is pointed at."""
        if self.highlighted is None:
            self.app.clear_notifications()
            self.app.notify("Point at a choice first: ↑↓ or its number.", markup=False, timeout=4)
        super().action_select()

    def action_point(self, number: int) -> None:
        """Point at the choice of this number."""
        if number <= self.option_count:
            self.highlighted = number - 1


class AnswerLine(Input):
    """One line to type in; escape leaves it so that the keys of the screen work."""

    DEFAULT_CSS = """
    AnswerLine, AnswerLine:focus { height: 3; border: round $accent; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "leave the line", id="answer.leave", tooltip="Leave the line, so that single keys work"
        ),
        Binding(
            "tab",
            "sure",
            "how sure",
            id="answer.sure",
            tooltip="Say how sure you are of a prediction; it need not be said",
            priority=True,  # at once, so that the next key goes where the cursor is seen
        ),
    ]

    def __init__(self, placeholder: str, *, with_confidence: bool = False) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False)
        self._with_confidence = with_confidence

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A confidence is asked for only with predictions."""
        return action != "sure" or self._with_confidence

    def action_sure(self) -> None:
        """Go to the confidence."""
        self.screen.focus_next(ConfidenceLine)

    def action_leave(self) -> None:
        """Give the keys back to the screen."""
        self.screen.set_focus(None)


class AnswerArea(Vertical):
    """Asks in the way of the card's kind; recall and cloze ask nothing."""

    DEFAULT_CSS = """
    AnswerArea { height: auto; padding: 0 1; }
    AnswerArea > Static { height: auto; }
    AnswerArea > .why { padding-left: 5; }
    """

    class Given(Message):
        """The learner answered: a text (perhaps empty), perhaps with a confidence, or the index of a choice."""

        def __init__(self, response: str, choice: int | None = None, confidence: int | None = None) -> None:
            super().__init__()
            self.response = response
            self.choice = choice
            self.confidence = confidence

    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """The input that fits the kind."""
        kind = self._prompt.card.kind
        if kind is Kind.CHOICES:
            yield ChoiceList(self._prompt.drawn.choices)
        elif kind is Kind.TYPE:
            yield AnswerLine("your answer; enter when done")
        elif kind is Kind.PREDICT:
            hint = "your prediction, as Python would print it; enter predicts and runs"
            yield AnswerLine(hint, with_confidence=True)
            yield ConfidenceLine()

    async def rephrase(self, prompt: Prompt) -> None:
        """Take the answer to a question that is written otherwise now; a line stays, with what was typed in it."""
        before, self._prompt = self._prompt, prompt
        if (before.card.kind, before.drawn.choices) == (prompt.card.kind, prompt.drawn.choices):
            return
        typed, asked = [line.value for line in self.query(AnswerLine).results()], self.has_focus_within
        await self.recompose()
        for line, value in zip(self.query(AnswerLine).results(), typed, strict=False):
            line.value = value
        if asked:
            self.ask()

    def ask(self) -> None:
        """Put the cursor where the answer goes."""
        for widget in self.query("ChoiceList, AnswerLine").results():
            widget.focus()

    def close(self, chosen: int | None = None) -> None:
        """Take no more answers; choices show which was right and why each is or is not."""
        for line in self.query("AnswerLine, ConfidenceLine").results():
            line.display = False
        for choices in self.query(ChoiceList).results():
            choices.display = False
            self.mount_all(_explained(self._prompt.drawn.choices, chosen))

    @on(Input.Submitted)
    @on(ConfidenceLine.Predicted)
    def _typed(self, event: Message) -> None:
        """The line has the cursor again, for a prediction that cannot be taken."""
        event.stop()
        self.screen.set_focus(self.query_one(AnswerLine))
        confidence = next((line.chosen for line in self.query(ConfidenceLine).results()), None)
        self.post_message(self.Given(self.query_one(AnswerLine).value, confidence=confidence))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Given(self._prompt.drawn.choices[event.option_index].text, event.option_index))


def _explained(choices: Sequence[Choice], chosen: int | None) -> Iterator[Static]:
    """Each choice with what it is and why, the reason indented under it."""
    for at, choice in enumerate(choices):
        sign = mark(choice.right) if choice.right or at == chosen else Content(" ")
        text = inline(choice.text.strip(), "bold" if choice.right else "")
        you = Content.styled("  ◂ you", MUTED) if at == chosen else ""
        yield Static(Content.assemble(sign, f" {at + 1}  ", text, you), markup=False)
        if choice.why.strip():
            yield Static(inline(choice.why.strip(), MUTED), classes="why", markup=False)
