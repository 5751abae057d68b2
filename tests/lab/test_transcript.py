"""Whatever a worker says of a run, or of itself, is taken in a known shape or refused in words."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.proof import Bars, Heat, Line, Run, Table, Verdict
from quizapp.cards.sanitize import clean
from quizapp.errors import ProtocolError
from quizapp.lab.bodies import SANDBOX_LEVELS, known_sandbox
from quizapp.lab.pending import PendingRun
from quizapp.lab.protocol import Frame, Kind, Malformed, decode
from quizapp.lab.settings import LabSettings
from quizapp.lab.supervisor import Supervisor
from quizapp.lab.transcript import Transcript

CHECK = {"index": 0, "line": 1, "source": "x", "passed": True}
ENVIRONMENT = dict.fromkeys(("python", "torch", "transformers", "model", "revision", "device", "dtype"), "x")


def told(kind: Kind, body: str) -> Run:
    """The run after one frame, as it was sent, and its end."""
    transcript = Transcript(1_000, lambda _: None)
    end = transcript.add(decode(f'["{kind}", 1, {body}]'.encode()))
    return end or transcript.so_far(Verdict.VERIFIED, "")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.CHECK, json.dumps(CHECK | {"index": "x"})),
        (Kind.CHECK, json.dumps(CHECK).replace('"index": 0', '"index": 1e999')),
        (Kind.CHECK, json.dumps(CHECK).replace('"index": 0', '"index": NaN')),
        (Kind.CHECK, json.dumps(CHECK | {"index": -1})),
        (Kind.CHECK, json.dumps(CHECK | {"line": 10**4_000})),
        (Kind.CHECK, json.dumps(CHECK | {"values": "x"})),
        (Kind.CHECK, '{"index": 0, "message": "of no check"}'),
        (Kind.CHECK, '{"index": [], "message": []}'),
        (Kind.OUTPUT, '{"text": [[[[1]]]]}'),
        (Kind.OUTPUT, "{}"),
        (Kind.CHART, '{"chart": ["bars"]}'),
        (Kind.CHART, '{"chart": "pie"}'),
        (Kind.CHART, json.dumps({"chart": "bars", "title": "", "labels": ["x"] * 65, "values": [1] * 65})),
        (Kind.CHART, json.dumps({"chart": "line", "title": "", "values": [1] * 1_001})),
        (Kind.CHART, json.dumps({"chart": "line", "title": "", "values": [10**4_000]})),
        (Kind.CHART, json.dumps({"chart": "heat", "title": "", "rows": [], "columns": [], "values": [[1] * 65]})),
        (Kind.CHART, json.dumps({"chart": "table", "title": "", "columns": ["x"], "rows": [["x"] * 13]})),
        (Kind.END, '{"verdict": "verified", "seconds": 1e999}'),
        (Kind.END, '{"verdict": "verified", "seconds": NaN}'),
        (Kind.END, '{"verdict": "verified", "seconds": -1}'),
        (Kind.END, '{"verdict": "verified", "memory": -1}'),
        (Kind.END, '{"verdict": "verified", "memory": 1e999}'),
        (Kind.END, json.dumps({"verdict": "verified", "memory": 1 << 50})),
        (Kind.END, '{"verdict": ["verified"]}'),
        (Kind.END, '{"verdict": "verified", "environment": {"python": "3"}}'),
    ],
)
def test_a_body_that_is_not_what_its_kind_has_is_refused(kind: Kind, body: str) -> None:
    with pytest.raises(ProtocolError, match="does not keep to the protocol"):
        told(kind, body)


def test_a_chart_may_have_numbers_that_are_none() -> None:
    run = told(Kind.CHART, '{"chart": "line", "title": "loss", "values": [1, NaN, Infinity, -1e999]}')
    (line,) = run.charts
    assert isinstance(line, Line)
    assert math.isnan(line.values[1])
    assert line.values[::2] + line.values[3:] == (1.0, math.inf, -math.inf)


def test_half_a_character_is_spelled_out_for_no_file_takes_it() -> None:
    assert told(Kind.CHECK, json.dumps(CHECK | {"values": ["\ud800"]})).checks[0].values == ("\\ud800",)
    assert told(Kind.END, '{"verdict": "error", "observed": "\\udfff"}').observed == "\\udfff"


def printed(pieces: list[str], limit: int = 1_000) -> tuple[str, Run]:
    """What was heard while it ran, and the run when it had ended."""
    heard: list[str] = []
    transcript = Transcript(limit, heard.append)
    for piece in pieces:
        transcript.add(Frame(Kind.OUTPUT, 1, {"text": piece}))
    run = transcript.add(Frame(Kind.END, 1, {"verdict": "verified"}))
    assert run is not None
    return "".join(heard), run


@given(st.lists(st.text(alphabet="\x1b[;31mK\r\n\ta👩\u200d\u202e", max_size=5), max_size=12))
def test_output_reads_the_same_wherever_it_was_cut(pieces: list[str]) -> None:
    heard, run = printed(pieces)
    assert run.output == heard == clean("".join(pieces))


def test_a_colour_that_comes_in_two_pieces_leaves_nothing_behind() -> None:
    assert printed(["\x1b[3", "1mred\x1b", "[0m\n"])[0] == "red\n"


def test_output_is_bounded_as_it_is_shown() -> None:
    heard, run = printed(["\x1b[31m\x1b[0m"] * 1_000 + ["\u202e" * 1_000, "more"], limit=100)
    assert heard == run.output
    assert (len(heard), heard[:8]) == (300, "⟨U+202E⟩")


@pytest.mark.parametrize("level", [*SANDBOX_LEVELS, "unbreakable", ""])
def test_a_level_of_sandbox_that_is_not_known_is_none(level: str) -> None:
    run = told(Kind.END, json.dumps({"verdict": "verified", "environment": ENVIRONMENT | {"sandbox": level}}))
    assert run.environment is not None
    assert run.environment.sandbox == known_sandbox(level) == (level if level in SANDBOX_LEVELS else "none")


texts = st.text(st.characters(exclude_categories=[]), max_size=8)
numbers = st.integers() | st.floats() | st.just(10**4_000)
scalars = st.none() | st.booleans() | numbers | texts
junk = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
verdicts = st.sampled_from(Verdict)
meant: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("index", "line", "seconds", "memory"), numbers | st.integers(0, 2)),
    **dict.fromkeys(("source", "message", "text", "title", "error", "observed", "role", "device"), texts),
    **dict.fromkeys(("labels", "columns"), st.lists(texts, max_size=3)),
    "rows": st.lists(texts, max_size=3) | st.lists(st.lists(texts, max_size=3), max_size=3),
    "values": st.lists(numbers | texts, max_size=3) | st.lists(st.lists(numbers, max_size=3), max_size=3),
    "sandbox": texts | st.sampled_from(SANDBOX_LEVELS),
    "passed": st.booleans(),
    "verdict": st.sampled_from(Verdict),
    "chart": st.sampled_from(["bars", "heat", "line", "table"]),
    "environment": st.fixed_dictionaries({**dict.fromkeys(ENVIRONMENT, texts), "sandbox": texts}),
}
FIELDS = {
    Kind.STATUS: ["message"],
    Kind.READY: ["role", "device", "sandbox"],
    Kind.FAILED: ["role", "message"],
    Kind.OUTPUT: ["text"],
    Kind.CHECK: ["index", "line", "source", "passed", "values", "message"],
    Kind.CHART: ["chart", "title", "labels", "rows", "columns", "values"],
    Kind.END: ["verdict", "error", "observed", "seconds", "memory", "environment"],
}


@st.composite
def frames(draw: st.DrawFn, kinds: st.SearchStrategy[Kind]) -> Frame:
    """A frame as it should be, but for a part here and there that is left out, or is anything."""
    kind = draw(kinds)
    about = 0 if kind in {Kind.STATUS, Kind.READY, Kind.FAILED} else 1
    odd = draw(st.sets(st.sampled_from(sorted(meant)), max_size=3))
    body = {name: draw(junk if name in odd else meant[name]) for name in FIELDS.get(kind, ["message"])}
    kept = {name: value for name, value in body.items() if draw(st.integers(0, 7))}
    others = draw(st.just({}) | st.dictionaries(texts, junk, max_size=2))
    return Frame(kind, draw(st.sampled_from([about] * 9 + [0, 1, 2, -1])), kept | others)


def is_well_formed(run: Run) -> bool:
    """Whether it can be kept, printed as JSON, and drawn."""
    kept = {name: value for name, value in asdict(run).items() if name != "charts"}
    json.dumps(kept, ensure_ascii=False, allow_nan=False).encode()
    json.dumps([asdict(chart) for chart in run.charts], ensure_ascii=False).encode()
    return (
        isinstance(run.verdict, Verdict)
        and all(isinstance(chart, Bars | Heat | Line | Table) for chart in run.charts)
        and all(type(check.passed) is bool and check.line >= 0 for check in run.checks)
        and (run.environment is None or run.environment.sandbox in SANDBOX_LEVELS)
    )


before_the_end = st.sampled_from([kind for kind in [*FIELDS, *Kind] if kind is not Kind.END])


@given(st.lists(frames(before_the_end), max_size=20), frames(st.just(Kind.END)))
def test_whatever_is_told_a_run_and_a_worker_stay_well_formed(said: list[Frame], end: Frame) -> None:
    async def follow() -> Run:
        supervisor = Supervisor(LabSettings(), 1, (), lambda: None)
        run = PendingRun(1, Transcript(1_000, lambda _: None), 1.0)
        supervisor.order(run, {})
        for frame in [*said, end]:
            try:
                supervisor._take(decode(json.dumps([frame.kind, frame.run, frame.body]).encode()))
            except Malformed:
                continue  # the role zygote refuses it
            except ProtocolError:
                assert frame.run == 0, "what concerns a run costs no more than the run"
                break
        await supervisor.close()
        "".join([supervisor.message, supervisor.device]).encode()
        assert supervisor.sandbox in {"", *SANDBOX_LEVELS}
        return await run.ended

    assert is_well_formed(asyncio.run(follow()))
