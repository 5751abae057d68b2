"""What was decided, read once for any number of cards: how their code stands by it, and who signed that."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from quizapp.cards.card import Card
from quizapp.lab.trust_code import Code, code_of, digest
from quizapp.lab.trust_file import Decisions
from quizapp.lab.trust_standing import Standing

_SIGNED = "quizapp trust 2"


@dataclass(frozen=True, slots=True)
class Reading:
    """The decisions as they stood when they were read. A permission needs its signature; a never needs none."""

    decisions: Decisions = field(default_factory=Decisions)
    secret: bytes | None = None
    """Without it nothing is signed."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The project's manifest; empty while it may be that some of the project's code was forbidden."""
    problem: str = ""
    """Why something that was decided does not count, in words; else empty."""

    def standing(self, card: Card) -> Standing:
        """How the card's code stands; the learner's never counts for the project's own, too."""
        entry, code = card.id.entry, code_of(card)
        if card.id.deck in self.decisions.never:
            return Standing.NEVER
        if code is not None and self.own.get(entry) == digest(entry, code):
            return Standing.OWN
        written = self.decisions.allowed.get(entry)
        if code is None or written is None:
            return Standing.NEW
        if isinstance(written, str):  # as version 1 wrote it: a change and a forgery look the same
            return Standing.ALLOWED if _is_mac(written, self._first_mac(card)) else Standing.CHANGED
        before = self.before(card)
        if before is None:
            return Standing.REFUSED
        if before.canonical != code.canonical:
            return Standing.CHANGED
        return Standing.SANDBOX if "sandboxed" in written else Standing.ALLOWED

    def before(self, card: Card) -> Code | None:
        """The code that was allowed under the card's name; None where none was, or it was not kept."""
        entry = card.id.entry
        written = self.decisions.allowed.get(entry)
        if self.secret is None or not isinstance(written, dict) or not isinstance(plain := written.get("code"), dict):
            return None
        if not _is_mac(written.get("mac"), _mac(self.secret, entry, written)):
            return None
        return Code(**plain)  # signed here, so of this shape

    @property
    def remembered(self) -> frozenset[str]:
        """The names of all that something is written of, rightly or not: entries (`deck/card`), and decks."""
        return frozenset(self.decisions.allowed) | self.decisions.never

    def _first_mac(self, card: Card) -> str | None:
        """What version 1 of the file has for exactly this code."""
        code = code_of(card)
        if self.secret is None or code is None:
            return None
        vary = [[name, [[type(value).__name__, value] for value in values]] for name, values in code.vary.items()]
        message = json.dumps([card.id.deck, card.id.card, [code.model, code.code, code.predict], vary])
        return hmac.new(self.secret, message.encode(), hashlib.sha256).hexdigest()


def signed(secret: bytes, entry: str, code: Code, *, sandboxed: bool) -> dict[str, object]:
    """A permission as it is written: the code, where it counts, and what only who has the secret can say of that."""
    permission = {"code": asdict(code)} | ({"sandboxed": True} if sandboxed else {})
    return {"mac": _mac(secret, entry, permission), **permission}


def _mac(secret: bytes, entry: str, permission: Mapping[str, object]) -> str:
    """Of all that a permission says; one that counts everywhere does not speak of a sandbox, as none did at first."""
    where = [permission["sandboxed"]] if "sandboxed" in permission else []
    message = json.dumps([_SIGNED, ["allowed", entry, permission["code"], *where]])
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


def _is_mac(written: object, right: str | None) -> bool:
    return isinstance(written, str) and written.isascii() and right is not None and hmac.compare_digest(written, right)
