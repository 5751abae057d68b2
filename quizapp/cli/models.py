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
def show(role: Role, as_json: Json = False) -> None:
    """Say all that is known of the model of a role, from its files.

    Exit 1: something is wrong with them.
    """
    from quizapp.cli.models_json import anatomy_as_json
    from quizapp.cli.models_text import as_text
    from quizapp.lab.anatomy.origin import origin_of
    from quizapp.lab.anatomy.whole import anatomy_of
    from quizapp.lab.pulled import called

    settings = settings_told()
    name = called(model_of(role, settings), role)
    folder = folder_of_role(role, settings)
    anatomy = anatomy_of(folder)
    origin = origin_of(folder, anatomy.card)
    if as_json:
        say_json({"role": role, "name": name, "folder": str(folder), **anatomy_as_json(anatomy, origin)})
    else:
        about = {role: name, "folder": str(folder), "source": origin.source, "licence": origin.licence or "not told"}
        say("\n".join(as_text(anatomy, about | {"revision": origin.revision or "not known"})))
    raise typer.Exit(1 if anatomy.why_not(role) else 0)


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
    model_of(role, settings)
    raise typer.Exit(take(role, model, settings))


def model_of(role: str, settings: Settings) -> str:
    """The folder or the id of the model that a role has.

    Raises:
        ConfigError: there is no such role.
    """
    if role not in settings.lab.models:
        raise ConfigError(f"There is no role {role!r} that has a model; there are {', '.join(settings.lab.models)}.")
    return settings.lab.models[role]


def folder_of_role(role: str, settings: Settings) -> Path:
    """Where the files of a role's model are.

    Raises:
        ConfigError: they are not there, or not on this machine.
    """
    from quizapp.lab.pulled import SHIPPED_NAME, called, files_of

    model = model_of(role, settings)
    if settings.lab.command and called(model, role) != SHIPPED_NAME:
        raise ConfigError(f"The model of {role}, {model}, is where `lab.command` starts the worker; look there.")
    folder = files_of(model)
    if folder is None or not folder.is_dir():
        raise ConfigError(
            f"The model of {role}, {model}, is not there: it was not pulled, is no folder, and is not in the cache of "
            "Hugging Face. `quizapp models list` lists what there is."
        )
    return folder
