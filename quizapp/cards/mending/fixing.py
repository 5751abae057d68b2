"""What `check --fix` does to a file: only what is safe, each thing said, every other byte as it was."""

from __future__ import annotations

from pathlib import Path

from quizapp.cards.files import is_deck_name, read_bytes
from quizapp.cards.mending.ids import missing_ids
from quizapp.cards.mending.keys import key_mends, value_mends
from quizapp.cards.mending.mends import Fix, mended, moved
from quizapp.cards.mending.tabs import without_tabs
from quizapp.cards.nodes import Mapping
from quizapp.cards.plain_yaml import decode, parse
from quizapp.errors import DeckError
from quizapp.whole_file import replace_file

STEPS = (key_mends, value_mends, missing_ids)
"""Each begins with what the one before it made of the text."""


def fixed(text: str) -> tuple[str, list[Fix]]:
    """The text of a deck with all that can be put right without asking, and what that was, in order."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body, fixes = without_tabs(text.removeprefix("\ufeff"))
    for step in STEPS:
        root, _ = parse(body)
        mends = list(step(body, root)) if isinstance(root, Mapping) else []
        changed, done = mended(body, mends) if mends else (body, [])
        if done:
            fixes = [*(moved(fix, body, mends) for fix in fixes), *done]
            body = changed
    return mark + body, sorted(fixes, key=lambda fix: fix.line)


def fixes_of(path: Path) -> list[Fix]:
    """What `fix_file` would do."""
    return _fixed(_read(path))[1] if is_deck_name(path) else []


def fix_file(path: Path) -> list[Fix]:
    """Put right in a deck file what is safe; it is replaced whole. Nothing is done to what is none or cannot be read.

    Raises:
        DeckError: it cannot be written, or was saved meanwhile; it is as it was.
    """
    if not is_deck_name(path):
        return []
    target = path.resolve()  # where the path is a link, the link stays
    data = _read(target)
    text, fixes = _fixed(data)
    if not fixes:
        return []
    if _read(target) != data:
        raise DeckError(f"{path} was saved while it was being fixed, and is as it was saved; fix it again.")
    try:
        replace_file(target, text.encode())
    except OSError as error:
        raise DeckError(
            f"{path} cannot be fixed: {error.strerror}. The deck is as it was; "
            "check who may write in its folder, and whether there is room."
        ) from error
    return fixes


def _read(path: Path) -> bytes:
    """What is in a file; nothing where it cannot be read, which is told of as a problem of the deck."""
    try:
        return read_bytes(path)
    except OSError:
        return b""


def _fixed(data: bytes) -> tuple[str, list[Fix]]:
    return fixed(data.decode()) if isinstance(decode(data), str) else ("", [])
