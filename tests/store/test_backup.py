from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.errors import StoreError
from quizapp.store import backup
from quizapp.store.backup import Backup, back_up, backups_in, check, kept, owed
from quizapp.store.log import BACKUPS, DATABASE, Log, open_log, open_reader
from tests.store.making import CARD, NOW, a_review

DAY = date(2026, 3, 1)


def study(folder: Path, day: int, ratings: int = 1) -> None:
    log = open_log(folder, NOW + timedelta(days=day))
    for number in range(ratings):
        log.append(a_review(CARD, at=NOW + timedelta(days=day), before=log.states().get(CARD), reps=number))
    log.close()


def made(*days: date) -> list[Backup]:
    return [Backup(Path(f"{day}-{seq}"), day, seq) for seq, day in enumerate(days)]


def test_closing_backs_up_all_that_was_studied_and_keeps_one_backup_for_each_day(folder: Path):
    for day in (0, 0, 1, 1, 1):
        study(folder, day)
        assert backups_in(folder / BACKUPS)[0].seq == len(open_reader(folder).events())
    assert [(made.study_day, made.seq) for made in backups_in(folder / BACKUPS)] == [(DAY + timedelta(1), 5), (DAY, 2)]


def test_a_sitting_without_an_event_makes_no_backup(folder: Path, monkeypatch: pytest.MonkeyPatch):
    study(folder, 0)
    monkeypatch.setattr(backup, "copy_checked", lambda *_: pytest.fail("there is nothing new to back up"))
    open_log(folder, NOW + timedelta(days=1)).close()


def test_the_days_backup_stays_until_its_successor_has_passed_its_check(folder: Path, monkeypatch: pytest.MonkeyPatch):
    study(folder, 0)
    before = backups_in(folder / BACKUPS)
    monkeypatch.setattr(backup, "check", refuse)
    with pytest.raises(StoreError, match="No backup was made"):
        study(folder, 0)
    assert backups_in(folder / BACKUPS) == before


def refuse(path: Path, *_: object) -> None:
    raise StoreError(f"{path} is damaged")


def test_a_log_that_was_put_back_to_an_old_backup_is_backed_up_as_well(folder: Path):
    for day in range(50):
        study(folder, day)
    (folder / DATABASE).write_bytes(backups_in(folder / BACKUPS)[-1].path.read_bytes())
    for day in (49, 49, 50):
        study(folder, day)
        events = open_reader(folder).events()
        assert (DAY + timedelta(day), len(events)) in [(b.study_day, b.seq) for b in backups_in(folder / BACKUPS)]


def put_back(folder: Path, seq: int) -> None:
    """Do as README says: copy an old backup over the database."""
    (old,) = [found for found in backups_in(folder / BACKUPS) if found.seq == seq]
    (folder / DATABASE).write_bytes(old.path.read_bytes())


def test_after_a_log_was_put_back_the_days_since_and_those_given_up_are_both_kept(folder: Path):
    for day in range(30):
        study(folder, day)
    given_up = {found for found in backups_in(folder / BACKUPS) if found.seq > 15}
    put_back(folder, 15)
    for day in range(30, 37):
        study(folder, day)
    since = {(DAY + timedelta(days=day), day - 14) for day in range(30, 37)}
    backups = set(backups_in(folder / BACKUPS))
    assert {(found.study_day, found.seq) for found in backups} > since
    assert backups > given_up
    for day in range(37, 60):  # past the number at which the others were given up
        study(folder, day)
    backups = set(backups_in(folder / BACKUPS))
    assert {DAY + timedelta(days=day) for day in range(53, 60)} <= {found.study_day for found in backups}
    assert len(backups) <= 2 * (7 + 4 + 12)


def test_other_events_of_the_same_day_and_number_are_backed_up_as_well(folder: Path):
    study(folder, 0)
    study(folder, 1)
    put_back(folder, 1)
    study(folder, 1)
    studied = open_reader(folder).events()
    put_back(folder, 2)
    assert open_reader(folder).events() == studied


def test_a_backup_that_was_damaged_since_is_made_again(folder: Path):
    study(folder, 0)
    (found,) = backups_in(folder / BACKUPS)
    found.path.write_bytes(b"nothing of the kind" * 500)
    open_log(folder, NOW).close()
    check(found.path)


@pytest.mark.parametrize(
    "name",
    [
        "quizapp-2026-02-30-7.db",
        "quizapp-0000-01-01-7.db",
        "quizapp-2026-03-01-٣.db",
        "quizapp-2026-03-01-9999999999999999999.db",
    ],
)
def test_a_file_that_is_named_nearly_like_a_backup_is_left_alone(folder: Path, name: str):
    (folder / BACKUPS).mkdir(parents=True)
    (folder / BACKUPS / name).touch()
    study(folder, 0)
    assert [found.seq for found in backups_in(folder / BACKUPS)] == [1]
    assert (folder / BACKUPS / name).exists()


def test_what_a_killed_session_left_is_backed_up_at_the_next_start(folder: Path):
    log = open_log(folder, NOW)
    log.append(event := a_review())
    log._let_go()  # no close
    log = open_log(folder, NOW)
    (found,) = backups_in(folder / BACKUPS)
    assert (found.study_day, found.seq) == (DAY, 1)
    log.close()
    assert open_reader(folder).events() == [event]


