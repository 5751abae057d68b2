"""A card's claim put to the proof: whether its code may run, and the run as it is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from quizapp.cards.card import Card, Deck
from quizapp.errors import LabError
from quizapp.lab.trust_standing import Standing
from quizapp.tui.attempt import Attempt
from quizapp.tui.screens.base import QuizScreen
from quizapp.tui.screens.trust import Answer, TrustScreen
from quizapp.tui.widgets.card_view import CardView
from quizapp.tui.widgets.run_view import RunView


@dataclass(frozen=True, slots=True)
class Permission:
    """That code may run now."""

    sandboxed: bool = False
    """Only where a sandbox holds it."""


async def may_run(screen: QuizScreen[None], deck: Deck, card: Card) -> Permission | None:
    """Whether the code may run: the project's own, or allowed by the learner after seeing exactly what is in memory."""
    services = screen.services
    if not services.lab.enabled:
        return Permission()  # the lab runs nothing then, and says so: there is nothing to ask
    standing = services.trust.standing(card)
    if standing is Standing.NEVER:
        screen.tell(standing.refusal(deck.id))
        return None
    sandboxed = standing is Standing.SANDBOX
    if standing.runs and not (sandboxed and screen.quiz.lab.state.sandbox not in {"", "strong"}):
        return Permission(sandboxed)
    asking = TrustScreen(deck, card, services.trust, services.lab)
    answer = await screen.app.push_screen_wait(asking)
    permission = Permission(asking.told_held)
    await _keep(screen, deck, card, answer, permission)
    return None if answer in {Answer.NO, Answer.NEVER} else permission


async def _keep(screen: QuizScreen[None], deck: Deck, card: Card, answer: Answer, given: Permission) -> None:
    """Remember an answer that is for more than once, and say what else came of it."""
    trust, told = screen.services.trust, ""
    try:
        match answer:
            case Answer.CODE:
                told = await asyncio.to_thread(trust.allow, [card], sandboxed=given.sandboxed)
            case Answer.DECK:
                told = await asyncio.to_thread(trust.allow, deck.cards, sandboxed=given.sandboxed)
            case Answer.NEVER:
                told = await asyncio.to_thread(trust.forbid, deck.id)
                screen.tell(f"Nothing of this deck will be run. `quizapp trust revoke {deck.id}` takes that back.")
            case Answer.NO:
                screen.tell("Nothing was run.")
            case Answer.ONCE:
                pass
    except LabError as error:
        told = str(error)
    if told:
        screen.tell(told, problem=True)


async def show_run(
    screen: QuizScreen[None], attempt: Attempt, permission: Permission, stays: Callable[[], bool]
) -> bool:
    """Run the snippet, and show what it does as it comes; whether the card stays to be answered after that.

    A card that was left meanwhile, as `stays` says, keeps nothing of the run.
    """
    prompt, view = attempt.prompt, screen.query_one(CardView)
    assert prompt.card.snippet is not None
    await view.run_started(screen.quiz.lab_state)
    output = view.query_one(RunView).append
    run = await screen.quiz.lab.run(
        prompt.card.snippet, prompt.drawn.values, prompt.seed, on_output=output, sandboxed=permission.sandboxed
    )
    if not stays():
        return False
    attempt.take(run)
    await view.run_finished(run)
    return stays()
