"""Foreign text on its way to the screen: what little of Markdown is read, and how long code is broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from quizapp.tui.text import inline, wrapped


@pytest.mark.parametrize(
    ("text", "plain", "styles"),
    [
        ("Other *shapes* raise", "Other shapes raise", {"shapes": "italic"}),
        ("**All** of `it`", "All of it", {"All": "bold", "it": "$text-warning"}),
        ("`*args` and `a * b * c`", "*args and a * b * c", {"*args": "$text-warning", "a * b * c": "$text-warning"}),
        ("2*3*4 and a * b * c", "2*3*4 and a * b * c", {}),
        ("[b]x[/b] *", "[b]x[/b] *", {}),
    ],
)
def test_code_and_stress_are_shown_and_all_else_is_text(text: str, plain: str, styles: dict[str, str]) -> None:
    content = inline(text)
    assert content.plain == plain
    assert {plain[span.start : span.end]: span.style for span in content.spans if span.style} == styles


def test_code_is_broken_after_a_space_and_goes_on_indented() -> None:
    rows = wrapped(Content('    batch = tokenizer(texts, padding=True, return_tensors="pt")'), 40)
    assert [row.plain for row in rows] == [
        "    batch = tokenizer(texts, ",
        "        padding=True, ",
        '        return_tensors="pt")',
    ]


@given(st.text(st.sampled_from("ab ,汉🙂"), max_size=80), st.integers(8, 30))
def test_nothing_of_a_line_is_lost_and_no_row_is_too_wide(code: str, room: int) -> None:
    rows = wrapped(Content(code), room)
    assert all(row.cell_length <= room for row in rows)
    assert "".join(row.plain for row in rows).replace(" ", "") == code.replace(" ", "")
    assert code.replace(" ", "") == "" or len(rows) <= len(code)
