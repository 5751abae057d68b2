"""Charts keep to their width, show what they are given, and need no colour."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizapp.cards.proof import Bars, Chart, Heat, Line, Table
from quizapp.tui.charts import bar, draw

numbers = st.floats(width=32)
labels = st.text(max_size=30)


@st.composite
def bars(draw_: st.DrawFn) -> Bars:
    pairs = draw_(st.lists(st.tuples(labels, numbers), max_size=12))
    return Bars(draw_(labels), tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))


@st.composite
def heats(draw_: st.DrawFn) -> Heat:
    rows, columns = draw_(st.integers(1, 8)), draw_(st.integers(1, 60))
    values = draw_(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return Heat(
        "heat",
        tuple(draw_(st.lists(labels, min_size=rows, max_size=rows))),
        tuple(str(i) for i in range(columns)),
        tuple(map(tuple, values)),
    )


lines = st.builds(Line, labels, st.lists(numbers, max_size=200).map(tuple))


@st.composite
def tables(draw_: st.DrawFn) -> Table:
    columns = draw_(st.integers(1, 6))
    row = st.lists(labels, min_size=columns, max_size=columns).map(tuple)
    return Table("table", draw_(row), tuple(draw_(st.lists(row, max_size=8))))


@given(st.one_of(bars(), heats(), lines, tables()), st.integers(40, 160))
def test_no_line_is_wider_than_asked(chart: Chart, width: int) -> None:
    drawing = draw(chart, width).plain
    assert all(cell_len(line) <= width for line in drawing.split("\n")), drawing


def test_bars_are_as_long_as_their_values() -> None:
    drawing = draw(Bars("next token", ("cat", "dog"), (0.5, 0.25)), 80).plain.split("\n")
    assert drawing[0] == "next token"
    assert drawing[1].count("█") == 2 * drawing[2].count("█")
    assert "0.500" in drawing[1]
    assert "dog" in drawing[2]


def test_wide_characters_keep_the_columns_aligned() -> None:
    drawing = draw(Bars("", ("猫", "cat"), (1, 1)), 80).plain.split("\n")
    starts = [cell_len(line[: line.index("█")]) for line in drawing]
    assert starts[0] == starts[1]


def test_a_mask_reads_without_colour() -> None:
    drawing = draw(Heat("attention_mask", ("short", "long"), ("0", "1", "2"), ((1, 1, 0), (1, 1, 1))), 80).plain
    rows = drawing.split("\n")
    assert rows[2].count("■") == 2
    assert rows[2].count("·") == 1
    assert rows[3].count("■") == 3
    assert "■ 1" in rows[4]


def test_named_columns_get_a_key() -> None:
    assert "0 [CLS] 1 cat" in draw(Heat("", ("a",), ("[CLS]", "cat"), ((0.1, 0.9),)), 80).plain


def test_a_series_shows_its_extremes_and_its_length() -> None:
    drawing = draw(Line("loss", (4.0, 3.0, 2.0, 1.0)), 80).plain
    assert "4 │" in drawing
    assert "1 │" in drawing
    assert drawing.rstrip().endswith("3")


def test_a_falling_series_falls() -> None:
    rows = draw(Line("", tuple(range(40, 0, -1))), 80).plain.split("\n")
    assert rows[0].count("█") < rows[3].count("█")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_no_numbers_are_shown_not_drawn(value: float) -> None:
    assert str(value) in draw(Bars("", ("x", "y"), (value, 1.0)), 80).plain
    assert "?" in draw(Heat("", ("r",), ("0", "1", "2"), ((value, 0.5, 2.0),)), 80).plain
    assert draw(Line("", (value, 1.0, 2.0)), 80).plain


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_never_leaves_its_cells_and_a_little_is_never_nothing(share: float, width: int) -> None:
    drawn = bar(share, width)
    assert cell_len(drawn) == width
    assert (drawn.strip() == "") == (share == 0)


@pytest.mark.parametrize(
    "chart",
    [
        Bars("", ("a", "b"), (1.0,)),
        Heat("", ("a",), ("0",), ((1.0,), (2.0,))),
        Heat("", (), (), ()),
        Heat("", ("r",), ("0", "1"), ((1e308, -1e308),)),
        Line("", (1e308, -1e308)),
        Line("", ()),
        Table("", (), ()),
        Table("", ("a",), (("1", "2"), ())),
    ],
    ids=str,
)
def test_data_that_does_not_fit_together_is_drawn_as_far_as_it_goes(chart: Chart) -> None:
    assert isinstance(draw(chart, 80).plain, str)


def test_brackets_in_labels_are_just_brackets() -> None:
    assert "[/INST]" in draw(Bars("[bold]", ("[/INST]",), (1,)), 80).plain


def test_a_label_that_would_not_be_seen_is_shown_as_python_writes_it() -> None:
    drawing = draw(Bars("", (" ", "\n", ""), (1, 1, 1)), 80).plain.split("\n")
    assert [line.split()[0] for line in drawing] == ["'", "'\\n'", "''"]
