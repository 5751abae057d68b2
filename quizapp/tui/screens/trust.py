"""Asks before a stranger's code runs for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.cards.card import Card, Deck
from quizapp.cards.deck import Value
from quizapp.cards.proof import Snippet
from quizapp.cards.sanitize import hidden
from quizapp.tui.text import MUTED, lines, one_line, place
from quizapp.tui.widgets.snippet_view import SnippetView


@dataclass(frozen=True, slots=True)
class TrustAnswer:
    """What the learner decided about one snippet."""

    allowed: bool = False
    remember: bool = False


ANSWERS = (
    ("no", TrustAnswer()),
    ("once", TrustAnswer(allowed=True)),
    ("this code, until it changes", TrustAnswer(allowed=True, remember=True)),
)

TITLE_CELLS = 30
PLACE_CELLS = 70
WARNING = """\
It runs in a process of its own, limited in time and memory, but not yet in a sandbox: it could read \
your files and use the network. Allow only code that you have read."""


class TrustScreen(ModalScreen[TrustAnswer]):
    """Shows exactly the code that would run, and defaults to no."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "refuse", "no", id="trust.no", tooltip="Run nothing"),
        Binding("question_mark", "app.help", "keys", key_display="?", id="trust.help", tooltip="Show every key"),
        Binding("pageup", "scroll_code(-1)", "page up", id="trust.pageup", tooltip="Read on above", priority=True),
        Binding("pagedown", "scroll_code(1)", "page down", id="trust.pagedown", tooltip="Read on", priority=True),
    ]

    def __init__(self, deck: Deck, card: Card) -> None:
        super().__init__()
        self._deck, self._card = deck, card

    def compose(self) -> ComposeResult:
        """Who asks, the whole code, what it can reach, the answers."""
        snippet = self._card.snippet
        assert snippet is not None
        code = _everything(snippet, self._card.entry.vary)
        with Vertical(classes="box") as box:
            box.border_subtitle = "↑↓ and enter answer · esc is no"
            yield Static(
                lines(
                    Content.assemble(
                        one_line(self._deck.title, "bold").truncate(TITLE_CELLS, ellipsis=True),
                        " wants to run this code on your machine:",
                    ),
                    one_line(f"card {self._card.id.card} in {place(self._card.path)}", MUTED).truncate(PLACE_CELLS),
                ),
                markup=False,
            )
            with VerticalScroll(classes="code", can_focus=False):
                yield SnippetView(code)
            yield Static(_hidden(code), markup=False)
            yield Static(WARNING, markup=False)
            yield OptionList(*(Option(Content(text)) for text, _ in ANSWERS), markup=False)

    def on_mount(self) -> None:
        """No is under the cursor, and no notice over the answers."""
        self.app.clear_notifications()
        answers = self.query_one(OptionList)
        answers.highlighted = 0
        answers.focus()

    @on(OptionList.OptionSelected)
    def _decided(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(ANSWERS[event.option_index][1])

    def action_scroll_code(self, direction: int) -> None:
        """Read on in code that is longer than the screen."""
        code = self.query_one(".code")
        code.scroll_relative(y=direction * max(1, code.size.height - 1), animate=False)

    def action_refuse(self) -> None:
        """Escape is no."""
        self.dismiss(TrustAnswer())


def _everything(snippet: Snippet, vary: Mapping[str, tuple[Value, ...]]) -> str:
    """All that is run: the values that may be bound before the code, the code, what a prediction is compared with."""
    drawn = [f"{name} = {' or '.join(map(repr, values))}  # drawn" for name, values in vary.items()]
    predict = ["", "# a prediction is compared with", snippet.predict] if snippet.predict else []
    return "\n".join([*drawn, *([""] if drawn else []), snippet.code.rstrip("\n"), *predict])


def _hidden(code: str) -> Content:
    """A warning when the code holds characters that an eye cannot see; the code above shows each."""
    count = hidden(code)
    if not count:
        return Content("No hidden characters. pgup and pgdn scroll the code.")
    return Content.styled(
        f"{count} hidden characters: in the code above each is shown in brackets.", "$text-warning bold"
    )
