"""How sure the learner is of a prediction: asked for by nobody, chosen in one or two keys, scored after the run."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from quizapp.study.calibration import CONFIDENCES
from quizapp.tui.text import MUTED


def _choosing(key: str, confidence: int) -> Binding:
    identity, tooltip = f"confidence.{confidence}", f"{confidence} % sure"
    return Binding(key, f"choose({confidence})", show=False, id=identity, tooltip=tooltip)


class ConfidenceLine(Widget, can_focus=True):
    """One line of per cents, none of them chosen at first; enter predicts with or without one."""

    DEFAULT_CSS = """
    ConfidenceLine {
        height: 1; padding: 0 1;
        link-style: none; link-color: $foreground; link-style-hover: bold; link-background-hover: $boost;
    }
    ConfidenceLine:focus { background: $boost; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "predict", "predict and run", id="confidence.predict", tooltip="Predict and run"),
        Binding("left", "step(-1)", "less", id="confidence.less", tooltip="Less sure"),
        Binding("right", "step(1)", "more sure", id="confidence.more", tooltip="More sure"),
        *(_choosing(key, confidence) for key, confidence in zip("567890", CONFIDENCES, strict=True)),
        Binding("backspace,delete", "unsay", "unsay", id="confidence.unsay", tooltip="Leave it unsaid"),
        Binding(
            "escape,tab,shift+tab,up",
            "back",
            "back",
            id="confidence.back",
            tooltip="Back to the prediction",
            priority=True,  # at once, so that the next key goes where the cursor is seen
        ),
    ]

    chosen: reactive[int | None] = reactive(None)
    """Per cent, one of `CONFIDENCES`; None while it is unsaid."""

    class Predicted(Message):
        """The learner is done with it."""

    def render(self) -> Content:
        """The choices, the chosen one in brackets."""
        parts = [self._choice(confidence) for confidence in CONFIDENCES]
        return Content.assemble(("confidence ", MUTED), *parts, (" % sure" if self.chosen else "  unsaid", MUTED))

    def _choice(self, confidence: int) -> Content:
        chosen = confidence == self.chosen
        text = Content.styled(
            f"[{confidence}]" if chosen else f" {confidence} ", "bold $text-accent" if chosen else MUTED
        )
        return text.stylize(Style.from_meta({"@click": f"choose({confidence})"}))

    def action_choose(self, confidence: int) -> None:
        """Choose one; the chosen one again takes it back."""
        self.chosen = None if self.chosen == confidence else confidence

    def action_step(self, by: int) -> None:
        """Choose the next one; from nothing, the first of that side."""
        if self.chosen is None:
            self.chosen = CONFIDENCES[0 if by > 0 else -1]
        else:
            at = CONFIDENCES.index(self.chosen) + by
            self.chosen = CONFIDENCES[max(0, min(len(CONFIDENCES) - 1, at))]

    def action_unsay(self) -> None:
        """Choose none."""
        self.chosen = None

    def action_predict(self) -> None:
        """Done: the prediction stands with this confidence."""
        self.post_message(self.Predicted())

    def action_back(self) -> None:
        """Back to the prediction."""
        self.screen.focus_previous("AnswerLine")
