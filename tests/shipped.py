"""The project's own decks."""

from __future__ import annotations

from functools import cache

from quizapp.cards.card import Library
from quizapp.cards.loader import load_library
from quizapp.config import shipped_decks


@cache
def library() -> Library:
    """All of them, read once for all tests of a process: that takes a second."""
    return load_library([shipped_decks()], shipped=shipped_decks())
