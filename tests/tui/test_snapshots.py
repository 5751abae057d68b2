"""What the learner sees, screen by screen; `make snapshots` accepts a change that was meant."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from quizapp.cards.proof import Bars, Chart, Check, Heat, Line, Run, Table, Verdict
from quizapp.tui.app import QuizApp
from quizapp.tui.widgets.chart_view import ChartView
from tests.tui.conftest import Seat
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import VERIFIED, World

SMALL, WIDE, NARROW = (80, 24), (124, 30), (60, 24)
BROKEN = "deck: mine\ntitle: Mine\ncards:\n  - id: kv-cache\n    question: What is kept?\n"
REACHING = ALL_KINDS.replace("assert not torch", "x = '\u200d'; assert not torch").replace(
    "logits = model", "import urllib.request\n        data = open('/etc/passwd').read()\n        logits = model"
)

Scene = Callable[[Seat], Awaitable[object]]


@pytest.fixture
def looks(snap_compare: Callable[..., bool], world: World) -> Callable[..., bool]:
    """Compare the screen after a scene with how it looked before."""

    def compare(scene: Scene, size: tuple[int, int] = SMALL, world: World = world) -> bool:
        app = QuizApp(world.services())

        async def play(pilot: Pilot[None]) -> None:
            seat = Seat(app, pilot, world)
            await seat.settle()
            await scene(seat)
            app.clear_notifications()
            for line in app.screen.query(Input).results():
                line.cursor_blink = False
            await seat.settle()

        return snap_compare(app, run_before=play, terminal_size=size)

    return compare


class TestHome:
    def test_first_day(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            pass

        assert looks(scene)

    def test_with_a_past_and_a_broken_deck(self, looks, tmp_path: Path) -> None:
        world = World(tmp_path / "other", {"kinds.yaml": ALL_KINDS, "mine.yaml": BROKEN})

        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space", "4")
            await seat.app.screen.run_action("leave")
            seat.world.tick(days=9)
            await seat.settle()
            seat.app.screen.look()
            await seat.settle()

        assert looks(scene, world=world)

    def test_wide(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            await seat.press("down")

        assert looks(scene, WIDE)


class TestStudy:
    def test_a_question(self, looks) -> None:
        assert looks(lambda seat: seat.study(at="recall"))

    def test_an_answer(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space")

        assert looks(scene)

    def test_choices_explained(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            await seat.study(at="choices")
            await seat.press("1", "enter")

        assert looks(scene)

    def test_a_prediction_asked(self, looks) -> None:
        assert looks(lambda seat: seat.study(at="predict"))

    @pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
    def test_a_prediction_that_failed(self, looks, size: tuple[int, int]) -> None:
        async def scene(seat: Seat) -> None:
            seat.world.lab.answer = replace(VERIFIED, observed="(9, 14)")
            await seat.study(at="predict")
            await seat.press("9", "enter")

        assert looks(scene, size)

    def test_a_refuted_claim(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            checks = (Check(2, "a == b", passed=True, values=("1", "1")), Check(3, "b == c", False, ("1", "2"), "why"))
            seat.world.lab.answer = Run(Verdict.REFUTED, checks, output="printed 输出\n", error="ValueError: 3")
            await seat.study(at="recall")
            await seat.press("space", "r")

        assert looks(scene, WIDE)

    def test_trust(self, looks, tmp_path: Path) -> None:
        world = World(tmp_path / "other", {"kinds.yaml": REACHING}, shipped=False)

        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space", "r")

        assert looks(scene, world=world)

    def test_trust_again_after_a_change_without_a_sandbox(self, looks, tmp_path: Path) -> None:
        world = World(tmp_path / "other", {"kinds.yaml": ALL_KINDS}, shipped=False)
        world.services().trust.allow(world.load().decks[0].cards)
        (world.decks / "kinds.yaml").write_text(REACHING)
        world.lab.state = replace(world.lab.state, sandbox="basic")

        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space", "r", "down", "down")

        assert looks(scene, NARROW, world=world)

    def test_trust_in_a_whole_deck(self, looks, tmp_path: Path) -> None:
        world = World(tmp_path / "other", {"kinds.yaml": REACHING}, shipped=False)

        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space", "r", "down", "down", "down", "enter")

        assert looks(scene, world=world)


class TestSummary:
    def test_with_misses(self, looks) -> None:
        async def scene(seat: Seat) -> None:
            await seat.study(at="recall")
            await seat.press("space")
            seat.world.tick(minutes=1, seconds=5)
            await seat.press("1")
            while seat.card != "recall":
                await seat.app.screen.run_action("bury")
                await seat.settle()
            seat.world.tick(minutes=2)
            await seat.press("space", "4")

        assert looks(scene)


TOKENS = (
    "[CLS]",
    "the",
    "quick",
    "brown",
    "fo",
    "##x",
    "jump",
    "##s",
    "over",
    "the",
    "la",
    "##zy",
    "dog",
    ".",
    "[SEP]",
)
ATTENTION = tuple(tuple(0.9 if j == i + 1 else 0.3 if j == 0 else i * j / 400 for j in range(15)) for i in range(15))
LOSSES = tuple(4 * 0.95**step + 0.3 * (step % 3) for step in range(200))
CHARTS = {
    "bars": Bars("the next token", (" side", " l", "猫", "[/INST]", " ", "\n"), (0.28, 0.16, 0.11, 0.05, 0.01, 0.0)),
    "signed bars": Bars("change of each logit", (" side", " l", " c"), (1.25, -0.5, math.nan)),
    "attention": Heat("attention of one head", TOKENS, TOKENS, ATTENTION),
    "mask": Heat("attention_mask", ("short", "long"), TOKENS, ((1.0,) * 6 + (0.0,) * 9, (1.0,) * 15)),
    "line": Line("loss", (*LOSSES[:90], math.nan, 9.0, *LOSSES[92:]), 1_000),
    "table": Table(
        "tokens", ("token", "id", "p"), (("the", "5", "0.25"), ("猫", "1000", "1e-09"), ("[x]", "3", "nan"))
    ),
}


class TestChart:
    """Each as wide as a terminal of 80 columns, with the charts of its card."""

    @pytest.mark.parametrize("name", CHARTS)
    def test_in_colour(self, snap_compare: Callable[..., bool], name: str) -> None:
        assert snap_compare(ChartApp(CHARTS[name]), terminal_size=SMALL)

    @pytest.mark.parametrize("name", CHARTS)
    def test_without_colour(
        self, snap_compare: Callable[..., bool], name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        assert snap_compare(ChartApp(CHARTS[name]), terminal_size=SMALL)


class ChartApp(App[None]):
    """One chart and nothing else."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart

    def compose(self) -> ComposeResult:
        yield ChartView(self._chart)
