"""Asks before a stranger's code runs for the first time."""

from __future__ import annotations

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

WARNING = """\
It runs in a process of its own, limited in time and memory, but not yet in a sandbox: it could read \
your files and use the network. Say yes only to code that you have read."""


class TrustScreen(ModalScreen[TrustAnswer]):
    """Shows exactly the code that would run, and defaults to no."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "refuse", "no", id="trust.no")]

    def __init__(self, deck: Deck, card: Card) -> None:
        super().__init__()
        self._deck, self._card = deck, card

    def compose(self) -> ComposeResult:
        """Who asks, the whole code, what it can reach, the answers."""
        snippet = self._card.snippet
        assert snippet is not None
        code = snippet.code + (f"\n\n# the prediction is compared with\n{snippet.predict}" if snippet.predict else "")
        with Vertical(classes="box"):
            yield Static(
                lines(
                    Content.assemble(one_line(self._deck.title, "bold"), " wants to run this code on your machine:"),
                    one_line(f"card {self._card.id.card} in {place(self._card.path)}", MUTED),
                ),
                markup=False,
            )
            with VerticalScroll(classes="code"):
                yield SnippetView(code)
            yield Static(_hidden(code), markup=False)
            yield Static(WARNING, markup=False)
            yield OptionList(*(Option(Content(text)) for text, _ in ANSWERS), markup=False)

    def on_mount(self) -> None:
        """No is under the cursor."""
        answers = self.query_one(OptionList)
        answers.highlighted = 0
        answers.focus()

    @on(OptionList.OptionSelected)
    def _decided(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(ANSWERS[event.option_index][1])

    def action_refuse(self) -> None:
        """Escape is no."""
        self.dismiss(TrustAnswer())


def _hidden(code: str) -> Content:
    """A warning when the code holds characters that an eye cannot see; the code above shows each."""
    count = hidden(code)
    if not count:
        return Content("No hidden characters.")
    return Content.styled(
        f"{count} hidden characters: in the code above each is shown in brackets.", "$text-warning bold"
    )
