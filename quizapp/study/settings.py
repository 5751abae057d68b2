"""How the learner wants to study."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _in_seconds(value: object) -> object:
    """`30s`, `10m`, `1.5h` or `2d` as seconds; another text as it is, for pydantic knows other forms."""
    if isinstance(value, int | float):
        raise PydanticCustomError("time_delta_number", "a number does not say its unit")
    written = re.fullmatch(r"(\d{1,9}(?:\.\d+)?) ?([smhd])", value.strip()) if isinstance(value, str) else None
    return float(written[1]) * SECONDS[written[2]] if written else value


def _no_number(value: object) -> object:
    """A bare number would be taken for seconds after midnight."""
    if isinstance(value, int | float):
        raise PydanticCustomError("time_number", "a number is no time of day")
    return value


Wait = Annotated[timedelta, BeforeValidator(_in_seconds)]
"""A span of time, written `30s`, `10m`, `1h` or `2d`."""
Step = Annotated[Wait, Field(gt=timedelta(), le=timedelta(days=365))]
"""How long a card in (re)learning waits."""


class StudySettings(BaseModel):
    """Scheduling and daily limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    desired_retention: float = Field(0.9, ge=0.7, le=0.99)
    """The share of reviews you want to recall; higher means more reviews."""
    new_per_day: int = Field(20, ge=0)
    """New cards introduced per study day, over all decks."""
    reviews_per_day: int = Field(200, ge=0)
    """Reviews served per study day, over all decks."""
    rollover: Annotated[time, BeforeValidator(_no_number)] = time(4)
    """Local time at which a study day starts."""
    learning_steps: tuple[Step, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    """Waits of a new card before it graduates to days."""
    relearning_steps: tuple[Step, ...] = (timedelta(minutes=10),)
    """Waits of a forgotten card before it returns to days."""
    learn_ahead: Wait = Field(timedelta(minutes=20), ge=timedelta(), le=timedelta(days=1))
    """A card in learning may be shown this much early when nothing else is left."""
    maximum_interval: int = Field(36500, ge=1, le=36500)
    """Longest interval, in days."""
    fuzz: bool = True
    """Spread intervals a little so that cards learnt together do not stay together."""
    leech_threshold: int = Field(8, ge=2)
    """Lapses at which a card is marked a leech, then every half as many."""
    bury_siblings: bool = True
    """Show only one card of a cloze per study day."""
