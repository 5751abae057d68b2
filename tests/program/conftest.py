from __future__ import annotations

from pathlib import Path

import pytest

from tests.program.deck import DECK


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty machine state but for one deck, which came with nobody."""
    decks = tmp_path / ".local/share/quizapp/decks"
    decks.mkdir(parents=True)
    (decks / "day.yaml").write_text(DECK)
    return tmp_path
