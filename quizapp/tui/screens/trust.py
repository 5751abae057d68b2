"""Asks before a stranger's code runs for the first time: shows all of it, and what it could do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.cards.card import Card, Deck
from quizapp.lab.client import LabState
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust import Trust
from quizapp.lab.trust_code import Code, code_of, codes_of
from quizapp.lab.trust_lines import Line, hidden, lines, notes
from quizapp.study.words import counted
from quizapp.tui.text import MUTED, one_line, place
from quizapp.tui.text import lines as stacked
from quizapp.tui.trust_words import could_do, history
from quizapp.tui.widgets.source_view import Source, SourceView

TITLE_CELLS = 40
PLACE_CELLS = 70
LEAD = 2
"""Lines in sight above the first that changed."""

Result = TypeVar("Result")


class Answer(StrEnum):
    """What the learner decided."""

    NO = "no"
    ONCE = "once"
    CODE = "this code, until it changes"
    DECK = "this deck, until it changes"
    NEVER = "never this deck"


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

    def __init__(self, sources: Sequence[Source], answers: Sequence[str]) -> None:
        super().__init__()
        self._sources, self._answers = sources, answers
        self.settling = True

    def compose(self) -> ComposeResult:
        """Who asks, the whole code, what it could do, the answers."""
        with Vertical(classes="box") as box:
            box.border_subtitle = "↑↓ and enter answer · pgup pgdn scroll · esc is no"
            yield Static(id="asks", markup=False)
            with VerticalScroll(classes="code", can_focus=False):
                yield SourceView(*self._sources)
            yield Static(id="access", markup=False)
            yield OptionList(*map(_option, self._answers), markup=False, disabled=True)

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
        self.call_after_refresh(self.set_timer, self.SETTLING, self._settled)

    def _show_change(self) -> None:
        """Begin where the code changed, if it did."""
        first = self.query_one(SourceView).first_change
        self.query_one(".code").scroll_to(y=max(0, first - LEAD), animate=False, immediate=True)

    def _settled(self) -> None:
        self.settling = False
        answers = self.query_one(OptionList)
        answers.disabled = False
        answers.focus()

    @on(OptionList.OptionHighlighted)
    def _pointed(self, event: OptionList.OptionHighlighted) -> None:
        """Point by a sign, not by colour alone."""
        for at, answer in enumerate(self._answers):
            event.option_list.replace_option_prompt_at_index(at, _option(answer, at == event.option_index).prompt)

    def _lab_changed(self, state: LabState | None) -> None:
        """The lab may find out only now what holds the code."""
        if state is not None:
            self.query_one("#asks", Static).update(self.asks(state))
            self.query_one("#access", Static).update(self.access(state))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key does anything yet."""
        return not self.settling

    def action_scroll_code(self, direction: int) -> None:
        """Read on in code that is longer than the screen."""
        code = self.query_one(".code")
        code.scroll_relative(y=direction * max(1, code.size.height - 1), animate=False)

    async def action_keys(self) -> None:
        """Show every key."""
        await self.run_action("app.help")

    def action_refuse(self) -> None:
        """Escape is no."""
        self.dismiss(self.refusal())


class TrustScreen(AskingScreen[Answer]):
    """Shows exactly the code that would run, and defaults to no."""

    def __init__(self, deck: Deck, card: Card, trust: Trust, lab: LabSettings) -> None:
        code = code_of(card)
        assert code is not None
        self._deck, self._card, self._lab = deck, card, lab
        self._code: Code = code
        decided = trust.reading()
        self._before, self._standing, self._problem = decided.before(card), decided.standing(card), decided.problem
        self._shown = lines(code, self._before)
        self._count = len(codes_of(deck.cards))
        super().__init__([Source(self._shown)], [self._worded(answer) for answer in Answer])

    def _worded(self, answer: Answer) -> str:
        if answer is not Answer.DECK:
            return answer
        return f"{answer} (shows all {self._count} first)" if self._count > 1 else answer

    def asks(self, state: LabState) -> Content:
        """The deck, the card, and what was decided before."""
        where = "this machine" if state.device == "auto" else state.device
        title = one_line(self._deck.title, "bold").truncate(TITLE_CELLS, ellipsis=True)
        card = one_line(f"card {self._card.id.card} in {place(self._card.path)}", MUTED)
        told = self._problem or history(self._standing, kept=self._before is not None, shipped=self._deck.shipped)
        return stacked(
            Content.assemble("“", title, f"” wants to run this on {where}"),
            card.truncate(PLACE_CELLS, ellipsis=True),
            one_line(told, "$text-warning bold"),
        )

    def access(self, state: LabState) -> Content:
        """What it reaches out for, and what holds it."""
        return stacked(reaching(self._shown), could_do([self._code], self._lab, state))

    def refusal(self) -> Answer:
        """Nothing runs, and it is asked again."""
        return Answer.NO

    @on(OptionList.OptionSelected)
    def _decided(self, event: OptionList.OptionSelected) -> None:
        answer = list(Answer)[event.option_index]
        if answer is Answer.DECK:
            self.app.push_screen(DeckTrustScreen(self._deck, self._lab), self._read_the_deck)
        else:
            self.dismiss(answer)

    def _read_the_deck(self, allowed: bool | None) -> None:
        if allowed:
            self.dismiss(Answer.DECK)
        else:
            self.query_one(OptionList).highlighted = 0


class DeckTrustScreen(AskingScreen[bool]):
    """Shows every snippet of a deck before all of them are allowed, and defaults to no."""

    def __init__(self, deck: Deck, lab: LabSettings) -> None:
        codes = codes_of(deck.cards)
        self._deck, self._lab, self._codes = deck, lab, codes
        self._said = counted(len(codes), "snippet")
        sources = [
            Source(lines(code), f"{at} of {len(codes)} · {entry.partition('/')[2]} · model {code.model}")
            for at, (entry, code) in enumerate(codes.items(), 1)
        ]
        self._shown: list[Line] = [line for source in sources for line in source.lines]
        super().__init__(sources, ["no", f"yes, allow {self._said}, each until it changes"])

    def asks(self, state: LabState) -> Content:
        """The deck, and how much there is to read."""
        title = one_line(self._deck.title, "bold").truncate(TITLE_CELLS, ellipsis=True)
        size = f"{self._said} in {place(self._deck.path)}, all of them here: read to the end before you say yes"
        return stacked(Content.assemble("All that “", title, "” could run"), one_line(size, MUTED))

    def access(self, state: LabState) -> Content:
        """What all of it reaches out for, and what holds it."""
        return stacked(reaching(self._shown), could_do(self._codes.values(), self._lab, state))

    def refusal(self) -> bool:
        """Nothing is allowed."""
        return False

    @on(OptionList.OptionSelected)
    def _decided(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index == 1)


def _option(answer: str, chosen: bool = False) -> Option:
    return Option(Content(f"{'▸' if chosen else ' '} {answer}"))


def reaching(code: list[Line]) -> Content:
    """Every note on the code once, and how much of it an eye would not see."""
    count = hidden(code)
    unseen = f"{counted(count, 'hidden character')}" + (", each shown in brackets" if count else "")
    noted = one_line(" · ".join(notes(code)), "$text-warning bold")
    return Content(" · ").join([part for part in (noted, Content.styled(unseen, "bold" if count else MUTED)) if part])
