"""A new deck of the learner's own: one example of each kind with what is to be known about it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from quizapp.cards.deck import Header
from quizapp.cards.files import read_bytes
from quizapp.cards.schema import TITLE, deck_schema
from quizapp.errors import DeckError
from quizapp.whole_file import replace_file, write_new

TEMPLATE = Path(__file__).with_name("template.yaml")
SCHEMA_FILE = "deck.schema.json"
"""Beside the decks, where their first line says: so it is found offline, wherever the program is installed."""
ALLOWED = re.compile(r"[\w .-]+")
GUESSED = re.compile(r"\d.*|null|true|false|yes|no|on|off|y|n", re.IGNORECASE)
"""Texts that editors take for something else, so they stand in quotes."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a deck is called."""

    id: str
    title: str

    @classmethod
    def of(cls, text: str) -> Name:
        """The id and the title that a name, of one word or several, comes to.

        Raises:
            DeckError: it cannot be a name.
        """
        words = unicodedata.normalize("NFC", text).split()
        if len(words) > 1:
            id_ = unicodedata.normalize("NFC", "-".join(words).lower())
        else:
            id_ = "".join(words).removesuffix(".yaml").removesuffix(".yml")
            words = re.split("[_-]+", id_)
        title = " ".join(words).strip()
        if not (ALLOWED.fullmatch(title) and _is_id(id_)):
            where = " `--in FOLDER` says where it goes." if "/" in text or "\\" in text else ""
            raise DeckError(
                f"{text!r} cannot be the name of a deck: a letter or digit, then letters, digits, spaces, `_`, `.` "
                f"or `-`, 80 at most.{where}"
            )
        return cls(id_, title[:1].upper() + title[1:])


def _is_id(text: str) -> bool:
    try:
        Header(deck=text, title=text)
    except ValidationError:
        return False
    return True


def template(name: Name) -> str:
    """The text of the new deck."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("TITLE", _written(name.title), 1).replace("NAME", _written(name.id), 1)  # the id comes first


def _written(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if GUESSED.fullmatch(text) else text


def schema_text() -> str:
    """The schema of a deck as it lies beside decks."""
    return json.dumps(deck_schema(), indent=2, ensure_ascii=False) + "\n"


def is_outdated(schema: Path) -> bool:
    """Whether what lies beside decks is a schema of decks, but says something else than this version of the program."""
    text = _text(schema)
    return f'"{TITLE}"' in text and text != schema_text()


def _text(path: Path) -> str:
    """What is in a file; nothing where that cannot be told."""
    try:
        return read_bytes(path).decode()
    except (OSError, UnicodeDecodeError):
        return ""


def write_schema(schema: Path) -> None:
    """Write the schema of this version.

    Raises:
        DeckError: something else has its name, or it cannot be written.
    """
    if schema.exists() and f'"{TITLE}"' not in _text(schema):
        raise DeckError(f"{schema} is something else than the schema of a deck; rename it, or choose another folder.")
    try:
        replace_file(schema, schema_text().encode())
    except OSError as error:
        raise DeckError(
            f"{schema} cannot be written: {error.strerror}. Check the folder, or delete the file."
        ) from error


def write_deck(name: Name, folder: Path) -> Path:
    """Write a new deck into a folder, and the schema beside it; its path.

    Raises:
        DeckError: there is such a file already, or it cannot be written.
    """
    path = folder / f"{name.id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise FileExistsError
        write_schema(folder / SCHEMA_FILE)
        write_new(path, template(name).encode())
    except FileExistsError as error:
        raise DeckError(f"{path} is there already; edit it, or choose another name.") from error
    except OSError as error:
        raise DeckError(
            f"{path} cannot be written: {error.strerror}. Check the folder, or name another with `--in`."
        ) from error
    return path
