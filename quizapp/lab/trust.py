"""Whose code may run: by content, so that a change asks again.

The project's own code is known by a manifest in the package. What the learner allowed is kept in `trust.json` of the
data folder, each entry of a deck with the code that was shown, and with a signature (HMAC) that only this user's
secret, `trust.key`, can have made of it. An entry that was forged, edited or copied from elsewhere is no trust.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from quizapp.cards.card import Card
from quizapp.errors import LabError
from quizapp.lab.trust_code import Code, code_of, codes_of, digest
from quizapp.lab.trust_file import Decisions, locked, read, read_or_put_aside, read_secret, secret_or_new, write

OWN_CODE = Path(__file__).with_name("own_code.json")
"""The manifest: by entry of the shipped decks, the hash of its code. `make manifest` writes it."""
_SIGNED = "quizapp trust 2"


class Standing(StrEnum):
    """How the code of a card stands with the learner."""

    OWN = "own"
    """The project's, exactly as it came."""
    ALLOWED = "allowed"
    """The learner was shown exactly this, and said yes."""
    CHANGED = "changed"
    """The learner allowed something else under this name."""
    REFUSED = "refused"
    """There is a permission for it, but nothing says that this learner gave it."""
    NEVER = "never"
    """The learner wants nothing of this deck to run."""
    NEW = "new"
    """The learner was not asked yet."""

    @property
    def runs(self) -> bool:
        """Whether code that stands so may run without asking."""
        return self in {Standing.OWN, Standing.ALLOWED}


class Trust:
    """What may run. Reading never raises: what cannot be read is not trusted."""

    def __init__(self, data_dir: Path, own: Path = OWN_CODE) -> None:
        self._file = data_dir / "trust.json"
        self._key = data_dir / "trust.key"
        self._lock = data_dir / "trust.lock"
        self._own = own

    # -- what was decided --------------------------------------------------------------------------------------

    @property
    def problem(self) -> str:
        """Why nothing is trusted although something was once decided, in words; else empty."""
        try:
            decisions = read(self._file)
            if decisions.allowed or decisions.never:
                read_secret(self._key)
        except (OSError, ValueError) as error:
            return f"What you have allowed cannot be relied on, so every deck's code asks again: {_words(error)}."
        return ""

    def is_trusted(self, card: Card) -> bool:
        """Whether the card's code may run without asking."""
        return self.standing(card).runs

    def standing(self, card: Card) -> Standing:
        """How the card's code stands; the learner's never counts for the project's own, too."""
        code = code_of(card)
        decisions, secret = self._readable()
        if _is_forbidden(secret, card.id.deck, decisions):
            return Standing.NEVER
        if code is not None and self._digests.get(card.id.entry) == digest(card.id.entry, code):
            return Standing.OWN
        written = decisions.allowed.get(card.id.entry)
        if code is None or written is None:
            return Standing.NEW
        if isinstance(written, str):  # as version 1 wrote it: a change and a forgery look the same
            return Standing.ALLOWED if _is_mac(written, _first_mac(secret, card)) else Standing.CHANGED
        before = _authentic(secret, card.id.entry, written)
        if before is None:
            return Standing.REFUSED
        return Standing.ALLOWED if before.canonical == code.canonical else Standing.CHANGED

    def is_forbidden(self, deck: str) -> bool:
        """Whether the learner wants nothing of this deck to run."""
        decisions, secret = self._readable()
        return _is_forbidden(secret, deck, decisions)

    def before(self, card: Card) -> Code | None:
        """The code that was allowed under the card's name; None where none was, or it was not kept."""
        decisions, secret = self._readable()
        return _authentic(secret, card.id.entry, decisions.allowed.get(card.id.entry))

    @property
    def remembered(self) -> frozenset[str]:
        """The names of all that something is written of, rightly or not: entries (`deck/card`), and decks."""
        decisions, _ = self._readable()
        return frozenset(decisions.allowed) | frozenset(decisions.never)

    # -- deciding ----------------------------------------------------------------------------------------------

    def allow(self, cards: Iterable[Card]) -> None:
        """Remember that the code of these cards may run until it changes; a never for their decks is over.

        Raises:
            LabError: it cannot be written.
        """
        codes = codes_of(cards)

        def change(decisions: Decisions) -> None:
            secret = secret_or_new(self._key)
            for entry, code in codes.items():
                decisions.never.pop(entry.partition("/")[0], None)
                plain = asdict(code)
                decisions.allowed[entry] = {"mac": _mac(secret, ["allowed", entry, plain]), "code": plain}

        self._change(change)

    def forbid(self, deck: str) -> None:
        """Remember that nothing of this deck is to run, and that nothing of it was allowed.

        Raises:
            LabError: it cannot be written.
        """

        def change(decisions: Decisions) -> None:
            _forget(decisions, {deck})
            decisions.never[deck] = _mac(secret_or_new(self._key), ["never", deck])

        self._change(change)

    def revoke(self, names: Collection[str]) -> None:
        """Forget what was decided on these decks and entries, so that their code asks again.

        Raises:
            LabError: it cannot be written.
        """
        self._change(lambda decisions: _forget(decisions, names))

    def _change(self, change: Callable[[Decisions], None]) -> None:
        """Read, change and write; two who do so at once lose nothing of each other's."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._lock):
                decisions = read_or_put_aside(self._file)
                change(decisions)
                write(self._file, decisions)
        except OSError as error:
            raise LabError(
                f"What you decide cannot be kept in {self._file}, so it will be asked again: {_words(error)}."
            ) from error

    def _readable(self) -> tuple[Decisions, bytes | None]:
        """What was decided, and the secret; without that nothing is signed."""
        try:
            decisions = read(self._file)
        except (OSError, ValueError):
            return Decisions(), None
        try:
            return decisions, read_secret(self._key)
        except (OSError, ValueError):
            return decisions, None

    @cached_property
    def _digests(self) -> dict[str, str]:
        """The manifest; of a package without one nothing is known to be the project's."""
        try:
            digests = json.loads(self._own.read_bytes())
        except (OSError, ValueError):
            return {}
        return digests if isinstance(digests, dict) else {}


