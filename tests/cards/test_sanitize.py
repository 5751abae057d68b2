"""No foreign text reaches a terminal as anything but characters to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.cards.sanitize import Cleaner, clean, hidden, reveal

PIECES = ["\x1b[31m", "\x1b]8;;http://x\x07", "\x9b2J", "\r\n", "\r", "\t", "\u202e", "\u200d", "👩", "💻", "\ufe0f"]
anything = st.one_of(
    st.text(),
    st.text(st.characters(exclude_categories=[])),  # lone surrogates too
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join),
)


@given(anything)
@example("\x1b\x1b[m[m")
def test_nothing_that_a_terminal_obeys_or_an_eye_cannot_see_is_left(text: str) -> None:
    for shown in (clean(text), reveal(text)):
        left = shown.replace("\n", "").replace("\u200d", "").replace("\ufe0f", "")
        assert not [c for c in left if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@given(anything)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert reveal(reveal(text)) == reveal(text)
    assert hidden(reveal(text)) == 0


@given(anything)
def test_what_is_shown_can_be_written_as_utf_8(text: str) -> None:
    clean(text).encode()


@given(anything)
def test_without_newlines_there_is_one_line(text: str) -> None:
    assert len(clean(text, newlines=False).splitlines()) <= 1


@st.composite
def in_pieces(draw: st.DrawFn) -> list[str]:
    """A text, cut anywhere."""
    text = draw(anything | st.text(alphabet="\x1b[;31m K\r\n\ta👩\u200d\ufe0f", max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def cleaned(pieces: list[str]) -> str:
    cleaner = Cleaner()
    return "".join(map(cleaner.feed, pieces)) + cleaner.feed("", last=True)


@given(in_pieces())
@example(["\x1b", "[", "3", "1", "mred\x1b[", "0m"])
@example(["a\r", "\nb", "\r"])
@example(["ab", "\tc"])
@example(["👩", "\u200d", "💻", "\ufe0f", "\u200d", "a"])
@example(["👩\ufe0f", "\u200d👩"])
@example(["\x1b[" + "1" * 65, "m"])
def test_text_is_cleaned_the_same_wherever_it_is_cut(pieces: list[str]) -> None:
    assert cleaned(pieces) == clean("".join(pieces))


def test_text_in_pieces_is_given_as_soon_as_it_is_known() -> None:
    cleaner = Cleaner()
    given = [cleaner.feed(piece) for piece in ("step 1", "\x1b[3", "1m", "\r", "x\x1b", "[", "é")]
    assert given == ["step 1", "", "", "", "\nx", "", "␛[é"]


def test_little_is_held_back_whatever_comes() -> None:
    cleaner = Cleaner()
    given = "".join(cleaner.feed(piece) for piece in ["\x1b["] + ["1"] * 10_000 + ["👩\u200d"] * 1_000)
    assert len(given) > 11_900


@given(
    st.text(
        st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u17b4\u17b5\u3164\uffa0")
    )
)
def test_letters_numbers_and_signs_stay_as_they_are(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\tb", "a   b"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x1bc", "␛c"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("abc\u202edef", "abc⟨U+202E⟩def"),
        ("pass\u200bword", "pass⟨U+200B⟩word"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("a\u034fb\u17b4", "a⟨U+034F⟩b⟨U+17B4⟩"),
        ("👩\u200da a\u200d👩 a\ufe0f", "👩⟨U+200D⟩a a⟨U+200D⟩👩 a⟨U+FE0F⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\x00\x7f", "␀␡"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("注意力 нет é", "注意力 нет é"),
        ("y[i] [/INST] [@click=x]", "y[i] [/INST] [@click=x]"),
    ],
)
def test_each_kind_is_shown_as_expected(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_code_that_is_to_be_trusted_hides_no_sequence() -> None:
    assert reveal("x = '\x1b[31m'") == "x = '␛[31m'"
    assert hidden("x = '\x1b[31m'\r\n\ty\u200b") == 2


def test_an_unfinished_sequence_swallows_nothing() -> None:
    assert clean("\x1b[31") == "␛[31"
    assert clean("\x1b]0;" + "a" * 10) == "␛]0;aaaaaaaaaa"
