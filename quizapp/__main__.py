"""`python -m quizapp` and the `quizapp` command."""

from __future__ import annotations

import sys

from quizapp.errors import QuizappError


def main() -> None:
    """Run the command line; a known error is a sentence on stderr and exit code 2, never a traceback."""
    from quizapp.cli import app
    from quizapp.printing import prepare_output, say

    try:
        prepare_output()
        app()
    except QuizappError as error:
        say(f"quizapp: {error}", problem=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
