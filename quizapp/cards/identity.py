"""How a card is known: `deck/card`, or `deck/card#c1` for one deletion of a cloze."""

from __future__ import annotations

from dataclasses import dataclass

ID_PATTERN = r"^[^\W_][\w.-]{0,79}$"
"""What a deck or card id looks like: a letter or digit, then letters, digits, `_`, `.`, `-`; 80 at most."""


@dataclass(frozen=True, order=True, slots=True)
class CardId:
    """The stable name of one card; its history hangs on it, so never on a path, a position or content."""

    deck: str
    card: str
    cloze: str | None = None
    """`c1`, `c2`, … for the deletions of a cloze, else None."""

    def __str__(self) -> str:
        return f"{self.deck}/{self.name}"

    @property
    def name(self) -> str:
        """`card` or `card#c1`: the card in its deck."""
        return self.card + (f"#{self.cloze}" if self.cloze else "")

    @property
    def entry(self) -> str:
        """`deck/card`: what sibling cards share."""
        return f"{self.deck}/{self.card}"

    @classmethod
    def parse(cls, text: str) -> CardId:
        """Read back what `str` wrote.

        Raises:
            ValueError: the text is not `deck/card` or `deck/card#cN`.
        """
        entry, _, cloze = text.partition("#")
        deck, slash, card = entry.partition("/")
        if not (deck and slash and card) or "/" in card:
            raise ValueError(f"{text!r} is not a card id; it should read deck/card or deck/card#c1.")
        return cls(deck, card, cloze or None)
