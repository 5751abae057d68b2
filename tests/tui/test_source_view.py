"""Code that is shown to be read: measured as it will be drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.sanitize import reveal
from quizapp.lab.trust_lines import Line
from quizapp.tui.widgets.source_view import Source, height, rows

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60)
LINES = st.lists(
    st.builds(
        Line, TEXT, st.none() | st.integers(1, 2000), st.sampled_from(" +-"), st.lists(TEXT, max_size=2).map(tuple)
    ),
    max_size=6,
)


@given(LINES, st.sampled_from(["", "1 of 2"]), st.integers(0, 1), st.integers(1, 90))
def test_the_rows_are_as_many_as_were_measured(lines: list[Line], heading: str, gap: int, width: int) -> None:
    source = Source(lines, heading, gap)
    assert height(source, width) == len(list(rows(source, width)))


@given(LINES)
def test_every_character_is_shown_whatever_the_colours(lines: list[Line]) -> None:
    drawn = "".join(row.plain for row in rows(Source(lines), 1000))
    assert all(reveal(line.text).strip() in drawn for line in lines)
