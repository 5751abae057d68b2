"""`quizapp models pull`."""

from __future__ import annotations

from typing import Annotated

import typer


def pull(
    name: Annotated[
        str, typer.Argument(metavar="NAME[@REVISION]", help="A model of the Hugging Face hub, or a known name.")
    ],
) -> None:
    """Fetch a model, once, so that it can be used from then on without a network."""
    raise NotImplementedError(name)
