"""What the commands are wired from: settings, decks, the clock, the whole house."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.errors import ConfigError
from quizapp.printing import say

if TYPE_CHECKING:
    from quizapp.cards.card import Library
    from quizapp.config import Settings
    from quizapp.study.clock import Clock
    from quizapp.tui.app import QuizApp


def now() -> datetime:
    """The present instant; the only clock below is the one handed down from here."""
    return datetime.now(UTC)


def compose(settings: Settings) -> QuizApp:
    """The app with the whole house behind it; nothing is started yet."""
    from uuid import uuid4

    from quizapp.cards.stamps import stamps
    from quizapp.lab.client import Lab
    from quizapp.lab.trust import Trust
    from quizapp.store.thread import AsyncStore
    from quizapp.study.scheduler import Scheduler
    from quizapp.tui.app import QuizApp
    from quizapp.tui.services import Services

    clock = local_clock(settings)
    return QuizApp(
        Services(
            load_library=lambda: library(settings),
            deck_stamps=lambda: stamps(settings.deck_folders),
            log=AsyncStore(settings.data_dir, now),
            make_lab=lambda on_state: Lab(settings.lab, on_state, private=own_folders(settings)),
            trust=Trust(settings.data_dir),
            lab=settings.lab,
            scheduler=Scheduler(settings.study, clock),
            study=settings.study,
            clock=clock,
            now=now,
            new_id=uuid4,
            notes=settings.notes,
            keys=settings.keys,
            notices=tuple(notices(settings)),
        )
    )


def own_folders(settings: Settings) -> tuple[Path, ...]:
    """What no snippet may see, wherever it lies: the log, the secret of trust, the settings."""
    from quizapp.config import config_file

    return settings.data_dir, config_file().parent


def settings_told() -> Settings:
    """The settings, with what is doubtful about them told on stderr."""
    from quizapp.config import load_settings

    settings = load_settings()
    for sentence in notices(settings):
        say(sentence, problem=True)
    return settings


def notices(settings: Settings) -> list[str]:
    """What is doubtful about settings that can be used nevertheless."""
    from quizapp.config import missing_folders, missing_models, unknown_variables

    return [*unknown_variables(), *missing_folders(settings), *missing_models(settings)]


def library(settings: Settings) -> Library:
    """Every deck of the configured folders, and what is wrong in them."""
    from quizapp.cards.loader import load_library
    from quizapp.config import shipped_decks

    return load_library(settings.deck_folders, shipped=shipped_decks(), cache=settings.cache_dir)


def local_clock(settings: Settings) -> Clock:
    """The learner's study days.

    A machine that names no zone is in UTC, as for every other program; of two that are named the one in use counts.

    Raises:
        ConfigError: the machine's time zone has no name that its time zone database knows.
    """
    import logging
    import warnings

    from tzlocal import get_localzone

    from quizapp.study.clock import Clock

    logging.getLogger("tzlocal").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            return Clock(get_localzone(), settings.study.rollover)
    except (LookupError, ValueError, OSError) as error:
        named = f"TZ is {os.environ['TZ']!r}, which is" if os.environ.get("TZ") else "This machine's time zone has"
        raise ConfigError(f"{named} no name of a time zone; set TZ to one such as Europe/Berlin.") from error
