"""What `check --fix` does to a file: only what is safe, each thing said, every other byte as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

from quizapp.cards.fix import missing_ids
from quizapp.cards.indentation import without_tabs
from quizapp.cards.mending import Fix, mended, moved
from quizapp.cards.misspelt import key_mends, value_mends
from quizapp.cards.nodes import Mapping
from quizapp.cards.plain_yaml import decode, parse
from quizapp.errors import DeckError

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
    return _fixed(path)[1]


def fix_file(path: Path) -> list[Fix]:
    """Put right in a file what is safe; the file is replaced whole. Nothing is done where it cannot be read.

    Raises:
        DeckError: it cannot be written; it is as it was.
    """
    target = path.resolve()  # where the path is a link, the link stays
    text, fixes = _fixed(target)
    if fixes:
        new = target.with_name(f".{target.name}.new")
        try:
            new.write_bytes(text.encode())
            shutil.copymode(target, new)
            new.replace(target)
        except OSError as error:
            raise DeckError(
                f"{path} cannot be fixed: {new}: {error.strerror}. The deck is as it was; "
                "check who may write in its folder, and whether there is room."
            ) from error
    return fixes


def _fixed(path: Path) -> tuple[str, list[Fix]]:
    try:
        data = path.read_bytes()
    except OSError:
        return "", []
    return fixed(data.decode()) if isinstance(decode(data), str) else ("", [])
