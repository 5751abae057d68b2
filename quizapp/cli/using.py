"""`quizapp models use`: a model is looked at, tried, and only then written into the settings."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

from quizapp import variables
from quizapp.cards.proof import Run, Verdict
from quizapp.cli.composition import own_folders
from quizapp.cli.progress import stderr_if_terminal
from quizapp.cli.transfer import Transfer
from quizapp.config import Settings, config_file
from quizapp.errors import ConfigError, LabError
from quizapp.lab.anatomy.whole import anatomy_of
from quizapp.lab.catalogue import no_such
from quizapp.lab.client import LabState
from quizapp.lab.pulled import SHIPPED_NAME, called, files_of, folder_or_id, names
from quizapp.lab.settings import LabSettings
from quizapp.lab.trial import tried
from quizapp.lab.verification_report import failures
from quizapp.printing import say
from quizapp.settings_file import read, set_model, with_model


def take(role: str, model: str, settings: Settings) -> int:
    """Give a role a model, named as the learner did; the exit code.

    Raises:
        ConfigError: there is no such model, or the file of settings cannot be changed.
        LabError: it cannot be tried.
    """
    file = config_file()
    meant = folder_or_id(model, role, settings.lab, settings.pulled_models)
    is_name = settings.lab.command or model in {SHIPPED_NAME, *names(settings.pulled_models)}
    written = model if is_name else meant
    with_model(read(file), role, written, file)  # before anything is tried, it is clear that it can be written
    name = called(meant, role)
    try:
        reasons = why_not(role, model, meant, settings)
    except KeyboardInterrupt:
        say("Stopped; nothing was written.", problem=True)
        return 128 + signal.SIGINT
    if reasons:
        say(f"{name} does not do for the role {role}; nothing was written.", problem=True)
        say("\n".join(reasons), problem=True)
        return 1
    set_model(file, role, written)
    tell(role, meant, settings, file)
    return 0


def why_not(role: str, model: str, meant: str, settings: Settings) -> list[str]:
    """Why a role cannot have a model, in sentences; none where it can. What ships is not tried.

    Raises:
        ConfigError: there is no such model.
        LabError: it cannot be tried.
    """
    if model == SHIPPED_NAME:
        return []
    if not settings.lab.command:
        folder = files_of(meant)
        if folder is None:
            raise ConfigError(no_such(model, meant, settings.pulled_models))
        if reasons := anatomy_of(folder).why_not(role):
            return reasons
    if not settings.lab.enabled:
        raise LabError("A model is tried first, but running code is switched off: `enabled = false` under [lab].")
    lab = settings.lab.model_copy(update={"models": settings.lab.models | {role: meant}})
    run = asyncio.run(watched(role, called(meant, role), lab, settings))
    return [] if run.verdict is Verdict.VERIFIED else failures(run) or [f"It was tried: {run.verdict}."]


async def watched(role: str, name: str, lab: LabSettings, settings: Settings) -> Run:
    """Try a model, with a line that says how far that is."""
    with Transfer(stderr_if_terminal(), time.monotonic) as line:

        def changed(state: LabState) -> None:
            line.begin(f"trying {name}: {state.message.rstrip('…') or 'running a few lines'}")

        return await tried(role, lab, own_folders(settings), changed)


def tell(role: str, meant: str, settings: Settings, file: Path) -> None:
    """What was before and what is now, and what to do next."""
    before, name = called(settings.lab.models[role], role), called(meant, role)
    is_new = settings.lab.models[role] != meant
    has = f"had {before}, and has {name} from the next start on" if is_new else f"has {name}, as before"
    say(f"The role {role} {has}.\nIt is written in {file}.")
    if variable := variables.source(("lab", "models", role)):
        say(f"But {variable} is set and counts before the file; unset it, or {role} keeps {before}.", problem=True)
    say(f"Next: quizapp verify --role {role}")
