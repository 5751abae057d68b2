"""Charts keep to their width, show what they are given, and need no colour."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizapp.cards.proof import Bars, Chart, Heat, Line, Table
from quizapp.tui.charts import draw
from quizapp.tui.charts.bars import bar

numbers = st.floats(width=32)
labels = st.text(max_size=30)


@st.composite
def bars(draw_: st.DrawFn) -> Bars:
    pairs = draw_(st.lists(st.tuples(labels, numbers), max_size=12))
    return Bars(draw_(labels), tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))


@st.composite
def heats(draw_: st.DrawFn) -> Heat:
    rows, columns = draw_(st.integers(1, 8)), draw_(st.integers(1, 64))
    values = draw_(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return Heat(
        "heat",
        tuple(draw_(st.lists(labels, min_size=rows, max_size=rows))),
        draw_(
            st.just(tuple(map(str, range(columns)))) | st.lists(labels, min_size=columns, max_size=columns).map(tuple)
        ),
        tuple(map(tuple, values)),
    )


lines = st.builds(Line, labels, st.lists(numbers, max_size=200).map(tuple))


@st.composite
def tables(draw_: st.DrawFn) -> Table:
    columns = draw_(st.integers(1, 12))
    row = st.lists(labels, min_size=columns, max_size=columns).map(tuple)
    return Table("table", draw_(row), tuple(draw_(st.lists(row, max_size=8))))


@given(st.one_of(bars(), heats(), lines, tables()), st.integers(24, 160))
@example(Line("", (*(0.0,) * 10, -1005001.0)), 24)
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
    assert "0 [CLS]   1 cat" in draw(Heat("", ("a",), ("[CLS]", "cat"), ((0.1, 0.9),)), 80).plain


WORDS = tuple(f"word{i}" for i in range(40))


@pytest.mark.parametrize("width", [56, 76, 116])
def test_every_column_that_is_drawn_can_be_told_by_name(width: int) -> None:
    many = Heat("", ("q",), WORDS, (tuple(range(40)),))
    drawing = draw(many, width).plain
    assert all(f" {i} word{i}" in drawing for i in range(40)), drawing
    row = drawing.split("\n")[1]
    assert len(row.replace(" ", "")) == 41, "every column has its cell"


def test_a_matrix_with_the_same_names_on_both_sides_has_its_rows_numbered_like_its_columns() -> None:
    drawing = draw(Heat("", WORDS[:12], WORDS[:12], ((0.5,) * 12,) * 12), 76).plain
    assert "   0 word0 " in drawing
    assert "  11 word11 " in drawing
    assert "columns are numbered as the rows" in drawing


@pytest.mark.parametrize("columns", [3, 11, 20, 40, 64])
def test_the_number_of_a_column_stands_over_it_and_no_two_numbers_touch(columns: int) -> None:
    names = tuple(map(str, range(columns)))
    head, row = draw(Heat("", ("q",), names, (tuple(range(columns)),)), 76).plain.split("\n")[:2]
    cell = (len(row) - 4) // columns
    for number in head.split():
        at = 4 + (int(number) + 1) * cell
        assert head[at - len(number) : at] == number, head


def test_columns_without_room_are_named() -> None:
    drawing = draw(Heat("", ("a row",), WORDS, (tuple(range(40)),)), 30).plain
    assert "columns 20 to 39 have no" in drawing
    assert drawing.split("\n")[1].endswith(" …")


def test_the_shades_say_what_they_mean() -> None:
    assert "·░▒▓█ from -1 to 1 in steps of 0.400" in draw(Heat("", ("r",), ("0", "1", "2"), ((-1, 0.5, 1),)), 80).plain
    assert "all are 0.500" in draw(Heat("", ("r",), ("0",), ((0.5,),)), 80).plain


def test_a_true_zero_looks_like_no_small_value() -> None:
    drawing = draw(Heat("", ("r",), ("0", "1", "2"), ((0, 0.01, 1),)), 80).plain
    assert drawing.split("\n")[1].split()[-3:] == ["·", "░", "█"]
    assert "· 0   ░▒▓█ from 0 to 1 in steps of 0.250" in drawing


def test_a_series_shows_its_extremes_and_its_length() -> None:
    drawing = draw(Line("loss", (4.0, 3.0, 2.0, 1.0)), 80).plain
    assert "4 │" in drawing
    assert "1 │" in drawing
    assert drawing.rstrip().endswith("3")


def test_a_falling_series_falls() -> None:
    rows = draw(Line("", tuple(range(40, 0, -1))), 80).plain.split("\n")
    assert rows[0].count("█") < rows[3].count("█")


def test_of_a_long_series_no_spike_is_lost_and_the_end_is_named() -> None:
    values = [1.0] * 1_000
    values[517] = 9.0
    values[800] = math.nan
    drawing = draw(Line("", tuple(values), 5_000), 76).plain
    rows = drawing.split("\n")
    assert rows[0].count("█") == 1
    assert rows[4].count("?") == 1
    assert rows[5].rstrip().endswith("4999")
    assert "a column is the largest of up to" in drawing
    assert "? infinite or not a number" in drawing


def test_a_series_that_stays_the_same_takes_one_row() -> None:
    assert draw(Line("", (3.0, 3.0)), 80).plain.split("\n")[0] == "  3 │▁▁▁▁▁▁▁▁"


def test_numbers_that_are_nearly_the_same_are_told_apart() -> None:
    drawing = draw(Line("", (1.00001, 1.00002)), 80).plain
    assert "1.00002 │" in drawing
    assert "1.00001 │" in drawing


def test_numbers_below_0_have_their_bars_at_the_other_side() -> None:
    up, down = draw(Bars("", ("up", "down"), (2.0, -1.0)), 76).plain.split("\n")
    assert up.index("│") == down.index("│")
    assert "█" not in up[: up.index("│")]
    assert "█" not in down[down.index("│") :].removesuffix("-1")
    assert up.count("█") == pytest.approx(2 * down.count("█"), abs=1)


def test_columns_of_numbers_end_together() -> None:
    rows = draw(Table("", ("token", "id"), (("the", "5"), ("猫", "1000"))), 80).plain.split("\n")
    assert len({cell_len(row) for row in rows}) == 1
    assert rows[1].endswith("   5")


def test_a_wide_column_is_cut_before_narrow_ones() -> None:
    rows = draw(Table("", ("n", "text"), (("12345", "x" * 100),)), 40).plain.split("\n")
    assert "12345" in rows[1]
    assert cell_len(rows[1]) == 40


def test_columns_of_a_table_without_room_are_counted() -> None:
    table = Table("", tuple(f"c{i}" for i in range(12)), ((("1234",) * 12),))
    assert "columns left out: 3" in draw(table, 56).plain


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


@pytest.mark.parametrize(
    ("token", "shown"),
    [(" the", "␣the"), ("the", "the"), ("the  ", "the␣␣"), ("a b", "a b"), (".\n", ".\\n"), ("\x1b[2J", "'\\x1b[2J'")],
)
def test_tokens_that_differ_by_a_space_look_different(token: str, shown: str) -> None:
    assert draw(Bars("", (token,), (1,)), 76).plain.strip().startswith(shown + " ")


def test_a_long_title_goes_on_in_a_second_line() -> None:
    title = "the attention of a head " * 3 + "(the first 64 of 512 × 512)"
    assert " ".join(draw(Line(title, (1.0, 2.0)), 56).plain.split("\n")[:2]) == title
