"""The line that is wrong, with a pointer under it, in any width and any script."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizapp.cards.card import Problem
from quizapp.cards.loader import load_file
from quizapp.cli.excerpt import excerpt, wrapped


@pytest.fixture
def shown(tmp_path: Path):
    def of(line: str, column: int = 0, wide: int = 0, width: int | None = 80) -> list[str]:
        path = tmp_path / f"{abs(hash(line))}.yaml"
        path.write_text(f"one\n{line}\n", encoding="utf-8")
        return list(excerpt(Problem(path, 2, "m", column=column, width=wide), width))

    return of


def test_carets_stand_under_what_is_meant(shown):
    assert shown("    anwser: x", 5, 6) == ["     2 │ anwser: x", "       │ ^^^^^^"]
    assert shown("  - {a: b, c: d}", 12, 1) == ["     2 │ - {a: b, c: d}", "       │          ^"]


def test_what_is_chinese_takes_two_cells(shown):
    assert shown("  问题: 答案 x", 7, 2) == ["     2 │ 问题: 答案 x", "       │       ^^^^"]


def test_without_a_column_the_line_is_meant(shown):
    assert shown("  abc  ") == ["     2 │ abc", "       │ ^^^"]
    assert shown("   ") == []


def test_what_a_terminal_obeys_is_made_visible(shown):
    line, carets = shown("a: \x1b[31m\u202eb", 4, 7)
    assert "\x1b" not in line
    assert carets.count("^") == cell_len(line) - len("     2 │ a: ")


@pytest.mark.parametrize("column", [1, 60, 200, 390])
def test_a_long_line_is_cut_around_what_is_meant(shown, column):
    line, carets = shown("输x" * 200, column, 2, width=40)
    assert max(cell_len(line), cell_len(carets)) < 40
    at = carets.index("^")
    assert cell_len(line) > at
    assert "^" * 3 in carets


def test_a_line_as_long_as_a_file_may_be_takes_no_time(shown):
    line, carets = shown("输x" * 200_000, 300_000, 1000, width=40)
    assert (line[9], line[-1], set(carets[9:])) == ("…", "…", {" ", "^"})


def test_a_device_that_never_ends_has_no_lines():
    assert list(excerpt(Problem(Path("/dev/zero"), 1, "m"), 80)) == []


def test_a_file_that_has_gone_has_no_lines():
    assert list(excerpt(Problem(Path("/nowhere/x.yaml"), 1, "m"), 80)) == []


def test_places_are_those_of_the_loader(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_bytes("\ufeffdeck: d\r\ntitle: T\r\ncards:\r\n- {id: 一, question: 二, anwser: 三}\r\n".encode())
    (problem,) = load_file(path).problems[:1]
    assert list(excerpt(problem, 80)) == [
        "     4 │ - {id: 一, question: 二, anwser: 三}",
        "       │                          ^^^^^^",
    ]


@given(st.text(st.sampled_from("ab 中。`"), max_size=200), st.integers(24, 80))
def test_text_is_wrapped_in_cells_and_loses_nothing(text, width):
    lines = list(wrapped(text, width, "  "))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_without_a_width_text_is_left_whole():
    assert list(wrapped("a " * 100, None)) == [("a " * 100).rstrip()]
