"""What a run took is told in one line beside its verdict."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from quizapp.cards.proof import Environment, Run, Verdict
from quizapp.tui.widgets.run_view import RunView, size

ENVIRONMENT = Environment("3.11.7", "2.13.0", "5.23.0", "causal", "sha256:0", "cpu", "float32", "strong")


class Shown(App[None]):
    """Nothing but a run."""

    def compose(self) -> ComposeResult:
        yield RunView()


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            Run(Verdict.VERIFIED, seconds=0.0384, memory=12_000_000, environment=ENVIRONMENT),
            "✓ verified  38 ms, 12 MB on cpu · causal · transformers 5.23.0 · sandboxed",
        ),
        (Run(Verdict.DIED, seconds=1.25, environment=ENVIRONMENT), "! died  1.2 s on cpu · causal"),
        (Run(Verdict.UNAVAILABLE), "– not run  0 ms"),
    ],
)
async def test_time_memory_and_device_are_beside_the_verdict_in_one_line_beside_a_card(run: Run, told: str) -> None:
    app = Shown()
    async with app.run_test(size=(76, 24)) as pilot:
        await app.query_one(RunView).finish(run)
        await pilot.pause()
        verdict = app.query_one("#verdict", Static)
        assert str(verdict.render()).startswith(told)
        assert verdict.size.height == 1


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "<1 MB"),
        (400_000, "<1 MB"),
        (600_000, "1 MB"),
        (12_400_000, "12 MB"),
        (999_400_000, "999 MB"),
        (999_600_000, "1.0 GB"),
        (80_000_000_000, "80.0 GB"),
    ],
)
def test_a_size_is_told_in_few_characters(count: int, words: str) -> None:
    assert size(count) == words
