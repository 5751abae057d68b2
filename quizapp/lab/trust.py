"""Whose code may run: by content, so that a change asks again.

The project's own code is known by a manifest in the package. What the learner allowed is kept in `trust.json` of the
data folder, each entry of a deck with the code that was shown, and with a signature (HMAC) that only this user's
secret, `trust.key`, can have made of it. An entry that was forged, edited or copied from elsewhere is no trust. What
the learner forbade needs no signature, so that a damaged secret forbids no less.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from pathlib import Path

from quizapp.cards.card import Card
from quizapp.errors import LabError
from quizapp.lab.trust_code import codes_of
from quizapp.lab.trust_file import (
    Decisions,
    LaterVersionError,
    locked,
    read,
    read_or_put_aside,
    read_secret,
    secret_or_new,
    write,
)
from quizapp.lab.trust_reading import Reading, signed
from quizapp.lab.trust_standing import Standing

OWN_CODE = Path(__file__).with_name("own_code.json")
"""The manifest: by entry of the shipped decks, the hash of its code. `make manifest` writes it."""


class Trust:
    """What may run. Reading never raises: what cannot be read is not trusted."""

    def __init__(self, data_dir: Path, own: Path = OWN_CODE) -> None:
        self._file = data_dir / "trust.json"
        self._key = data_dir / "trust.key"
        self._lock = data_dir / "trust.lock"
        self._own = own

    # -- what was decided --------------------------------------------------------------------------------------

    def reading(self) -> Reading:
        """What was decided until now; where that cannot be read, even the project's own code asks."""
        try:
            decisions = read(self._file)
        except (OSError, ValueError) as error:
            asks = "What you have decided cannot be read, so all code asks, the project's own too"
            return Reading(problem=f"{asks}: {_words(error)}.")
        try:
            return Reading(decisions, read_secret(self._key), self._digests)
        except (OSError, ValueError) as error:
            asks = "What you have allowed cannot be relied on, so all code but the project's own asks again"
            return Reading(decisions, None, self._digests, f"{asks}: {_words(error)}." if decisions.allowed else "")

    def standing(self, card: Card) -> Standing:
        """How the card's code stands now."""
        return self.reading().standing(card)

    def is_trusted(self, card: Card) -> bool:
        """Whether the card's code may run without asking, in a sandbox at least."""
        return self.standing(card).runs

    # -- deciding ----------------------------------------------------------------------------------------------

    def allow(self, cards: Iterable[Card], *, sandboxed: bool = False) -> str:
        """Remember that the code of these cards may run until it changes; a never for their decks is over.

        Args:
            cards: Of any decks.
            sandboxed: It may only where a sandbox holds it. What was said before of the same code counts no more.

        Returns:
            What is to be told besides, in a sentence: what was decided before is lost. Mostly empty.

        Raises:
            LabError: it cannot be written.
        """
        codes = codes_of(cards)

        def change(decisions: Decisions) -> None:
            secret = secret_or_new(self._key)
            for entry, code in codes.items():
                decisions.never.discard(entry.partition("/")[0])
                decisions.allowed[entry] = signed(secret, entry, code, sandboxed=sandboxed)

        return self._change(change)

    def forbid(self, deck: str) -> str:
        """Remember that nothing of this deck is to run, and that nothing of it was allowed.

        Returns:
            As `allow`.

        Raises:
            LabError: it cannot be written.
        """

        def change(decisions: Decisions) -> None:
            _forget(decisions, {deck})
            decisions.never.add(deck)

        return self._change(change)

    def revoke(self, names: Collection[str]) -> str:
        """Forget what was decided on these decks and entries, so that their code asks again.

        Returns:
            As `allow`.

        Raises:
            LabError: it cannot be written.
        """
        return self._change(lambda decisions: _forget(decisions, names))

    def _change(self, change: Callable[[Decisions], None]) -> str:
        """Read, change and write; two who do so at once lose nothing of each other's."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._lock):
                decisions, aside = read_or_put_aside(self._file)
                change(decisions)
                write(self._file, decisions)
        except (OSError, LaterVersionError) as error:
            raise LabError(
                f"What you decide cannot be kept in {self._file}, so it will be asked again: {_words(error)}."
            ) from error
        lost = "What you had decided before, every never too, could not be read and counts no more; the file is now"
        return f"{lost} {aside}." if aside else ""

    @cached_property
    def _digests(self) -> dict[str, str]:
        """The manifest; of a package without one nothing is known to be the project's."""
        try:
            digests = json.loads(self._own.read_bytes())
        except (OSError, ValueError):
            return {}
        return digests if isinstance(digests, dict) else {}


def _forget(decisions: Decisions, names: Collection[str]) -> None:
    def is_named(name: str) -> bool:
        return name in names or name.partition("/")[0] in names

    decisions.allowed = {entry: written for entry, written in decisions.allowed.items() if not is_named(entry)}
    decisions.never = {deck for deck in decisions.never if not is_named(deck)}


def _words(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
