"""The line that says how far a pull is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizapp.cli.transfer import Transfer
from tests.cli.test_progress import Clock, Screen


def transfer() -> tuple[Transfer, Clock]:
    clock = Clock()
    return Transfer(None, clock), clock


def test_it_says_what_goes_on_where_nothing_can_be_counted() -> None:
    line, clock = transfer()
    assert line.line(80) == ""
    line.begin("converting\x1b[2J the weights")
    clock.now += 7
    assert line.line(80) == "converting the weights…  7 s"
    line.begin("some/model", 100)
    assert line.line(80) == "some/model…  0 s"


def test_it_tells_bytes_speed_and_what_is_left() -> None:
    line, clock = transfer()
    line.begin("some/model", 200_000_000)
    line.at(0)
    clock.now += 1
    line.at(50_000_000)
    assert line.line(100) == "▇▇▁▁▁▁▁▁ 25 %  50 MB of 200 MB  some/model"
    clock.now += 9
    line.at(100_000_000)
    assert line.line(100) == "▇▇▇▇▁▁▁▁ 50 %  100 MB of 200 MB  10 MB/s · about 10 s left  some/model"


def test_what_was_there_before_says_nothing_of_the_speed() -> None:
    line, clock = transfer()
    line.begin("some/model", 200_000_000)
    clock.now += 100
    line.at(150_000_000)
    clock.now += 10
    line.at(160_000_000)
    assert "1 MB/s · about 40 s left" in line.line(100)


@given(st.integers(1, 100), st.text(), st.integers(0, 10**12), st.integers(0, 10**12))
def test_it_never_reaches_the_last_column(cells: int, what: str, total: int, done: int) -> None:
    line, clock = transfer()
    line.begin(what, total)
    line.at(0)
    clock.now += 3
    line.at(done)
    shown = line.line(cells)
    assert cell_len(shown) < max(cells, 2)
    assert "\n" not in shown
    assert "\x1b" not in shown


def test_it_is_away_when_all_is_done() -> None:
    screen = Screen()
    with Transfer(screen, Clock()) as line:
        line.begin("some/model", 10)
    assert screen.getvalue().endswith("\r\x1b[2K")
