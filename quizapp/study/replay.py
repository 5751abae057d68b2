"""The log worked out again from its ratings, not from the states it carries: what proves that they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from quizapp.cards.identity import CardId
from quizapp.study.events import Event, EventKind, Review
from quizapp.study.memory import CardState
from quizapp.study.scheduler import Scheduler


def replay(events: Iterable[Event], scheduler_for: Callable[[Review], Scheduler]) -> dict[CardId, CardState]:
    """The state of every card with a past, computed from what the learner did.

    Args:
        events: The whole log, in order.
        scheduler_for: The scheduler of a review's name and parameters hash; retention, steps and limits are those of
            its settings, which the log does not carry.
    """
    states: dict[CardId, CardState] = {}
    before: dict[UUID, CardState] = {}
    for event in events:
        if event.card is None:
            continue
        state = states.get(event.card, CardState())
        before[event.id] = state
        undone = before.get(event.undoes, CardState()) if event.undoes is not None else CardState()
        states[event.card] = _after(event, state, undone, scheduler_for)
    return states


def _after(
    event: Event, state: CardState, undone: CardState, scheduler_for: Callable[[Review], Scheduler]
) -> CardState:
    match event.kind:
        case EventKind.REVIEW if event.review is not None:
            review = event.review
            return scheduler_for(review).review(state, review.rating, event.at, review.seed)
        case EventKind.UNDO:
            return undone
        case EventKind.SUSPEND | EventKind.UNSUSPEND:
            return replace(state, suspended=event.kind is EventKind.SUSPEND)
        case EventKind.BURY:
            return replace(state, buried_on=event.study_day)
        case EventKind.RESET:
            return CardState()
        case _:
            return event.after or state