def test_without_events_nothing_is_owed(folder: Path):
    open_log(folder, NOW).close()
    assert backups_in(folder / BACKUPS) == []


def test_a_backup_is_a_whole_log_in_one_file(folder: Path, tmp_path: Path):
    study(folder, 0, ratings=30)
    (found,) = backups_in(folder / BACKUPS)
    check(found.path)
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / DATABASE).write_bytes(found.path.read_bytes())
    log = open_log(restored, NOW)
    assert log.events() == open_reader(folder).events()
    assert log.verify_states() == []
    log.close()
    assert sorted(path.name for path in (folder / BACKUPS).iterdir()) == [found.path.name]
    assert found.path.stat().st_mode & 0o077 == 0


def test_a_copy_that_turns_out_damaged_never_counts(folder: Path, monkeypatch: pytest.MonkeyPatch):
    study(folder, 0, ratings=60)
    copied = backup._copy

    def damaging(database: Path, draft: Path) -> tuple[int, ...]:
        counts = copied(database, draft)
        content = bytearray(draft.read_bytes())
        content[3 * 4096 : 5 * 4096] = b"\xff" * 8192
        draft.write_bytes(content)
        return counts

    monkeypatch.setattr(backup, "_copy", damaging)
    before = backups_in(folder / BACKUPS)
    with pytest.raises(StoreError, match="No backup was made"):
        study(folder, 1)
    assert backups_in(folder / BACKUPS) == before
    assert [path.suffix for path in (folder / BACKUPS).iterdir()] == [".db"]
    monkeypatch.undo()
    study(folder, 1)
    assert len(backups_in(folder / BACKUPS)) == 2


def test_a_copy_that_lacks_rows_never_counts(folder: Path, monkeypatch: pytest.MonkeyPatch):
    copied = backup._copy

    def losing(database: Path, draft: Path) -> tuple[int, ...]:
        counts = copied(database, draft)
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("DELETE FROM card_state")
        return counts

    monkeypatch.setattr(backup, "_copy", losing)
    with pytest.raises(StoreError, match="has not all the rows"):
        study(folder, 0)
    assert backups_in(folder / BACKUPS) == []


def test_after_a_failed_backup_the_log_is_closed_and_whole_and_the_next_start_tries_again(folder: Path):
    log = open_log(folder, NOW)
    log.append(event := a_review())
    (folder / BACKUPS).write_text("in the way")
    with pytest.raises(StoreError, match="No backup was made"):
        log.close()
    with pytest.raises(StoreError):
        study(folder, 0)
    assert len(open_reader(folder).events()) == 2
    (folder / BACKUPS).unlink()
    again = open_log(folder, NOW)
    assert len(backups_in(folder / BACKUPS)) == 1
    assert again.events()[0] == event
    again.close()


def test_backups_are_of_one_state_while_a_writer_writes(log: Log, folder: Path):
    log.append(a_review())
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        foreign.execute("DELETE FROM card_state")
        made = back_up(folder / DATABASE, folder / BACKUPS, DAY, 1)
        foreign.execute("ROLLBACK")
    check(made)
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("SELECT count(*) FROM card_state").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind" * 500])
def test_what_is_no_review_log_does_not_pass_the_check(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises((StoreError, sqlite3.DatabaseError)):
        check(tmp_path / "file")


def test_seven_days_four_weeks_and_twelve_months_are_kept():
    backups = made(*(DAY + timedelta(days=day) for day in range(500)))
    days = sorted(backup.study_day for backup in kept(backups))
    last = DAY + timedelta(days=499)  # a Tuesday
    assert days[-7:] == [last - timedelta(days=back) for back in range(6, -1, -1)]
    assert (
        len({day.isocalendar()[:2] for day in days} & {(last - timedelta(7 * w)).isocalendar()[:2] for w in range(4)})
        == 4
    )
    assert len({(day.year, day.month) for day in days}) == 12
    assert len(days) <= 7 + 4 + 12


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=60), st.integers(0, 10**6))
def test_the_newest_backup_is_always_kept_and_pruning_twice_is_pruning_once(days: list[date], seed: int):
    backups = made(*days)
    stay = kept(backups)
    assert kept(stay) == stay
    assert len(stay) <= 7 + 4 + 12
    assert not backups or backups[-1] in stay


def test_a_clock_that_was_wrong_once_does_not_push_out_what_follows(folder: Path):
    far = [DAY.replace(year=2090) + timedelta(days=day) for day in range(30)]
    true = [DAY + timedelta(days=day) for day in range(10)]
    stay = kept(made(*far, *true))
    assert {backup.study_day for backup in stay} >= set(true[-7:])


def test_pruned_backups_are_removed_and_other_files_stay(folder: Path):
    backups = folder / BACKUPS
    for day in range(12):
        study(folder, day)
        (backups / "mine.db").touch()
    assert [found.study_day for found in backups_in(backups)][:7] == [DAY + timedelta(days=d) for d in range(11, 4, -1)]
    assert len(backups_in(backups)) < 12
    assert (backups / "mine.db").exists()


def test_a_backup_is_owed_of_what_is_in_none(folder: Path):
    study(folder, 0)
    assert not owed(folder / DATABASE, folder / BACKUPS, DAY, 1)
    assert owed(folder / DATABASE, folder / BACKUPS, DAY, 2)
    assert owed(folder / DATABASE, folder / BACKUPS, DAY + timedelta(days=1), 1)
