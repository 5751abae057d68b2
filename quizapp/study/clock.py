"""The study day: when one starts, and which one an instant belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

DAY = timedelta(days=1)


def day_start(day: date, zone: tzinfo, rollover: time) -> datetime:
    """The instant (UTC) at which a study day starts: the first time that day's wall clock shows `rollover`.

    Where the wall clock skips that time (spring), it is as long after midnight as on any other day.
    """
    return datetime.combine(day, rollover.replace(fold=0), tzinfo=zone).astimezone(UTC)


def study_day(instant: datetime, zone: tzinfo, rollover: time) -> date:
    """The study day an instant belongs to: the last one that has started.

    Raises:
        ValueError: the instant does not say its offset from UTC.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{instant} has no time zone; every instant here is aware, in UTC.")
    return _started(instant.astimezone(UTC), zone, rollover)


@lru_cache(maxsize=256)
def _started(instant: datetime, zone: tzinfo, rollover: time) -> date:
    """Kept for a while, because a queue asks it for every card at one instant; UTC, since equal times are then one."""
    day = instant.astimezone(zone).date() + DAY
    while day_start(day, zone, rollover) > instant:
        day -= DAY
    return day


@dataclass(frozen=True, slots=True)
class Clock:
    """The learner's study days: every room asks here, so that all agree."""

    zone: tzinfo
    rollover: time = time(4)
    """Local time at which a study day starts."""

    def day(self, instant: datetime) -> date:
        """The study day an instant belongs to."""
        return study_day(instant, self.zone, self.rollover)

    def start(self, day: date) -> datetime:
        """The instant (UTC) at which a study day starts."""
        return day_start(day, self.zone, self.rollover)

    def offset(self, instant: datetime) -> timedelta:
        """How far the learner's local time is from UTC at an instant."""
        return instant.astimezone(self.zone).utcoffset() or timedelta()
