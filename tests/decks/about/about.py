"""What is known of a card besides what the learner sees."""

from __future__ import annotations

from dataclasses import dataclass, field

Mutant = tuple[str, str]
"""A part of a snippet, and what to put in its place so that the claim becomes false."""


@dataclass(frozen=True, slots=True)
class About:
    """What a card covers, and changes to the code its claim is about that one of its asserts must notice."""

    mutants: list[Mutant]
    rows: set[int] = field(default_factory=set)
    """Rows of the list of claims in the notes, 1 to 112."""
