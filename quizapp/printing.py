"""All that is printed outside of the screens: nothing reaches the terminal that it would obey."""

from __future__ import annotations

import json
import sys
from io import TextIOWrapper

import typer


def say(text: str, *, problem: bool = False) -> None:
    """Print lines that may hold foreign text; a problem goes to stderr."""
    from quizapp.cards.sanitize import clean

    if text:
        typer.echo(clean(text), err=problem)


def say_json(value: object) -> None:
    """Print plain values as JSON in printable ASCII, whatever the texts in them."""
    typer.echo(json.dumps(value, indent=2).replace("\x7f", "\\u007f"))


def accept_any_character() -> None:
    """Have what the terminal's encoding lacks printed as an escape, where it would be an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
