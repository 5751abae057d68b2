"""The composition root: each command imports what it needs, wires it, and hands over."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from quizapp import __version__
from quizapp.cli.check import check
from quizapp.cli.composition import compose
from quizapp.cli.draft import draft
from quizapp.cli.due import due
from quizapp.cli.models import models_app
from quizapp.cli.new import new, schema
from quizapp.cli.outline import outline
from quizapp.cli.trust import trust_app
from quizapp.cli.verify import verify
from quizapp.errors import ConfigError
from quizapp.printing import say

app = typer.Typer(
    help="A quiz on machine learning whose answers are proved by running a small model.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def quiz(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Study what is due, unless a command is named."""
    if version:
        say(f"quizapp {__version__}")
    elif context.invoked_subcommand is None:
        study()


def study() -> None:
    """Open the quiz."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("The quiz needs a terminal; run `quizapp due` for the counts or `quizapp --help` for more.")
    from quizapp.config import load_settings

    quiz_app = compose(load_settings())
    quiz_app.run()
    if quiz_app.last_words:
        say(f"quizapp: {quiz_app.last_words}", problem=True)
    sys.exit(quiz_app.return_code or 0)


for command in (new, check, schema, due, verify, draft, outline):
    app.command()(command)
app.add_typer(trust_app, name="trust", no_args_is_help=True)
app.add_typer(models_app, name="models", no_args_is_help=True)
