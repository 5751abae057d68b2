"""The project's own decks run without asking only as they came."""

from __future__ import annotations

from quizapp.config import shipped_decks
from quizapp.lab.trust import OWN_CODE
from tests.house.manifest import manifest


def test_the_manifest_lists_the_code_of_the_shipped_decks_as_it_is_now() -> None:
    assert list(shipped_decks().glob("*.yaml"))
    assert OWN_CODE.read_text() == manifest(), "a shipped snippet was changed; if that was meant, run `make manifest`"
