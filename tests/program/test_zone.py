"""The learner's time zone on machines of other kinds, which tzlocal tells apart by the files below its root."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tzlocal.unix

from quizapp.cli.composition import local_clock
from quizapp.config import Settings
from quizapp.study.clock import Clock

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def clock_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Clock]:
    """The clock on a machine whose files are in a folder; a Python warning is an error, as it would be printed."""
    find = tzlocal.unix._get_localzone

    def clock(root: Path) -> Clock:
        monkeypatch.delenv("TZ", raising=False)
        monkeypatch.setattr(tzlocal.unix, "_cache_tz", None)
        monkeypatch.setattr(tzlocal.unix, "_get_localzone", lambda: find(f"{root}/"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return local_clock(Settings())

    yield clock
    monkeypatch.undo()
    tzlocal.unix._cache_tz = None


def test_a_machine_without_a_time_zone_has_utc_and_nothing_is_printed(clock_of, tmp_path: Path) -> None:
    assert clock_of(tmp_path).offset(SUMMER) == timedelta()


def test_of_two_zones_the_one_that_the_system_uses_counts_and_nothing_is_printed(
    clock_of, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/timezone").write_text("Asia/Tokyo\n")
    (tmp_path / "usr/share/zoneinfo/Europe").mkdir(parents=True)
    (tmp_path / "usr/share/zoneinfo/Europe/Berlin").touch()
    (tmp_path / "etc/localtime").symlink_to(tmp_path / "usr/share/zoneinfo/Europe/Berlin")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's: without them Python prints what is logged
    assert clock_of(tmp_path).offset(SUMMER) == timedelta(hours=2)
    assert capsys.readouterr().err == ""
