"""Takes the README's picture: the app as it is wired for learners, real decks, a real run, on an empty data folder."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from quizapp.cli.composition import compose
from quizapp.config import Settings
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.widgets.answer_area import AnswerLine
from quizapp.tui.widgets.deck_list import DeckList

SIZE = (124, 30)
PATIENCE = 60


async def until(ready: object, app: QuizApp) -> None:
    """Wait for something that must come."""
    assert callable(ready)
    for _ in range(PATIENCE * 20):
        if ready():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{app.screen} did not come so far")


async def take() -> str:
    """The SVG of the first card that asks for a prediction, predicted and run."""
    with tempfile.TemporaryDirectory() as folder:
        app = compose(Settings(data_dir=Path(folder)))
        async with app.run_test(size=SIZE) as pilot:
            await until(lambda: app.screen.query(DeckList) and app.screen.query_one(DeckList).chosen, app)
            await pilot.press("enter")
            await until(lambda: isinstance(app.focused, AnswerLine), app)
            await pilot.press("1", "1", "enter")
            await until(lambda: isinstance(app.screen, StudyScreen) and app.screen.attempt.revealed, app)
            await pilot.pause(0.5)
            return app.export_screenshot(title="quizapp")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(take()))
