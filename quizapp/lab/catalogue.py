"""Each model that there is: those that ship, those that were pulled, what else a role has, and what can be pulled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from quizapp.lab.anatomy.whole import anatomy_of
from quizapp.lab.heads import CAUSAL
from quizapp.lab.pulled import SHIPPED_NAME, files_of, folder_of, names, near
from quizapp.lab.pulling import known
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings

Place = Literal["shipped", "pulled", "yours", "elsewhere", "to pull"]
"""Where it is: `yours` is a folder or in the cache of Hugging Face, `elsewhere` only the worker's machine knows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in a list. None stands for what is not known."""

    name: str
    place: Place
    kind: str | None
    """`causal` or `masked`."""
    size: int | None
    """Bytes that its files take, or would take."""
    parameters: int | None
    roles: tuple[str, ...]
    """Those that have it."""
    folder: Path | None
    lacks: tuple[str, ...] = ()
    """What is wrong with its files, in sentences."""


def catalogue(settings: LabSettings, models: Path) -> Iterator[Entry]:
    """Every model.

    Args:
        settings: Where each role has the model that it means: a folder or an id.
        models: The folder of all pulled models.
    """
    left, pulled = dict(settings.models), names(models)

    def roles_with(model: str) -> tuple[str, ...]:
        found = tuple(role for role, meant in left.items() if meant == model)
        for role in found:
            del left[role]
        return found

    for role in LabSettings().models:
        folder = SHIPPED_MODELS / role
        yield _entry(SHIPPED_NAME, "shipped", folder, roles_with(str(folder)))
    for name in pulled:
        folder = folder_of(models.resolve(), name)
        yield _entry(name, "pulled", folder, roles_with(name if settings.command else str(folder)))
    for model in dict.fromkeys(left.values()):
        yield _of_a_role(model, roles_with(model), settings, models)
    for one in known.MODELS:
        if one.name not in pulled:  # a GGUF file holds a causal model
            yield Entry(one.name, "to pull", CAUSAL, one.converted, None, (), None)


def no_such(model: str, meant: str, models: Path) -> str:
    """What is said of a model that is not there.

    Args:
        model: What it was called.
        meant: What that stands for.
        models: The folder of all pulled models.
    """
    if Path(meant).is_absolute() or model.startswith((".", "~")):
        return f"There is no folder {meant}; name one with a model in it, or a model."
    if one := known.known_as(model):
        return f"{one.name} was not pulled yet; `quizapp models pull {one.name}` fetches it."
    others = near(model, [*names(models), SHIPPED_NAME, *(one.name for one in known.MODELS)])
    perhaps = f" Did you mean {' or '.join(others)}?" if others else ""
    return (
        f"There is no model {model}: it was not pulled, is no folder, and is not in the cache of Hugging Face."
        f"{perhaps} `quizapp models list` lists what there is, `quizapp models pull` fetches others."
    )


def _entry(name: str, place: Place, folder: Path, roles: tuple[str, ...]) -> Entry:
    found = anatomy_of(folder)
    kind = found.shape.kind if found.shape else None
    parameters = found.weights.parameters if found.weights else None
    return Entry(name, place, kind, found.size, parameters, roles, folder, found.lacks)


def _of_a_role(model: str, roles: tuple[str, ...], settings: LabSettings, models: Path) -> Entry:
    """A model that only the settings name."""
    if settings.command:
        return Entry(model, "elsewhere", None, None, None, roles, None)
    folder = files_of(model)
    if folder is None:
        return Entry(model, "yours", None, None, None, roles, None, (no_such(model, model, models),))
    return _entry(model, "yours", folder, roles)
