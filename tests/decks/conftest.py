"""The bench, shared by all tests of the decks."""

from __future__ import annotations

import pytest

from tests.decks.bench import Bench


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench.with_shipped_models()
