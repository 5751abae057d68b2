"""All that is printed outside of the screens: nothing reaches the terminal that it would obey."""

from __future__ import annotations

import json
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from quizapp.errors import QuizappError

READER_GONE = 141
"""The exit code of a program whose reader left, as of `| head -1`: 128 and the number of SIGPIPE."""


class Output(TextIOWrapper):
    """A standard stream as README's exit codes have it, whoever prints: what its encoding lacks becomes an escape.

    Raises:
        SystemExit: nobody reads what is printed any more.
        QuizappError: it cannot be written, to a full disk perhaps.

    What is told on stderr and cannot be changes nothing: there is nobody else to tell.
    """

    def __init__(self, stream: TextIOWrapper, *, problems: bool) -> None:
        super().__init__(
            stream.buffer,
            stream.encoding,
            errors="backslashreplace",
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        self._problems = problems

    def write(self, text: str) -> int:
        """Print text, or end the program."""
        try:
            super().write(text)
        except OSError as error:
            self._end(error)
        return len(text)

    def flush(self) -> None:
        """Have printed what was written, or end the program."""
        try:
            super().flush()
        except OSError as error:
            self._end(error)

    def _end(self, error: OSError) -> None:
        _lead_nowhere(self.fileno())
        if self._problems:
            return
        if isinstance(error, BrokenPipeError):
            sys.exit(READER_GONE)
        raise QuizappError(f"What is printed cannot be written ({error.strerror}); make room and try again.") from error


def prepare_output() -> None:
    """Have all that is printed go through `Output`.

    Raises:
        QuizappError: there is no stdout, so nothing that was asked for could be told.
    """
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr = Output(sys.stderr, problems=True)
    if sys.stdout is None:
        raise QuizappError("There is no standard output; run it without `>&-`, or with `>/dev/null`.")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout = Output(sys.stdout, problems=False)


def say(text: str, *, problem: bool = False) -> None:
    """Print lines that may hold foreign text; a problem goes to stderr."""
    from quizapp.cards.sanitize import clean

    if text:
        _print(clean(text), sys.stderr if problem else sys.stdout)


def say_json(value: object) -> None:
    """Print plain values as JSON in printable ASCII, whatever the texts in them."""
    _print(json.dumps(value, indent=2).replace("\x7f", "\\u007f"), sys.stdout)


def say_again(line: str, stream: TextIO) -> None:
    """Put a line, with foreign text perhaps, in the place of the one the cursor is on; an empty one takes that away."""
    from quizapp.cards.sanitize import clean

    stream.write("\r\x1b[2K" + clean(line, newlines=False))
    stream.flush()


def ask(question: str) -> str:
    """The line that is typed after a question, which may hold foreign text.

    Raises:
        EOFError: nothing is typed any more.
    """
    from quizapp.cards.sanitize import clean

    return input(clean(question))


def _print(text: str, stream: TextIO | None) -> None:
    if stream is not None:  # as stderr is with `2>&-`
        print(text, file=stream, flush=True)


def _lead_nowhere(descriptor: int) -> None:
    """Print no more: when Python ends it would try once more what is left, and make that its exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
