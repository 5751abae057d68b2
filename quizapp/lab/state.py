"""How far the lab is, as its line in a footer tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """How far the lab is."""

    OFF = "off"
    """Switched off, or not started."""
    STARTING = "starting"
    """Importing, or loading a model."""
    READY = "ready"
    BROKEN = "broken"
    """Something could not be had, as the message says; the next run tries again."""


@dataclass(frozen=True, slots=True)
class LabState:
    """What the lab's line in a footer says."""

    phase: Phase
    message: str
    """What it is busy with, or why it is broken or off; else empty. Foreign text: sanitise it."""
    device: str
    """`cpu`, `cuda:0`; `auto` until the worker has decided."""
    models: tuple[tuple[str, str], ...]
    """Role and short name of its model."""
    sandbox: str
    """`strong`, `basic` or `none`; empty until the worker has said."""
    why_not_strong: str = ""
    """Why snippets are not locked in, in a sentence. Foreign text: sanitise it."""
