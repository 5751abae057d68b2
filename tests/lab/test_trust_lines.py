"""What is shown before code is allowed is all of it, with what changed and what it reaches out for."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.claims import syntax_error
from quizapp.cli.trust_text import numbered
from quizapp.lab.trust_code import Code
from quizapp.lab.trust_lines import Line, changed, hidden, lines, notes
from quizapp.lab.trust_reach import reach

STATEMENT = st.sampled_from(["a = 1", "b = 2", "assert a", "import os", "", "# note", "x = '''", "'''", "猫 = 'ᅟ'"])
SNIPPET = st.lists(STATEMENT, max_size=12).map("\n".join).filter(lambda code: syntax_error(code) is None)
CODE = st.builds(
    Code,
    model=st.sampled_from(["causal", "masked"]),
    code=SNIPPET,
    predict=st.none() | st.sampled_from(["a", "(a,\n b)"]),
    vary=st.dictionaries(st.sampled_from("nm"), st.tuples(st.integers(0, 3)), max_size=2),
)


def texts(shown: list[Line], without: str) -> list[str]:
    return [line.text for line in shown if line.mark != without and not line.text.startswith("model: ")]


@given(CODE)
def test_every_line_is_shown_under_its_number(code: Code) -> None:
    shown = lines(code)
    assert [line.text for line in shown if line.number] == code.code.rstrip("\n").split("\n")
    assert [line.number for line in shown if line.number] == list(range(1, len(code.code.rstrip("\n").split("\n")) + 1))
    beside = "\n".join(line.text for line in shown if not line.number)
    assert all(f"drawn: {name} = {values[0]}" in beside for name, values in code.vary.items())
    assert (code.predict or "").replace("\n", "\npredict: ") in beside


@given(CODE, CODE)
def test_a_change_shows_all_that_is_now_and_all_that_was(before: Code, now: Code) -> None:
    shown = lines(now, before)
    assert texts(shown, without="-") == texts(lines(now), without="")
    assert texts(shown, without="+") == texts(lines(before), without="")
    same = replace(before, code=before.code.rstrip("\n")) == replace(now, code=now.code.rstrip("\n"))
    assert all(line.mark == " " for line in shown) is same


@given(CODE, CODE)
def test_what_is_cut_from_a_change_is_only_what_stayed(before: Code, now: Code) -> None:
    shown = lines(now, before)
    short = list(changed(shown, around=1))
    assert [line for line in short if line and line.mark != " "] == [line for line in shown if line.mark != " "]
    assert (None in short) is (len([line for line in short if line]) < len(shown))


def test_code_that_another_python_took_is_shown_though_this_one_does_not() -> None:
    before = Code("none", "type X = int; print(", None, {})
    assert [line.mark for line in lines(Code("none", "assert 1", None, {}), before)] == ["-", "+"]


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=300))
def test_no_printed_line_is_wider_than_the_terminal_so_none_can_pass_for_another(text: str) -> None:
    rows = list(numbered([Line(text, 7), Line("assert 1", 8)]))
    assert [row[2] for row in rows if row[2] != " "] == ["7", "8"]
    assert all(row[:2] == "  " for row in rows)
    if text.isascii():
        assert all(width(row) <= 80 for row in rows)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import urllib.request, os", {1: ("imports: urllib", "imports: os")}),
        ("x = 1\nfrom pathlib import Path", {2: ("imports: pathlib",)}),
        ("from . import x", {1: ("imports: .",)}),
        ("def f():\n    import socket", {2: ("imports: socket",)}),
        ("open('/etc/passwd')", {1: ("opens files",)}),
        ("torch.os.system('ls')", {1: ("starts programs", "reaches: os")}),
        ("eval('1') + exec('2')", {1: ("runs text as code",)}),
        (
            "model.eval()\nmodel.eval('1')\nmodel.eval(*a)\nf = model.eval",
            dict.fromkeys((2, 3, 4), ("runs text as code",)),
        ),
        ("().__class__.__base__", {1: ("reaches: __base__", "reaches: __class__")}),
        ("__builtins__", {1: ("reaches: __builtins__",)}),
        ("model.from_pretrained('x')", {1: ("may download",)}),
        ("logits = model(**tokenizer('open', return_tensors='pt')).logits\nassert logits.shape", {}),
    ],
)
def test_what_code_reaches_out_for_is_told_by_line(code: str, told: dict[int, tuple[str, ...]]) -> None:
    assert reach(code) == told


def test_notes_of_one_kind_are_told_together() -> None:
    shown = lines(Code("none", "import os\nopen('x')\nimport re\nopen('y')", "eval('1')", {}))
    assert notes(shown) == ["imports: os, re", "opens files", "runs text as code"]


def test_hidden_characters_are_counted_in_all_that_would_be_run() -> None:
    assert hidden(lines(Code("none", "x = '\u200b'", "'\u202e'", {"n": ("plain",)}))) == 2
