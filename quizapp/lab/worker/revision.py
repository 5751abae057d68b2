"""What pins a model: the hub's commit, or what its weights hash to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from quizapp.lab import naming
from quizapp.lab.protocol import NO_MODEL
from quizapp.lab.worker.loading import Model

PIECE = 1 << 22
DIGITS = 12
"""Hexadecimal digits of the hash that pins a model."""


class Revision:
    """What pins a model's weights, computed a piece at a time while there is nothing else to do."""

    def __init__(self, model: Model, path: str) -> None:
        self._files = [] if model.commit or model.name == NO_MODEL else naming.weights_in(path)
        self._steps = self._hash()
        self._known = model.commit or (NO_MODEL if model.name == NO_MODEL else "")

    def _hash(self) -> Iterator[None]:
        digest = hashlib.sha256()
        for file in self._files:
            with file.open("rb") as weights:
                while piece := weights.read(PIECE):
                    digest.update(piece)
                    yield
        self._known = f"sha256:{digest.hexdigest()[:DIGITS]}"

    @property
    def pending(self) -> bool:
        """Whether there is work left."""
        return not self._known

    def advance(self) -> None:
        """Do a few milliseconds of it."""
        if self.pending:
            next(self._steps, None)

    def value(self) -> str:
        """The revision, all work done."""
        while self.pending:
            self.advance()
        return self._known
