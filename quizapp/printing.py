"""All that is printed outside of the screens: nothing reaches the terminal that it would obey."""

from __future__ import annotations

import json
import os
import sys
from io import TextIOWrapper
from typing import TextIO

import typer

from quizapp.errors import QuizappError

READER_GONE = 141
"""The exit code of a program whose reader left, as of `| head -1`: 128 and the number of SIGPIPE."""


def say(text: str, *, problem: bool = False) -> None:
    """Print lines that may hold foreign text; a problem goes to stderr."""
    from quizapp.cards.sanitize import clean

    if text:
        _print(clean(text), problem=problem)


def say_json(value: object) -> None:
    """Print plain values as JSON in printable ASCII, whatever the texts in them."""
    _print(json.dumps(value, indent=2).replace("\x7f", "\\u007f"))


def accept_any_character() -> None:
    """Have what the terminal's encoding lacks printed as an escape, where it would be an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _print(text: str, *, problem: bool = False) -> None:
    """Print and flush. What is told on stderr and cannot be changes nothing: there is nobody else to tell.

    Raises:
        SystemExit: nobody reads what is printed any more.
        QuizappError: it cannot be written, to a full disk perhaps.
    """
    try:
        typer.echo(text, err=problem)
    except OSError as error:
        _lead_nowhere(sys.stderr if problem else sys.stdout)
        if problem:
            return
        if isinstance(error, BrokenPipeError):
            sys.exit(READER_GONE)
        raise QuizappError(f"What is printed cannot be written ({error.strerror}); make room and try again.") from error


def _lead_nowhere(stream: TextIO) -> None:
    """Print no more: when Python ends it would try once more what is left, and make that its exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
