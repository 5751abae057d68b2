"""Numbers in words: spans of time short enough for a button, and how many of a thing."""

from __future__ import annotations

from datetime import timedelta

from rich.cells import cell_len, set_cell_size

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH = 30 * DAY
YEAR = 365 * DAY


def interval_words(wait: timedelta) -> str:
    """`<1 m`, `6 m`, `2 h`, `4 d`, `3.1 mo`, `1.2 y`: the unit in which the wait is easiest to picture."""
    seconds = wait.total_seconds()
    if seconds <= MINUTE:
        return "<1 m"
    if round(seconds / MINUTE) < 60:
        return f"{round(seconds / MINUTE)} m"
    if round(seconds / HOUR) < 24:
        return f"{round(seconds / HOUR)} h"
    if round(seconds / DAY) <= 30:
        return f"{round(seconds / DAY)} d"
    if seconds < YEAR:
        return f"{_short(seconds / MONTH)} mo"
    return f"{_short(seconds / YEAR)} y"


def counted(number: int, thing: str) -> str:
    """`1 review`, `2 reviews`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def held_back(number: int) -> str:
    """What is said of new cards that wait for others."""
    verb, those = ("waits", "it comes") if number == 1 else ("wait", "they come")
    return f"{counted(number, 'new card')} {verb} until the cards that {those} after are learnt"


def cut(text: str, cells: int) -> str:
    """Text in so many cells at most."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(0, cells - 1)) + "…"


def _short(number: float) -> str:
    """One decimal, and none where it is 0."""
    return f"{number:.1f}".removesuffix(".0")
