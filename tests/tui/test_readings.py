"""The decks are read once, then when a file was saved and stays; nothing waits for a drive that does not answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from quizapp.cards.card import Library
from quizapp.tui.readings import Readings, aside


class Disk:
    """Says one stamp after the other, the last for ever, and counts how often it is read."""

    def __init__(self, *stamps: object) -> None:
        self.stamps, self.at, self.loads = stamps, 0, 0
        self.failing: Iterator[Exception | None] = iter(())

    def stamp(self) -> object:
        seen = self.stamps[min(self.at, len(self.stamps) - 1)]
        self.at += 1
        return seen

    def load(self) -> Library:
        self.loads += 1
        if error := next(self.failing, None):
            raise error
        return Library(())


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readings, "EVERY", 0.001)
    monkeypatch.setattr(Readings, "SETTLING", 0.001)


async def test_the_first_time_is_at_once_and_the_next_when_something_was_saved() -> None:
    disk = Disk(1, 1, 1, 2)
    readings = Readings(disk.load, disk.stamp)
    await readings.next()
    assert (disk.at, disk.loads) == (1, 1)
    await readings.next()
    assert (disk.at, disk.loads) == (5, 2)


async def test_a_file_that_is_being_written_is_read_when_it_stays_as_it_is() -> None:
    disk = Disk(1, 2, 3, 4, 4, 4)
    readings = Readings(disk.load, disk.stamp)
    await readings.next()
    await readings.next()
    assert (disk.at, disk.loads) == (5, 2)


async def test_a_file_that_is_written_for_ever_is_read_nevertheless() -> None:
    disk = Disk(*range(100))
    readings = Readings(disk.load, disk.stamp)
    for _ in range(3):
        await readings.next()
    assert disk.loads == 3


async def test_what_could_not_be_read_is_read_again() -> None:
    disk = Disk(1, 2)
    disk.failing = iter([None, OSError("Too many open files")])
    readings = Readings(disk.load, disk.stamp)
    await readings.next()
    with pytest.raises(OSError, match="Too many open files"):
        await readings.next()
    await readings.next()
    assert disk.loads == 3


async def test_what_work_raises_is_raised() -> None:
    def work() -> None:
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        await aside(work)


def test_a_drive_that_does_not_answer_holds_up_no_exit() -> None:
    """`asyncio.to_thread` would: at its end the loop waits for the threads that it lent."""
    answers, asked = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        assert answers.wait(100)

    async def program() -> None:
        waiting = asyncio.create_task(aside(hang))
        await asyncio.to_thread(asked.wait)
        waiting.cancel()

    try:
        asyncio.run(program())
        assert not answers.is_set()
    finally:
        answers.set()
