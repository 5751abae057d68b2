"""Asks before a stranger's code runs for the first time: shows all of it, and what it could do."""

from __future__ import annotations

from enum import StrEnum

from textual import on
from textual.content import Content
from textual.widgets import OptionList

from quizapp.cards.card import Card, Deck
from quizapp.lab.client import LabState
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust import Trust
from quizapp.lab.trust_code import Code, code_of, codes_of
from quizapp.lab.trust_lines import Line, hidden, lines, notes
from quizapp.study.words import counted
from quizapp.tui.screens.asking import AskingScreen
from quizapp.tui.text import MUTED, one_line, place
from quizapp.tui.text import lines as stacked
from quizapp.tui.trust_words import could_do, history
from quizapp.tui.widgets.source_view import Source

TITLE_CELLS = 40
PLACE_CELLS = 70


class Answer(StrEnum):
    """What the learner decided."""

    NO = "no"
    ONCE = "once"
    CODE = "this code, until it changes"
    DECK = "this deck, until it changes"
    NEVER = "never this deck"


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
            one_line(told, "$text-warning bold"),
            card.truncate(PLACE_CELLS, ellipsis=True),
        )

    def access(self, state: LabState) -> Content:
        """What it reaches out for, and what holds it."""
        return stacked(could_do([self._code], self._lab, state), reaching(self._shown))

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
        yes = f"yes, allow {self._said}, each until it changes"
        super().__init__(sources, ["no", yes], after_reading={1: "yes, once you have read to the end"})

    def asks(self, state: LabState) -> Content:
        """The deck, and how much there is to read."""
        title = one_line(self._deck.title, "bold").truncate(TITLE_CELLS, ellipsis=True)
        size = f"{self._said} in {place(self._deck.path)}, all of them here: read to the end before you say yes"
        return stacked(Content.assemble("All that “", title, "” could run"), one_line(size, MUTED))

    def access(self, state: LabState) -> Content:
        """What all of it reaches out for, and what holds it."""
        return stacked(could_do(self._codes.values(), self._lab, state), reaching(self._shown))

    def refusal(self) -> bool:
        """Nothing is allowed."""
        return False

    @on(OptionList.OptionSelected)
    def _decided(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index == 1)


def reaching(code: list[Line]) -> Content:
    """Every note on the code once, and how much of it an eye would not see."""
    count = hidden(code)
    unseen = f"{counted(count, 'hidden character')}" + (", each shown in brackets" if count else "")
    noted = one_line(" · ".join(notes(code)), "$text-warning bold")
    return Content(" · ").join([part for part in (noted, Content.styled(unseen, "bold" if count else MUTED)) if part])
