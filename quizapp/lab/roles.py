"""Which roles a verification is for, and with which models: `causal`, or `causal=NAME-OR-FOLDER`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quizapp.errors import ConfigError
from quizapp.lab.anatomy.whole import anatomy_of
from quizapp.lab.catalogue import no_such
from quizapp.lab.protocol import NO_MODEL
from quizapp.lab.pulled import files_of, folder_or_id
from quizapp.lab.settings import LabSettings


def chosen(asked: Iterable[str], settings: LabSettings, pulled: Path) -> tuple[frozenset[str] | None, LabSettings]:
    """The roles that are asked for, None for all, and the settings with the models that are to take their place.

    Args:
        asked: What was written after each `--role`.
        settings: The learner's.
        pulled: The folder of all pulled models.

    Raises:
        ConfigError: there is no such role, or no model is named after the sign, or one that cannot take the role.
    """
    models: dict[str, str] = {}
    roles: set[str] = set()
    for text in asked:
        role, sign, model = text.partition("=")
        _refuse_unknown(role, settings)
        if role in roles:
            raise ConfigError(f"--role names {role} twice; name it once.")
        roles.add(role)
        if sign:
            models[role] = _model(role, model.strip(), settings, pulled)
    return frozenset(roles) or None, settings.model_copy(update={"models": settings.models | models})


def _refuse_unknown(role: str, settings: LabSettings) -> None:
    known = [*settings.models, NO_MODEL]
    if role not in known:
        raise ConfigError(f"There is no role {role!r}; there are {', '.join(known)}.")


def _model(role: str, model: str, settings: LabSettings, pulled: Path) -> str:
    """The folder or the id that a name stands for."""
    if role == NO_MODEL or not model:
        raise ConfigError(f"--role {role}={model} names no model for a role that has one; write NAME-OR-FOLDER.")
    meant = folder_or_id(model, role, settings, pulled)
    if settings.command:
        return meant
    if (folder := files_of(meant)) is None:
        raise ConfigError(f"--role {role}={model}: {no_such(model, meant, pulled)}")
    if reasons := anatomy_of(folder).why_not(role):
        raise ConfigError("\n".join([f"--role {role}={model} does not do:", *reasons]))
    return meant
