"""Suspended cards in the command palette, to bring them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from quizapp.cards.card import Card
from quizapp.cards.sanitize import clean
from quizapp.errors import QuizappError
from quizapp.tui.screens.base import QuizScreen

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class SuspendedCards(Provider):
    """One command for each suspended card of the decks; none over a modal, which asks or shows something else."""

    async def startup(self) -> None:
        """Look in the log for what is suspended."""
        app = cast("QuizApp", self.app)
        self._cards: list[Card] = []
        if not isinstance(self.screen, QuizScreen):
            return
        try:
            states = await app.services.log.states()
        except QuizappError:
            states = {}  # whatever the palette is opened for besides still works, and every other way tells the error
        suspended = {card for card, state in states.items() if state.suspended}
        self._cards = [card for id_, card in app.library.cards.items() if id_ in suspended]

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for card in self._cards:
            yield DiscoveryHit(_words(card), partial(self._bring_back, card))

    async def search(self, query: str) -> Hits:
        """Those whose id fits what is typed."""
        matcher = self.matcher(query)
        for card in self._cards:
            score = matcher.match(_words(card))
            if score > 0:
                yield Hit(score, matcher.highlight(_words(card)), partial(self._bring_back, card))

    async def _bring_back(self, card: Card) -> None:
        assert isinstance(self.screen, QuizScreen)
        await self.screen.quiz.unsuspend(card, self.screen)


def _words(card: Card) -> str:
    """Ids only: the palette reads its words as markup, and ids cannot hold brackets."""
    return clean(f"Unsuspend {card.id}", newlines=False)
