"""What all screens share: the way to the app's services, and how an error is told."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen

from quizapp.cards.sanitize import clean
from quizapp.errors import QuizappError
from quizapp.tui.services import Services

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp

Result = TypeVar("Result")
Answer = TypeVar("Answer")


class QuizScreen(Screen[Result]):
    """A screen of this program."""

    @property
    def quiz(self) -> QuizApp:
        """The running app, by its own type."""
        return cast("QuizApp", self.app)

    @property
    def services(self) -> Services:
        """The rest of the house."""
        return self.quiz.services

    async def decks_changed(self) -> str:
        """Go on with the app's decks, which were read anew; this screen may be covered by another.

        Returns:
            What became of the card on the screen, in a sentence; empty where nothing did.
        """
        return ""

    def key(self, binding_id: str) -> str:
        """The key of a binding that does something now, as the footer shows it; a learner may have changed it."""
        active = (active.binding for active in self.active_bindings.values())
        return next((self.app.get_key_display(binding) for binding in active if binding.id == binding_id), "")

    def tell(self, message: str, *, problem: bool = False) -> None:
        """A short word to the learner, in the place of the last; foreign parts are cleaned, brackets just brackets."""
        self.app.clear_notifications()
        self.notify(clean(message), severity="error" if problem else "information", markup=False, timeout=6)

    async def told(self, work: Awaitable[Answer], otherwise: str = "") -> Answer | None:
        """The answer of some work; None when it failed, after saying why and what that means."""
        try:
            return await work
        except QuizappError as error:
            self.tell(f"{error} {otherwise}".strip(), problem=True)
            return None
