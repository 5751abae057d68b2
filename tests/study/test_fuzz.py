from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.fuzz import fuzz_range, fuzzed, rounded, unfuzzed

intervals = st.floats(0.001, 40_000)
days = st.integers(1, 36_500)
seeds = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize(
    ("interval", "minimum", "maximum", "bounds"),
    [  # what Anki's own tests say of its ranges
        (1.0, 1, 1000, (1, 1)),
        (2.49, 1, 1000, (2, 2)),
        (2.5, 1, 1000, (2, 4)),
        (7.0, 1, 1000, (5, 9)),
        (17.0, 1, 1000, (14, 20)),
        (37.0, 1, 1000, (33, 41)),
        (2.0, 2, 1000, (2, 2)),
        (2.0, 3, 1000, (3, 4)),
        (2.0, 3, 3, (3, 3)),
        (6.9, 3, 1000, (5, 9)),
        (7.1, 3, 1000, (5, 9)),
        (19.9, 3, 1000, (17, 23)),
        (20.1, 3, 1000, (17, 23)),
        (100.0, 101, 1000, (101, 108)),
        (100.0, 1, 99, (92, 99)),
        (100.0, 97, 103, (97, 103)),
        (1.0, 3, 2, (2, 2)),
    ],
)
def test_the_ranges_are_ankis(interval, minimum, maximum, bounds):
    assert fuzz_range(interval, minimum, maximum) == bounds


@given(intervals, days, days, seeds)
def test_fuzz_stays_in_its_range_and_repeats(interval, minimum, maximum, seed):
    lower, upper = fuzz_range(interval, minimum, maximum)
    value = fuzzed(interval, minimum, maximum, seed)
    assert min(minimum, maximum) <= lower <= value <= upper <= maximum
    assert fuzzed(interval, minimum, maximum, seed) == value


@given(intervals, intervals, seeds)
def test_a_longer_interval_is_never_fuzzed_below_a_shorter_one(one, other, seed):
    shorter, longer = sorted((one, other))
    assert fuzzed(shorter, 1, 36_500, seed) <= fuzzed(longer, 1, 36_500, seed)


def test_every_day_of_the_range_is_reached_about_equally_often():
    values = [fuzzed(17.0, 1, 1000, seed) for seed in range(7_000)]
    assert sorted(set(values)) == list(range(14, 21))
    assert all(800 < values.count(day) < 1200 for day in range(14, 21))


def test_halves_are_rounded_up():
    assert [rounded(x) for x in (0.5, 1.5, 2.5, 2.49)] == [1, 2, 3, 2]


@given(intervals, days, days)
def test_without_fuzz_the_interval_is_the_nearest_day_allowed(interval, minimum, maximum):
    value = unfuzzed(interval, minimum, maximum)
    assert min(minimum, maximum) <= value <= maximum
    if minimum <= interval <= maximum:
        assert abs(value - interval) <= 0.5
