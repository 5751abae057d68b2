"""A folder that looks as if a model had been pulled into it."""

from __future__ import annotations

import shutil
from pathlib import Path

from quizapp.lab.naming import RECORD
from quizapp.lab.pulled import folder_of
from quizapp.lab.settings import SHIPPED_MODELS

NAME = "Owner/Small-Model"


def pull(models: Path, name: str = NAME, role: str = "causal") -> Path:
    """The shipped model of a role under another name, in the folder of all pulled models."""
    folder = folder_of(models, name)
    shutil.copytree(SHIPPED_MODELS / role, folder)
    (folder / RECORD).write_text("{}")
    return folder
