"""What a run shows: output as it comes, then the checks, charts and verdict."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from quizapp.cards.proof import Check, Environment, Run, Verdict
from quizapp.lab.client import LabState, Phase
from quizapp.tui.text import MUTED, foreign, lines, one_line
from quizapp.tui.widgets.chart_view import ChartView
from quizapp.tui.widgets.lab_line import SANDBOX
from quizapp.tui.widgets.snippet_view import mark

LIVE_LINES = 12
"""Lines of output shown while the snippet still runs; all that was kept is shown after."""

WORDS = {
    Verdict.VERIFIED: ("verified", "$text-success bold"),
    Verdict.REFUTED: ("refuted", "$text-error bold"),
    Verdict.ERROR: ("error", "$text-warning bold"),
    Verdict.TIMEOUT: ("stopped", "$text-warning bold"),
    Verdict.DIED: ("died", "$text-warning bold"),
    Verdict.UNAVAILABLE: ("not run", "$text-warning bold"),
}


class RunView(Vertical):
    """The result of running one snippet."""

    DEFAULT_CSS = """
    RunView { height: auto; padding: 0 1; }
    RunView > Static { height: auto; }
    RunView #output { color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._under_way = False
        self._output = ""
        self._lines_shown = 0

    def compose(self) -> ComposeResult:
        """The parts, empty until there is something to say."""
        yield Static(id="verdict", markup=False)
        yield Static(id="output", markup=False)

    async def start(self, state: LabState | None) -> None:
        """Forget the last run and say what is happening now."""
        self._output, self._lines_shown = "", 0
        await self.query(ChartView).remove()
        self.query_one("#output", Static).update(Content())
        self._under_way = True
        self.follow(state)
        self.call_after_refresh(self._keep_in_sight)

    def follow(self, state: LabState | None) -> None:
        """Say what the learner waits for: until it prints, a lab that is not ready says what it is busy with."""
        if self._under_way:
            waits_for = state.message if state and state.phase is Phase.STARTING and not self._output else ""
            message = waits_for or "running…"
            self.query_one("#verdict", Static).update(one_line(message, f"{MUTED} italic"))

    def append(self, text: str) -> None:
        """More output of the run under way."""
        first = text and not self._output
        self._output = (self._output + text)[-20_000:]
        if first:
            self.follow(None)
        tail = self._output.rstrip("\n").split("\n")[-LIVE_LINES:]
        self.query_one("#output", Static).update(foreign("\n".join(tail)))
        if len(tail) > self._lines_shown:
            self._lines_shown = len(tail)
            self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        if self._under_way:
            self.scroll_visible(animate=False, immediate=True)

    async def finish(self, run: Run) -> None:
        """Show the whole result."""
        self._under_way = False
        self.query_one("#verdict", Static).update(
            lines(_verdict(run), *map(_check, run.checks), foreign(run.error, "$text-warning"))
        )
        self.query_one("#output", Static).update(foreign(run.output.rstrip("\n")))
        await self.query(ChartView).remove()
        await self.mount_all([ChartView(chart) for chart in run.charts], before="#output")


def _verdict(run: Run) -> Content:
    word, style = WORDS[run.verdict]
    took = f"{run.seconds:.1f} s" if run.seconds >= 1 else f"{run.seconds * 1000:.0f} ms"
    took += "" if run.memory is None else f", {size(run.memory)}"
    facts = took + (f" {describe(run.environment)}" if run.environment else "")
    return Content.assemble((f"{run.verdict.sign} {word}", style), "  ", one_line(facts, MUTED))


def size(count: int) -> str:
    """A number of bytes in few characters: `<1 MB`, `12 MB`, `1.5 GB`."""
    mega = round(count / 1e6)
    return "<1 MB" if mega < 1 else f"{mega} MB" if mega < 1000 else f"{count / 1e9:.1f} GB"


def describe(environment: Environment) -> str:
    """Where it ran, in one line."""
    model = "" if environment.model == "none" else f" · {environment.model}"
    return f"on {environment.device}{model} · transformers {environment.transformers} · {SANDBOX[environment.sandbox]}"


def _check(check: Check) -> Content:
    values = [part for value in check.values for part in ("   ", one_line(value, MUTED))]
    message = one_line(f"— {check.message}", MUTED) if check.message else Content()
    return Content.assemble(mark(check.passed), " ", one_line(check.source), *values, "   " if message else "", message)
