"""Whatever a deck, a run or the learner says is only text: no screen has a link or an action of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segment
from textual import events
from textual.widgets import Input

from quizapp.cards.proof import Bars, Check, Environment, Heat, Line, Run, Table, Verdict
from quizapp.lab.client import LabState, Phase
from quizapp.study.calibration import CONFIDENCES
from quizapp.tui.app import QuizApp
from tests.program.hostile import EVERYTHING, FILE, NOTE, NOTES, deck, is_only_text
from tests.tui.conftest import Open, Seat
from tests.tui.fakes import World

LARGE = (100, 200)
E = EVERYTHING
RUN = Run(
    Verdict.REFUTED,
    (Check(3, f"Source {E}", False, (f"Left {E}", f"Right {E}"), f"Message {E}"),),
    (
        Bars(f"Bars {E}", (f"Token {E}",), (0.5,)),
        Heat(f"Heat {E}", (f"Row {E}",), (f"Column {E}",), ((1.0,),)),
        Line(f"Line {E}", (2.0, 1.0)),
        Table(f"Table {E}", (f"Head {E}",), ((f"Cell {E}",),)),
    ),
    output=f"Printed {E}\n",
    error=f"Error {E}",
    observed=repr(E),
    seconds=0.04,
    environment=Environment(*[f"Environment {E}"] * 7, sandbox="basic"),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, {FILE: deck(), f"broken {FILE}": json.dumps({E: [E], "deck": E})})
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / NOTES).write_text(NOTE, encoding="utf-8")
    world.lab.answer = RUN
    world.lab.state = LabState(Phase.STARTING, f"Busy {E}", f"Device {E}", (("causal", f"Model {E}"),), "basic")
    return world


def drawn(app: QuizApp) -> Iterator[Segment]:
    for strip in app.screen._compositor.render_strips():
        yield from strip


def assert_only_text(seat: Seat, *shown: str) -> None:
    """The screen shows these, with nothing in it that acts but the program's own choices and scroll bars."""
    for text in shown:
        assert text in seat.text, seat.text
    own = {"grab", "release", "scroll_up", "scroll_down", *(f"choose({n})" for n in CONFIDENCES)}
    own |= {f"screen.rate({n})" for n in range(1, 5)}
    for segment in drawn(seat.app):
        assert is_only_text(segment.text), segment
        if segment.style is not None:
            assert segment.style.link is None, segment
            assert {str(value) for name, value in segment.style.meta.items() if name.startswith("@")} <= own, segment


async def test_every_screen_shows_foreign_text_as_text(open_app: Open, world: World, tmp_path: Path) -> None:
    async with open_app(size=LARGE, notes=tmp_path / "notes", notices=(f"Notice {E}",)) as seat:
        assert_only_text(seat, "Title", "Device ␛]52;c;", "broken ␛]0;PWNED␇")
        screen = await seat.study(at="predict")
        assert_only_text(seat, "Question", "[press](javascript:PWNED)", "&#27;]0;PWNED&#7;", "[/x] y[i]")
        await screen.run_action("note")
        await seat.settle()
        assert_only_text(seat, "Noted ␛]52;c;UFdORUQ=␇", "⟨U+202E⟩")
        await seat.press("escape", "escape", "r")
        await seat.until("refuted")
        assert_only_text(seat, "Printed ␛]52;c;", "Token ␛]52;c;", "Cell ␛]52;c;", "Message ␛]52;c;", "Error ␛]52;c;")
        assert_only_text(seat, "Answer", "Heading", "Item", "Fence", "Corrects", "javascript:PWNED PWN⟨U+200B⟩ED")


async def test_choices_and_the_end_show_foreign_text_as_text(open_app: Open, world: World) -> None:
    async with open_app(size=LARGE) as seat:
        await seat.study(at="choices")
        assert_only_text(seat, "Right PWN⟨U+200B⟩ED", "Wrong PWN⟨U+200B⟩ED")
        await seat.press("1", "enter")
        assert_only_text(seat, "Why PWN⟨U+200B⟩ED", "[press](file:///etc/PWNED)")
        await seat.press("1")
        await seat.app.screen.run_action("leave")


async def test_what_is_pasted_is_only_text(open_app: Open, world: World) -> None:
    async with open_app(size=LARGE) as seat:
        await seat.study(at="predict")
        seat.app.post_message(events.Paste(E))
        await seat.settle()
        assert seat.app.focused is not None
        assert isinstance(seat.app.focused, Input)
        assert seat.app.focused.value.startswith("␛]52;c;UFdORUQ=␇")
        assert is_only_text(seat.app.focused.value)
        assert_only_text(seat, "␛]0;PWNED")
