"""What the screens work with; the composition root fills it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from quizapp.cards.card import Library
from quizapp.lab.client import Lab, LabState
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust import Trust
from quizapp.study.clock import Clock
from quizapp.study.ports import AsyncLog
from quizapp.study.scheduler import Scheduler
from quizapp.study.settings import StudySettings


@dataclass(frozen=True, slots=True)
class Services:
    """The rest of the house, behind its types."""

    load_library: Callable[[], Library]
    """Reads every deck; slow enough (disk, YAML) to be called off the event loop."""
    deck_stamps: Callable[[], object]
    """Something that is another after a deck file was saved; it asks the disk, which may not answer at once."""
    log: AsyncLog
    make_lab: Callable[[Callable[[LabState], None]], Lab]
    """Makes the lab; it reports each change of its state to what it is given."""
    trust: Trust
    lab: LabSettings
    """How snippets are run, and whether they are."""
    scheduler: Scheduler
    study: StudySettings
    clock: Clock
    now: Callable[[], datetime]
    """The present instant, UTC."""
    new_id: Callable[[], UUID]
    notes: Path | None = None
    """The folder with the learner's notes."""
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id to key."""
    notices: tuple[str, ...] = ()
    """What is doubtful about the settings, in sentences; told once, when the app has started."""
