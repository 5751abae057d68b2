"""A world with one deck of every kind, and a way to run the app in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from quizapp.tui.app import QuizApp
from quizapp.tui.screens.asking import AskingScreen
from quizapp.tui.screens.study import StudyScreen
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import World

Open = Callable[..., AbstractAsyncContextManager["Seat"]]


class Seat:
    """A learner before the running app."""

    def __init__(self, app: QuizApp, pilot: Pilot[None], world: World) -> None:
        self.app, self.pilot, self.world = app, pilot, world

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until what they began is done (a question to the learner counts as done)."""
        for key in keys:
            self.world.tick(seconds=1)
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        await self.pilot.pause()
        looking = [worker for worker in self.app.workers if worker.group == "look"]
        if looking:
            await self.app.workers.wait_for_complete(looking)
            await self.pilot.pause()
        while self._unsettled:
            await self.pilot.pause(StudyScreen.SETTLING / 2)

    @property
    def _unsettled(self) -> bool:
        screen = self.app.screen
        if isinstance(screen, AskingScreen):
            return screen.settling
        return isinstance(screen, StudyScreen) and (screen.settling or screen.busy)

    async def until(self, shown: str) -> None:
        """Wait until the screen shows something."""
        async with asyncio.timeout(30):
            while shown not in self.text:
                await self.pilot.pause(0.02)

    async def study(self, *, at: str | None = None) -> StudyScreen:
        """Open the study screen, and bury cards until the one named is asked."""
        await self.press("enter")
        while at is not None and self.card != at:
            await self.app.screen.run_action("bury")
            await self.settle()
        screen = self.app.screen
        assert isinstance(screen, StudyScreen)
        return screen

    @property
    def card(self) -> str:
        """The id of the card that is asked, without its deck."""
        screen = self.app.screen
        assert isinstance(screen, StudyScreen), screen
        assert screen.attempt is not None
        return str(screen.attempt.prompt.card.id).partition("/")[2]

    @property
    def text(self) -> str:
        """What the screen shows, as plain text."""
        _, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        assert len(strips) == height
        return "\n".join(strip.text.rstrip() for strip in strips)

    def static(self, selector: str) -> str:
        """The text of a Static."""
        return str(self.app.screen.query_one(selector, Static).render())

    async def log(self) -> list[tuple[str, str | None]]:
        """(kind, card) of each event."""
        return [(e.kind.value, str(e.card).partition("/")[2]) for e in await self.app.services.log.events()]


@pytest.fixture(autouse=True)
def _settle_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StudyScreen, "SETTLING", 0.02)
    monkeypatch.setattr(AskingScreen, "SETTLING", 0.02)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, {"kinds.yaml": ALL_KINDS})


@pytest.fixture
def open_app(world: World) -> Open:
    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), world: World = world, **changes: object) -> AsyncIterator[Seat]:
        app = QuizApp(world.services(**changes))
        async with app.run_test(size=size) as pilot:
            seat = Seat(app, pilot, world)
            await seat.settle()
            yield seat

    return opened
