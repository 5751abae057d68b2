from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project's own decks: an empty one, for those that there are take a second to read."""
    folder = tmp_path_factory.mktemp("shipped")
    monkeypatch.setattr("quizapp.config.shipped_decks", lambda: folder)
    return folder
