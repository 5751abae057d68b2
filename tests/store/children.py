"""Real child processes that start in milliseconds: forked from a server that has imported the store once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["quizapp.store.log", "tests.store.making"])


@contextmanager
def child(work: Callable[..., None], *arguments: object) -> Iterator[tuple[Any, Connection]]:
    """Run `work(*arguments, connection)` in a child; gives the process and the other end of the connection."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=work, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        ours.close()


def answer_of(work: Callable[..., None], *arguments: object) -> Any:
    """The one thing `work` sends."""
    with child(work, *arguments) as (_, connection):
        return connection.recv()
