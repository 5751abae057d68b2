from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.study.clock import Clock, day_start, study_day

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Shanghai",
        "Asia/Kolkata",
        "Australia/Lord_Howe",  # half an hour of summer time
        "Asia/Beirut",  # changes at midnight
        "America/Havana",
        "Pacific/Apia",  # left out 30 December 2011
        "Pacific/Kiritimati",
    )
]
zones = st.sampled_from(ZONES)
rollovers = st.times().map(lambda t: t.replace(microsecond=0))
instants = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_study_day_lasts_until_the_rollover():
    berlin = ZoneInfo("Europe/Berlin")
    assert study_day(datetime(2026, 1, 2, 2, 59, 59, tzinfo=UTC), berlin, time(4)) == date(2026, 1, 1)
    assert study_day(datetime(2026, 1, 2, 3, 0, 0, tzinfo=UTC), berlin, time(4)) == date(2026, 1, 2)


def test_a_naive_instant_is_refused_in_words():
    with pytest.raises(ValueError, match="no time zone"):
        Clock(UTC).day(datetime(2026, 1, 1))  # noqa: DTZ001


@given(instants, zones, rollovers)
def test_an_instant_lies_within_its_study_day(instant, zone, rollover):
    day = study_day(instant, zone, rollover)
    assert day_start(day, zone, rollover) <= instant < day_start(day + timedelta(days=1), zone, rollover)


@given(instants, st.timedeltas(timedelta(), timedelta(days=3)), zones, rollovers)
def test_study_days_never_go_back_while_time_goes_on(instant, later, zone, rollover):
    assert study_day(instant, zone, rollover) <= study_day(instant + later, zone, rollover)


@given(instants, zones, rollovers)
def test_the_zone_in_which_an_instant_is_written_does_not_matter(instant, zone, rollover):
    elsewhere = instant.astimezone(timezone(timedelta(hours=-7)))
    assert study_day(elsewhere, zone, rollover) == study_day(instant, zone, rollover)
    assert study_day(instant.astimezone(zone), zone, rollover) == study_day(instant, zone, rollover)


@given(instants, zones)
def test_at_four_the_study_day_is_the_date_on_the_wall_four_hours_ago(instant, zone):
    wall = instant.astimezone(zone)
    expected = wall.date() if wall.time() >= time(4) else wall.date() - timedelta(days=1)
    assume(expected != date(2011, 12, 30))  # which Apia never had
    assert study_day(instant, zone, time(4)) == expected


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 6, 1), 24)])
def test_the_days_the_clocks_change_are_an_hour_shorter_or_longer(day, hours):
    clock = Clock(ZoneInfo("Europe/Berlin"))
    assert clock.start(day + timedelta(days=1)) - clock.start(day) == timedelta(hours=hours)


def test_a_rollover_the_clock_skips_still_happens_once():
    clock = Clock(ZoneInfo("Europe/Berlin"), time(2, 30))  # 02:00 to 03:00 is missing on 29 March 2026
    assert clock.start(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert clock.day(datetime(2026, 3, 29, 1, 29, tzinfo=UTC)) == date(2026, 3, 28)


def test_a_rollover_the_clock_shows_twice_happens_the_first_time():
    clock = Clock(ZoneInfo("Europe/Berlin"), time(2, 30))  # 02:00 to 03:00 comes twice on 25 October 2026
    assert clock.start(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.day(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)) == date(2026, 10, 25)  # 02:10 for the second time


def test_the_offset_is_the_learners_at_that_instant():
    clock = Clock(ZoneInfo("Europe/Berlin"))
    assert clock.offset(datetime(2026, 1, 1, tzinfo=UTC)) == timedelta(hours=1)
    assert clock.offset(datetime(2026, 7, 1, tzinfo=UTC)) == timedelta(hours=2)
