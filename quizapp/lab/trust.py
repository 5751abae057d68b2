"""Whose code may run: by content, so that a change asks again.

`trust.json` in the data folder holds, for each entry of a deck, a code that only this user's secret (`trust.key`) can
have made of exactly what would be run. An entry that was forged, or copied from someone else's folder, is no trust.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from pathlib import Path

from quizapp.cards.card import Card, Deck
from quizapp.errors import LabError

SECRET_BYTES = 32
_VERSION = 1


class Trust:
    """What the learner has allowed. Reading never raises: what cannot be read is not trusted."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "trust.json"
        self._key = data_dir / "trust.key"

    @property
    def problem(self) -> str:
        """Why nothing is trusted although something was once allowed, in words; else empty."""
        try:
            if self._entries():
                self._secret()
        except (OSError, ValueError) as error:
            return f"What you have allowed cannot be read, so every deck's code asks again: {error}."
        return ""

    def is_trusted(self, deck: Deck, card: Card) -> bool:
        """Whether the card's code may run: the project's own, or allowed exactly as it is now."""
        if deck.shipped:
            return True
        try:
            allowed = self._entries().get(card.id.entry, "")
            return bool(allowed) and hmac.compare_digest(allowed, _code(self._secret(), card))
        except (OSError, ValueError):
            return False

    def allow(self, deck: Deck, card: Card) -> None:
        """Remember that this code may run, until it changes.

        Raises:
            LabError: it cannot be written.
        """
        del deck  # its id is in the card's
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            secret = self._secret_or_new()
            entries = self._entries_or_none()
            entries[card.id.entry] = _code(secret, card)
            text = json.dumps({"version": _VERSION, "allowed": entries}, ensure_ascii=False, indent=1)
            _replace(self._file, text.encode())
        except OSError as error:
            raise LabError(f"{self._file} cannot be written, so this will be asked again: {error}.") from error

    def _entries(self) -> dict[str, str]:
        """Codes by entry.

        Raises:
            OSError, ValueError: there is a file, but it cannot be read.
        """
        try:
            written = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except RecursionError as error:
            raise ValueError(f"{self._file} is damaged") from error
        allowed = written.get("allowed") if isinstance(written, dict) else None
        if not isinstance(allowed, dict) or written.get("version") != _VERSION:
            raise ValueError(f"{self._file} is damaged")
        return {entry: code for entry, code in allowed.items() if isinstance(code, str) and code.isascii()}

    def _entries_or_none(self) -> dict[str, str]:
        """Codes by entry; a damaged file is put aside first, never overwritten."""
        try:
            return self._entries()
        except ValueError:
            self._file.replace(self._file.with_suffix(".damaged"))
            return {}

    def _secret(self) -> bytes:
        secret = self._key.read_bytes()
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"{self._key} is damaged")
        return secret

    def _secret_or_new(self) -> bytes:
        """The secret, made once; one that is damaged is replaced, and with it goes all trust."""
        try:
            return self._secret()
        except ValueError:
            self._key.unlink()
        except FileNotFoundError:
            pass
        with tempfile.NamedTemporaryFile(dir=self._key.parent) as new:  # made for this user only
            new.write(secrets.token_bytes(SECRET_BYTES))
            new.flush()
            os.fsync(new.fileno())
            try:
                os.link(new.name, self._key)  # whole or not at all, and the first one wins
            except FileExistsError:
                pass
        return self._secret()


def _code(secret: bytes, card: Card) -> str:
    """What only the holder of the secret can say of exactly this code."""
    entry, snippet = card.entry, card.snippet
    run = [snippet.role, snippet.code, snippet.predict] if snippet else None
    vary = [[name, [[type(value).__name__, value] for value in values]] for name, values in entry.vary.items()]
    message = json.dumps([card.id.deck, card.id.card, run, vary])
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