def _mac(secret: bytes, message: object) -> str:
    """What only the holder of the secret can say of a message."""
    return hmac.new(secret, json.dumps([_SIGNED, message]).encode(), hashlib.sha256).hexdigest()


def _is_mac(written: object, right: str | None) -> bool:
    return isinstance(written, str) and written.isascii() and right is not None and hmac.compare_digest(written, right)


def _is_signed(secret: bytes | None, written: object, message: object) -> bool:
    return secret is not None and _is_mac(written, _mac(secret, message))


def _is_forbidden(secret: bytes | None, deck: str, decisions: Decisions) -> bool:
    return _is_signed(secret, decisions.never.get(deck), ["never", deck])


def _authentic(secret: bytes | None, entry: str, written: object) -> Code | None:
    """The code that was allowed under this name, if it was with this secret."""
    if not isinstance(written, dict):
        return None
    plain = written.get("code")
    if not isinstance(plain, dict) or not _is_signed(secret, written.get("mac"), ["allowed", entry, plain]):
        return None
    return Code(**plain)  # signed here, so of this shape


def _first_mac(secret: bytes | None, card: Card) -> str | None:
    """What version 1 of the file has for exactly this code."""
    code = code_of(card)
    if secret is None or code is None:
        return None
    vary = [[name, [[type(value).__name__, value] for value in values]] for name, values in code.vary.items()]
    message = json.dumps([card.id.deck, card.id.card, [code.model, code.code, code.predict], vary])
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


def _forget(decisions: Decisions, names: Collection[str]) -> None:
    for kept in (decisions.allowed, decisions.never):
        for name in [name for name in kept if name in names or name.partition("/")[0] in names]:
            del kept[name]


def _words(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
