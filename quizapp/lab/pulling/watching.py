"""How a pull tells how far it is, and how sizes are told."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Whoever asked for a model and waits for it."""

    def say(self, sentence: str) -> None:
        """Tell something that stays to be read."""

    def begin(self, what: str, total: int = 0) -> None:
        """From here on `at` counts something else.

        Args:
            what: What is done now; it may hold foreign text.
            total: Bytes that there will be; 0 where nobody knows.
        """

    def at(self, done: int) -> None:
        """So many bytes are there."""


def told(size: int) -> str:
    """A number of bytes in the unit that leaves one to three digits before the point: `93 MB`, `1.2 GB`."""
    amount, units = float(size), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 999.5 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}" if units[0] in {"GB", "TB"} else f"{amount:.0f} {units[0]}"
