"""What is asked for: `NAME`, or `NAME@REVISION`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizapp.errors import PullError

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
NAME = re.compile(rf"{_PART}(?:/{_PART})?")
_NEVER = re.compile(r"--|\.\.|\.git$")
"""What the hub allows in no name; the first would be taken for a slash in the name of a folder."""
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A model by its name, pinned where a revision was named."""

    name: str
    revision: str | None = None
    """A commit, a branch or a tag; the newest if none."""


def parse(text: str) -> Asked:
    """Read `NAME` or `NAME@REVISION`.

    Raises:
        PullError: it can be the name of no model.
    """
    name, sign, revision = text.strip().partition("@")
    if not NAME.fullmatch(name) or _NEVER.search(name):
        raise PullError(
            f"{name!r} is no name of a model; write one as the hub has it, such as HuggingFaceTB/SmolLM2-135M, "
            "without an address before it."
        )
    if sign and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise PullError(f"{revision!r} is no revision; write a commit, a branch or a tag after the @, or leave it out.")
    return Asked(name, revision or None)
