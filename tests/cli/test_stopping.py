"""Signals that end a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from quizapp.cli.stopping import NUMBERS, Stopped, stoppable


def stopped_by(number: int, then: Callable[[], None], finally_: Callable[[], None] = lambda: None) -> None:
    with stoppable():
        try:
            os.kill(os.getpid(), number)
            then()
        finally:
            finally_()


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_a_signal_raises_where_it_finds_the_command(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in NUMBERS}
    went_on = []
    with pytest.raises(Stopped) as raised:
        stopped_by(number, lambda: went_on.append("on"))
    assert went_on == []
    assert raised.value.number == number
    assert {each: signal.getsignal(each) for each in NUMBERS} == before


def test_what_is_put_away_on_the_way_out_is_not_stopped_by_another() -> None:
    put_away = []

    def put_all_away() -> None:
        for number in NUMBERS:
            os.kill(os.getpid(), number)
        put_away.append("all")

    with pytest.raises(Stopped):
        stopped_by(signal.SIGTERM, lambda: None, put_all_away)
    assert put_away == ["all"]


def test_what_ignores_hangups_goes_on_to() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_no_failure_is_taken_for_it() -> None:
    assert not issubclass(Stopped, Exception)
