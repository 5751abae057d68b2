"""The line that says how far a verification is: narrower than the terminal, and out of the way of what is printed."""

from __future__ import annotations

import io
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizapp.cards.proof import Verdict
from quizapp.cli.progress import KINDS, Progress, has_room_for_a_bar


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    encoding = "utf-8"
    errors = "strict"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no real terminal")


def progress(total: int = 8, screen: Screen | None = None) -> tuple[Progress, Clock]:
    clock = Clock()
    return Progress(total, screen, clock), clock


def test_before_the_first_run_it_says_what_all_wait_for() -> None:
    shown, clock = progress()
    shown.status = "importing\x1b[2J torch…"
    clock.now += 3
    assert shown.line(80) == "importing torch…  3 s"


def test_it_counts_by_verdict_and_says_what_is_left() -> None:
    shown, clock = progress()
    clock.now += 2
    shown.ready()
    for verdict in (Verdict.VERIFIED, Verdict.VERIFIED, Verdict.REFUTED, Verdict.DIED, Verdict.TIMEOUT, Verdict.ERROR):
        shown.run_ended()
        shown.claim_ended(verdict)
        clock.now += 1
    assert shown.line(90) == ("▇▇▇▇▇▇▁▁ 75 %  ✓ 2 verified  ✗ 1 refuted  ! 3 errors  8 s · about 2 s left")
    assert shown.line(70) == "▇▇▇▇▇▇▁▁ 75 %  ✓ 2  ✗ 1  ! 3  8 s · about 2 s left"
    shown.run_ended()
    shown.run_ended()
    shown.claim_ended(Verdict.UNAVAILABLE)
    clock.now += 60
    assert shown.line(90) == "▇▇▇▇▇▇▇▇ 100 %  ✓ 2 verified  ✗ 1 refuted  ! 3 errors  – 1 not run  1 min 08 s"


def test_every_verdict_is_counted_under_its_sign() -> None:
    assert {verdict.sign for verdict in Verdict} == set(KINDS)


def test_with_nothing_to_run_it_is_through() -> None:
    shown, _ = progress(0)
    shown.ready()
    assert "100 %" in shown.line(80)


@given(st.integers(1, 120), st.text(), st.integers(0, 9), st.booleans())
def test_it_never_reaches_the_last_column(columns: int, status: str, ended: int, ready: bool) -> None:
    shown, clock = progress(9)
    shown.status = status
    if ready:
        shown.ready()
    for _ in range(ended):
        clock.now += 12345
        shown.run_ended()
        shown.claim_ended(Verdict.UNAVAILABLE)
    line = shown.line(columns)
    assert cell_len(line) < max(columns, 2)
    assert "\n" not in line
    assert "\x1b" not in line


def test_it_is_away_while_something_is_printed_and_when_all_is_done() -> None:
    screen = Screen()
    with closing(progress(8, screen)[0]) as shown:
        shown.show()
        with shown.lifted():
            screen.write("printed\n")
    assert screen.getvalue().startswith("\r\x1b[2Kstarting…")
    assert "\r\x1b[2Kprinted\n\r\x1b[2Kstarting…" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[2K")
    written = screen.getvalue()
    shown.show()
    shown.close()
    assert screen.getvalue() == written, "it is gone for good"


@pytest.mark.parametrize(
    ("terminal", "encoding", "kind", "room"),
    [
        (True, "utf-8", "xterm", True),
        (True, "latin-1", "xterm", False),
        (True, "nonsense", "xterm", False),
        (True, "utf-8", "dumb", False),
        (False, "utf-8", "xterm", False),
    ],
)
def test_it_is_shown_only_where_a_terminal_can_show_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, encoding: str, kind: str, room: bool
) -> None:
    monkeypatch.setenv("TERM", kind)
    screen = Screen()
    screen.encoding = encoding
    screen.isatty = lambda: terminal
    assert has_room_for_a_bar(screen) is room
    assert not has_room_for_a_bar(None)
