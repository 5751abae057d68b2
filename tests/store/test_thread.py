from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from quizapp.errors import StoreError, StoreLocked
from quizapp.store.log import Log, open_log, open_reader
from quizapp.store.thread import AsyncStore
from quizapp.study.ports import AsyncLog, LogReader
from tests.store.making import CARD, NOW, a_review


@pytest.fixture
def store(folder: Path) -> AsyncStore:
    return AsyncStore(folder, lambda: NOW, patience=0)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Appending waits, in the store's thread, until this is set."""
    gate = threading.Event()
    append = Log.append

    def waiting(log: Log, event) -> None:
        assert gate.wait(30)
        append(log, event)

    monkeypatch.setattr(Log, "append", waiting)
    return gate


async def test_it_does_what_the_log_does_in_a_thread_of_its_own(store: AsyncStore, folder: Path):
    port: AsyncLog = store
    event = a_review()
    await port.append(event)
    assert await port.events() == [event]
    assert await port.events(NOW.date()) == [event]
    assert await port.states() == {CARD: event.after}
    assert await port.last_undoable() == event
    await port.close()
    reader: LogReader = open_reader(folder)
    assert reader.events() == [event]


async def test_every_call_runs_in_the_same_thread_and_not_in_the_callers(
    store: AsyncStore, monkeypatch: pytest.MonkeyPatch
):
    threads = []
    monkeypatch.setattr(Log, "states", lambda _: threads.append(threading.current_thread()) or {})
    await asyncio.gather(store.states(), store.states(), store.states())
    await store.close()
    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()


async def test_cancelling_the_caller_does_not_lose_the_rating(store: AsyncStore, folder: Path, held: threading.Event):
    first, second = a_review(reps=1), a_review(reps=2)
    waiting = [asyncio.create_task(store.append(event)) for event in (first, second)]
    await asyncio.sleep(0.05)
    for task in waiting:  # the first is being written, the second still waits its turn
        task.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*waiting, return_exceptions=True)
    )
    held.set()
    await store.close()
    assert open_reader(folder).events() == [first, second]


async def test_closing_finishes_what_was_asked_before_and_releases_the_lock(
    store: AsyncStore, folder: Path, held: threading.Event
):
    event = a_review()
    appending = asyncio.create_task(store.append(event))
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    held.set()
    await asyncio.gather(appending, closing)
    log = open_log(folder, NOW)
    assert log.events() == [event]
    log.close()


async def test_after_closing_it_says_so_and_closing_again_does_nothing(store: AsyncStore):
    await store.append(a_review())
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed already"):
        await store.append(a_review())


def test_closing_what_was_never_used_makes_nothing(store: AsyncStore, folder: Path):
    asyncio.run(store.close())
    assert not folder.exists()


async def test_a_lock_held_elsewhere_is_told_of_and_the_next_call_tries_again(store: AsyncStore, folder: Path):
    other = open_log(folder, NOW)
    with pytest.raises(StoreLocked):
        await store.states()
    other.close()
    assert await store.states() == {}
    await store.close()


async def test_a_verification_that_is_just_writing_is_waited_for(folder: Path):
    store = AsyncStore(folder, lambda: NOW, patience=30)
    other = open_log(folder, NOW)
    asking = asyncio.create_task(store.states())
    await asyncio.sleep(0.1)
    assert not asking.done()
    other.close()
    assert await asking == {}
    await store.close()


async def test_a_rating_that_was_refused_is_told_to_its_caller_alone(store: AsyncStore):
    bad, good = a_review(confidence=1000), a_review()
    ends = await asyncio.gather(store.append(bad), store.append(good), return_exceptions=True)
    assert isinstance(ends[0], StoreError)
    assert ends[1] is None
    assert await store.events() == [good]
    await store.close()


async def test_the_thread_ends_with_closing(store: AsyncStore):
    await store.states()
    await store.close()
    for thread in store._thread._threads:
        thread.join(30)
        assert not thread.is_alive()


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_importing_the_thread_imports_no_database_library():
    modules = loaded_after("import quizapp.store.thread")
    assert not modules & {"sqlmodel", "sqlalchemy", "sqlite3", "pydantic", "textual", "torch", "transformers"}


def test_the_store_imports_no_screens_tensors_or_settings():
    modules = loaded_after("import quizapp.store.log")
    assert "sqlmodel" in modules
    assert not modules & {"textual", "torch", "transformers", "quizapp.config", "quizapp.lab", "quizapp.tui"}
