from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.store.log import Log, open_log
from tests.store.making import NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def log(folder: Path) -> Iterator[Log]:
    log = open_log(folder, NOW, wait=0.2)
    yield log
    log.close()
