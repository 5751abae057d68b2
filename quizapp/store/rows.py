"""Events, card states and proofs as rows, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.errors import StoreError
from quizapp.study.events import Event, EventKind, Review
from quizapp.study.memory import CardState, Rating, State

Row = dict[str, Any]
"""One row, or a part of one, by column."""
Value = int | float | str | None
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def event_values(event: Event) -> dict[str, Value]:
    """The columns of an event, all but `seq`.

    Raises:
        StoreError: a number that JSON has no word for, or a card id that could not be read back.
    """
    values: dict[str, Value] = {
        "id": str(event.id),
        "kind": event.kind.value,
        "at": _microseconds(event.at - EPOCH),
        "utc_offset": _microseconds(event.offset),
        "study_day": event.study_day.isoformat(),
        "card": _card(event.card),
        "before": _state_json(event.before),
        "after": _state_json(event.after),
        "undoes": str(event.undoes) if event.undoes else None,
        "weights": None if event.parameters is None else _json(event.parameters),
        **_review_values(event.review),
    }
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}


def state_values(state: CardState) -> dict[str, Value]:
    """The columns of a card state; its JSON has the same keys and values."""
    return {
        "state": state.state.value,
        "step": state.step,
        "stability": state.stability,
        "difficulty": state.difficulty,
        "due_at": None if state.due_at is None else _microseconds(state.due_at - EPOCH),
        "due_on": _day_text(state.due_on),
        "reviewed_on": _day_text(state.reviewed_on),
        "reps": state.reps,
        "lapses": state.lapses,
        "leech": int(state.leech),
        "suspended": int(state.suspended),
        "buried_on": _day_text(state.buried_on),
    }


def read_event(row: Row) -> Event:
    """The event of a row of `event`."""
    return Event(
        id=UUID(row["id"]),
        kind=EventKind(row["kind"]),
        at=EPOCH + row["at"] * MICROSECOND,
        offset=row["utc_offset"] * MICROSECOND,
        study_day=date.fromisoformat(row["study_day"]),
        card=None if row["card"] is None else CardId.parse(row["card"]),
        before=_state_of_json(row["before"]),
        after=_state_of_json(row["after"]),
        review=None if row["rating"] is None else _read_review(row),
        undoes=None if row["undoes"] is None else UUID(row["undoes"]),
        parameters=None if row["weights"] is None else tuple(json.loads(row["weights"])),
    )


def read_state(row: Row) -> CardState:
    """The state of a row of `card_state`, or of its JSON."""
    return CardState(
        state=State(row["state"]),
        step=row["step"],
        stability=row["stability"],
        difficulty=row["difficulty"],
        due_at=None if row["due_at"] is None else EPOCH + row["due_at"] * MICROSECOND,
        due_on=_day(row["due_on"]),
        reviewed_on=_day(row["reviewed_on"]),
        reps=row["reps"],
        lapses=row["lapses"],
        leech=bool(row["leech"]),
        suspended=bool(row["suspended"]),
        buried_on=_day(row["buried_on"]),
    )


def proof_values(proof: Proof) -> dict[str, Value]:
    """The columns of a proof, all but `seq`."""
    return {
        "entry": storable(proof.entry),
        "claim": proof.claim,
        "environment": storable(_json(asdict(proof.environment))),
        "verdict": proof.verdict.value,
        "trial": int(proof.trial),
        "at": _microseconds(proof.at - EPOCH),
    }


def read_proof(row: Row) -> Proof:
    """The proof of a row of `proof`."""
    environment = _environment_of_json(row["environment"])
    assert environment is not None
    return Proof(
        entry=row["entry"],
        claim=row["claim"],
        environment=environment,
        verdict=Verdict(row["verdict"]),
        trial=bool(row["trial"]),
        at=EPOCH + row["at"] * MICROSECOND,
    )


def storable(text: str) -> str:
    """The text with pairs of surrogates joined and lone ones, which have no UTF-8, replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _review_values(review: Review | None) -> dict[str, Value]:
    if review is None:
        return {}
    return {
        "rating": review.rating.value,
        "elapsed": review.elapsed,
        "duration": _microseconds(review.duration),
        "scheduler": review.scheduler,
        "parameters": review.parameters,
        "seed": review.seed,
        "suggested": None if review.suggested is None else review.suggested.value,
        "response": review.response,
        "confidence": review.confidence,
        "observed": review.observed,
        "verdict": None if review.verdict is None else review.verdict.value,
        "environment": None if review.environment is None else _json(asdict(review.environment)),
    }


def _read_review(row: Row) -> Review:
    return Review(
        rating=Rating(row["rating"]),
        elapsed=row["elapsed"],
        duration=row["duration"] * MICROSECOND,
        scheduler=row["scheduler"],
        parameters=row["parameters"],
        seed=row["seed"],
        suggested=None if row["suggested"] is None else Rating(row["suggested"]),
        response=row["response"],
        confidence=row["confidence"],
        observed=row["observed"],
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        environment=_environment_of_json(row["environment"]),
    )


def _card(card: CardId | None) -> str | None:
    if card is None:
        return None
    text = str(card)
    try:
        readable = storable(text) == text and CardId.parse(text) == card
    except ValueError:
        readable = False
    if not readable:
        raise StoreError(f"{text!r} is not a card id that could be read back; nothing was recorded.")
    return text


def _microseconds(span: timedelta) -> int:
    return span // MICROSECOND


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise StoreError(
            f"A number of this event is infinite or not a number ({value}); nothing was recorded."
        ) from error


def _state_json(state: CardState | None) -> str | None:
    return None if state is None else _json(state_values(state))


@lru_cache(maxsize=4096)  # an event's `before` is most often the text of an earlier event's `after`
def _state_of_json(text: str | None) -> CardState | None:
    return None if text is None else read_state(json.loads(text))


@lru_cache(maxsize=64)  # a log knows few environments
def _environment_of_json(text: str | None) -> Environment | None:
    return None if text is None else Environment(**json.loads(text))
