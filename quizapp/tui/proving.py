"""A card's claim put to the proof: whether its code may run, and the run as it is seen."""

from __future__ import annotations

from collections.abc import Callable

from quizapp.cards.card import Card, Deck
from quizapp.errors import LabError
from quizapp.tui.attempt import Attempt
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.trust import TrustScreen
from quizapp.tui.widgets.card_view import CardView
from quizapp.tui.widgets.run_view import RunView


async def may_run(screen: QuizScreen[None], deck: Deck, card: Card) -> bool:
    """Whether the code may run: the project's own, or allowed by the learner after seeing it."""
    trust = screen.services.trust
    if trust.is_trusted(card):
        return True
    answer = await screen.app.push_screen_wait(TrustScreen(deck, card))
    if answer.allowed and answer.remember:
        try:
            trust.allow([card])
        except LabError as error:
            screen.tell(str(error), problem=True)
    if not answer.allowed:
        screen.tell("Nothing was run.")
    return answer.allowed


async def show_run(screen: QuizScreen[None], attempt: Attempt, stays: Callable[[], bool]) -> bool:
    """Run the snippet, and show what it does as it comes; whether the card stays to be answered after that.

    A card that was left meanwhile, as `stays` says, keeps nothing of the run.
    """
    prompt, view = attempt.prompt, screen.query_one(CardView)
    assert prompt.card.snippet is not None
    await view.run_started(screen.quiz.lab_state)
    output = view.query_one(RunView).append
    run = await screen.quiz.lab.run(prompt.card.snippet, prompt.drawn.values, prompt.seed, on_output=output)
    if not stays():
        return False
    attempt.take(run)
    await view.run_finished(run)
    return stays()
