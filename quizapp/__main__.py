"""`python -m quizapp` and the `quizapp` command."""

from __future__ import annotations

import sys

from quizapp.errors import QuizappError


def main() -> None:
    """Run the command line; a known error is a sentence on stderr and exit code 2, never a traceback."""
    from quizapp.cli import app

    try:
        app()
    except QuizappError as error:
        print(f"quizapp: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(2)


if __name__ == "__main__":
    main()
