from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.words import interval_words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(), "<1 m"),
        (timedelta(minutes=1), "<1 m"),
        (timedelta(minutes=5.5), "6 m"),
        (timedelta(minutes=10), "10 m"),
        (timedelta(minutes=59, seconds=40), "1 h"),
        (timedelta(hours=5), "5 h"),
        (timedelta(hours=23, minutes=40), "1 d"),
        (timedelta(days=4), "4 d"),
        (timedelta(days=30), "30 d"),
        (timedelta(days=31), "1 mo"),
        (timedelta(days=93), "3.1 mo"),
        (timedelta(days=364), "12.1 mo"),
        (timedelta(days=365), "1 y"),
        (timedelta(days=438), "1.2 y"),
        (timedelta(days=36500), "100 y"),
    ],
)
def test_a_wait_in_its_own_unit(wait, words):
    assert interval_words(wait) == words


@given(st.timedeltas(timedelta(), timedelta(days=36_500)))
def test_words_fit_on_a_button(wait):
    assert len(interval_words(wait)) <= 7
