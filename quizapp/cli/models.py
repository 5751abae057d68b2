"""`quizapp models`: which models there are, what they are, and which one a role has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import settings_told
from quizapp.cli.options import Json
from quizapp.cli.pull import pull
from quizapp.errors import ConfigError
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.config import Settings

models_app = typer.Typer(help="Say which models snippets run on.")
models_app.command()(pull)

Role = Annotated[str, typer.Argument(help="causal or masked.")]


@models_app.command("list")
def show_all(as_json: Json = False) -> None:
    """List the models that ship, those you pulled, and some to pull."""
    from quizapp.cli.models_json import entry_as_json
    from quizapp.cli.models_text import as_list
    from quizapp.lab.catalogue import catalogue

    settings = settings_told()
    entries = list(catalogue(settings.lab, settings.pulled_models))
    if as_json:
        say_json({"models": [entry_as_json(entry) for entry in entries]})
        return
    say("\n".join(as_list(entries)))
    say("\nNext: quizapp models use ROLE NAME, or quizapp models pull NAME for another")


@models_app.command()
def show(
    what: Annotated[
        str, typer.Argument(metavar="ROLE|NAME", help="causal or masked; or a model of the list, or a folder.")
    ],
    as_json: Json = False,
) -> None:
    """Say all that is known of the model of a role, from its files.

    Exit 1: something is wrong with them.
    """
    from quizapp.cli.models_json import anatomy_as_json
    from quizapp.cli.models_text import as_text
    from quizapp.lab.anatomy.origin import origin_of
    from quizapp.lab.anatomy.whole import anatomy_of

    name, folder = found(what, settings_told())
    anatomy = anatomy_of(folder)
    origin = origin_of(folder, anatomy.card)
    if as_json:
        say_json({"name": name, "folder": str(folder), **anatomy_as_json(anatomy, origin)})
    else:
        licence = "other, as its card says" if origin.licence == "other" else origin.licence or "not told"
        about = {"name": name, "folder": str(folder), "source": origin.source, "licence": licence}
        say("\n".join(as_text(anatomy, about | {"revision": origin.revision or "not known"})))
    raise typer.Exit(1 if anatomy.lacks or anatomy.card_problem else 0)


@models_app.command()
def use(
    role: Role,
    model: Annotated[
        str, typer.Argument(metavar="NAME-OR-FOLDER", help="A model of the list, or a folder; shipped goes back.")
    ],
) -> None:
    """Give a role another model, once a few lines ran on it.

    It is written into your settings. Exit 1: it does not do, and nothing was written.
    """
    from quizapp.cli.using import take

    settings = settings_told()
    refuse_unknown(role, settings)
    raise typer.Exit(take(role, model, settings))


def found(what: str, settings: Settings) -> tuple[str, Path]:
    """What the model of a role, or of a name, is called, and where its files are.

    Raises:
        ConfigError: they are not there, or not on this machine.
    """
    from quizapp.lab.catalogue import no_such
    from quizapp.lab.naming import short_name
    from quizapp.lab.pulled import SHIPPED_NAME, called, files_of, folder_or_id

    models = settings.lab.models
    if what == SHIPPED_NAME:
        raise ConfigError(f"One model ships for each role; write a role that has it: {', '.join(models)}.")
    model = models.get(what) or folder_or_id(what, what, settings.lab, settings.pulled_models)
    name = called(model, what) if what in models else short_name(model)
    if settings.lab.command and name != SHIPPED_NAME:
        raise ConfigError(f"{name} is where `lab.command` starts the worker, and is not looked for here.")
    if (folder := files_of(model)) is None:
        raise ConfigError(no_such(what if what not in models else model, model, settings.pulled_models))
    return name, folder


def refuse_unknown(role: str, settings: Settings) -> None:
    """Stop where there is no such role."""
    if role not in settings.lab.models:
        raise ConfigError(f"There is no role {role!r} that has a model; there are {', '.join(settings.lab.models)}.")
