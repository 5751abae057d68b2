"""The tables as SQLModel sees them; `migrations` makes them, and a test holds the two together.

Instants and durations are whole microseconds (instants since 1970 UTC), days are ISO text, enumerations their
values, truth values 0 or 1: exact, and comparable in SQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import REAL, Integer, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


def _text(**options: Any) -> Any:  # noqa: ANN401  (SQLModel's Field is untyped the same way)
    return Field(sa_type=Text, **options)


def _integer(**options: Any) -> Any:  # noqa: ANN401
    return Field(sa_type=Integer, **options)


class EventRow(SQLModel, table=True):
    """One line of the log; triggers refuse to change or delete it."""

    __tablename__ = "event"
    __table_args__ = {"sqlite_strict": True}

    seq: int | None = _integer(default=None, primary_key=True)
    """The order of the log: 1, 2, 3, … without gaps."""
    id: str = _text(unique=True)
    kind: str = _text()
    at: int = _integer()
    utc_offset: int = _integer()
    study_day: str = _text(index=True)
    card: str | None = _text()
    before: str | None = _text()
    """JSON of a `CardState`, as `rows.state_values` writes it."""
    after: str | None = _text()
    rating: int | None = _integer()
    elapsed: int | None = _integer()
    duration: int | None = _integer()
    scheduler: str | None = _text()
    parameters: str | None = _text()
    """The hash of them; the weights themselves are in the last `parameters` event."""
    seed: int | None = _integer()
    suggested: int | None = _integer()
    response: str | None = _text()
    confidence: int | None = _integer()
    observed: str | None = _text()
    verdict: str | None = _text()
    environment: str | None = _text()
    """JSON of an `Environment`."""
    undoes: str | None = _text(unique=True, foreign_key="event.id")
    weights: str | None = _text()
    """JSON list of the weights of a `parameters` event."""


class CardStateRow(SQLModel, table=True):
    """What the log comes to for one card: a cache, made anew by `Log.rebuild`."""

    __tablename__ = "card_state"
    __table_args__ = {"sqlite_strict": True}

    card: str = _text(primary_key=True)
    seq: int = _integer(foreign_key="event.seq")
    """The event that made it."""
    state: int = _integer()
    step: int = _integer()
    stability: float | None = Field(sa_type=REAL)
    difficulty: float | None = Field(sa_type=REAL)
    due_at: int | None = _integer()
    due_on: str | None = _text()
    reviewed_on: str | None = _text()
    reps: int = _integer()
    lapses: int = _integer()
    leech: int = _integer()
    suspended: int = _integer()
    buried_on: str | None = _text()


class ProofRow(SQLModel, table=True):
    """The last time a claim came to one verdict in one environment."""

    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("entry", "claim", "environment", "verdict", "trial"), {"sqlite_strict": True})

    seq: int | None = _integer(default=None, primary_key=True)
    """The order in which they were recorded, with gaps."""
    entry: str = _text()
    claim: str = _text()
    environment: str = _text()
    """JSON of an `Environment`."""
    verdict: str = _text()
    trial: int = _integer()
    at: int = _integer()


EVENT: Table = EventRow.__table__  # type: ignore[attr-defined]
CARD_STATE: Table = CardStateRow.__table__  # type: ignore[attr-defined]
PROOF: Table = ProofRow.__table__  # type: ignore[attr-defined]
