"""Passages of running text: whole sentences, up to a length that a model reads at once."""

import re
from collections.abc import Iterable, Iterator

LONGEST = 900
"""Characters, about as many as fit into a model's context."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


def joined(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces of text put together, with a space between, while they stay within `LONGEST`."""
    passage = ""
    for piece in pieces:
        if passage and len(passage) + 1 + len(piece) > LONGEST:
            yield passage
            passage = piece
        else:
            passage = f"{passage} {piece}".strip()
    if passage:
        yield passage


def sentences(text: str) -> list[str]:
    """A text's sentences, as far as full stops tell; white space in them is one space."""
    return _SENTENCE_END.split(re.sub(r"\s+", " ", text).strip())
