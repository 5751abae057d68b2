from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

from quizapp.cards.proof import Verdict
from quizapp.errors import StoreError, StoreTooNew
from quizapp.store import migrations, tables
from quizapp.store.backup import check
from quizapp.store.log import BACKUPS, DATABASE, open_log, open_reader
from quizapp.study.events import EventKind
from tests.store.making import NOW, a_proof, a_review

assert tables


def add_a_note(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE card_state ADD COLUMN note TEXT")


def fail_half_way(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half (a TEXT) STRICT")
    connection.exec_driver_sql("DROP TRIGGER event_is_never_deleted")
    connection.exec_driver_sql("SELECT word FROM nowhere")


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A later program, which has more migrations."""
    return lambda *steps: monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, *steps))


def asked(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def schema(path: Path) -> dict[str, object]:
    """What two databases must agree on: tables, columns, keys, strictness, what is unique and what is indexed."""
    found: dict[str, object] = {}
    for name, strict in asked(
        path, "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ):
        if str(name).startswith("sqlite_"):
            continue
        indices = asked(path, f"SELECT name, \"unique\" FROM pragma_index_list('{name}')")
        found[str(name)] = {
            "strict": strict,
            "columns": asked(path, f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}')"),
            "foreign keys": asked(path, f'SELECT "from", "table", "to" FROM pragma_foreign_key_list(\'{name}\')'),
            "indices": sorted(
                (unique, [column for (column,) in asked(path, f"SELECT name FROM pragma_index_info('{index}')")])
                for index, unique in indices
            ),
        }
    return found


def test_the_tables_are_those_that_the_migrations_make(folder: Path, tmp_path: Path):
    open_log(folder, NOW).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'from-tables.db'}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    migrated = schema(folder / DATABASE)
    assert set(migrated) == {"event", "card_state", "proof"}
    # In SQLite an INTEGER PRIMARY KEY needs no NOT NULL, which SQLAlchemy writes all the same.
    made = schema(tmp_path / "from-tables.db")
    for numbered in ("event", "proof"):
        made[numbered]["columns"][0] = ("seq", "INTEGER", 0, 1)
    assert migrated == made


def test_the_checks_know_every_kind_of_event_and_every_verdict(folder: Path):
    open_log(folder, NOW).close()
    ((ddl,),) = asked(folder / DATABASE, "SELECT sql FROM sqlite_schema WHERE name = 'event'")
    assert all(f"'{word.value}'" in str(ddl) for word in (*EventKind, *Verdict))


def test_a_proof_has_any_verdict_but_the_one_that_proves_nothing(folder: Path):
    open_log(folder, NOW).close()
    ((ddl,),) = asked(folder / DATABASE, "SELECT sql FROM sqlite_schema WHERE name = 'proof'")
    assert {word for word in Verdict if f"'{word.value}'" not in str(ddl)} == {Verdict.UNAVAILABLE}


@pytest.mark.parametrize("version", range(1, migrations.newest()))
def test_a_store_of_each_earlier_format_is_brought_up_to_date_with_all_that_is_in_it(folder: Path, version: int):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:version])
        log = open_log(folder, NOW)
        log.append(event := a_review())
        log.close()
    assert asked(folder / DATABASE, "PRAGMA user_version") == [(version,)]
    newer = open_log(folder, NOW)
    newer.record([a_proof()])
    assert (newer.events(), newer.verify_states(), newer.proofs()) == ([event], [], [a_proof()])
    newer.close()
    before = folder / BACKUPS / f"before-format-{version + 1}.db"
    check(before)
    assert asked(before, "SELECT count(*) FROM event") == [(1,)]


def test_a_new_store_is_marked_as_ours_strict_and_safe(folder: Path):
    log = open_log(folder, NOW)
    with log._writing.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("application_id", "user_version", "journal_mode", "synchronous", "foreign_keys")
        }
    log.close()
    assert found == {
        "application_id": migrations.APPLICATION_ID,
        "user_version": migrations.newest(),
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
    }


def test_an_older_store_is_backed_up_then_migrated(folder: Path, then: Callable[..., None]):
    log = open_log(folder, NOW)
    log.append(event := a_review())
    log.close()
    then(add_a_note)
    newer = open_log(folder, NOW)
    assert newer.events() == [event]
    newer.close()
    before = folder / BACKUPS / f"before-format-{migrations.newest()}.db"
    check(before)
    assert asked(before, "PRAGMA user_version") == [(migrations.newest() - 1,)]
    assert asked(before, "SELECT count(*) FROM event") == [(1,)]
    assert asked(folder / DATABASE, "PRAGMA user_version") == [(migrations.newest(),)]


def test_a_migration_that_fails_changes_nothing(folder: Path, then: Callable[..., None]):
    log = open_log(folder, NOW)
    log.append(event := a_review())
    log.close()
    before = schema(folder / DATABASE)
    triggers = asked(folder / DATABASE, "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, fail_half_way))
        with pytest.raises(StoreError, match="nowhere"):
            open_log(folder, NOW)
        assert schema(folder / DATABASE) == before
        assert asked(folder / DATABASE, "SELECT name FROM sqlite_schema WHERE type = 'trigger'") == triggers
    again = open_log(folder, NOW)
    assert again.events() == [event]
    again.close()


def test_a_store_that_is_being_made_is_empty_to_readers_until_it_is_whole(folder: Path, then: Callable[..., None]):
    seen = []
    then(lambda _: seen.append(open_reader(folder).events()))
    open_log(folder, NOW).close()
    assert seen == [[]]


def test_without_a_backup_nothing_is_migrated(folder: Path, then: Callable[..., None]):
    open_log(folder, NOW).close()
    (folder / BACKUPS).write_text("a file is in the way")
    then(add_a_note)
    with pytest.raises(StoreError, match="No backup was made"):
        open_log(folder, NOW)
    assert asked(folder / DATABASE, "PRAGMA user_version") == [(migrations.newest() - 1,)]


def test_an_older_store_is_not_read_before_it_is_migrated(folder: Path, then: Callable[..., None]):
    open_log(folder, NOW).close()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "READABLE", migrations.newest() + 1)
        then(add_a_note)
        with pytest.raises(StoreError, match="start `quizapp` once"):
            open_reader(folder).states()


def test_a_store_from_before_there_were_proofs_is_read_and_has_none(folder: Path):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        log = open_log(folder, NOW)
        log.append(event := a_review())
        log.close()
    reader = open_reader(folder)
    assert (reader.events(), len(reader.states()), reader.proofs()) == ([event], 1, [])
    assert asked(folder / DATABASE, "PRAGMA user_version") == [(1,)]


def test_a_later_store_is_refused_and_untouched(folder: Path, then: Callable[..., None]):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, add_a_note))
        open_log(folder, NOW).close()
    content = (folder / DATABASE).read_bytes()
    with pytest.raises(StoreTooNew, match="Upgrade quizapp"):
        open_log(folder, NOW)
    with pytest.raises(StoreTooNew, match="Upgrade quizapp"):
        open_reader(folder).states()
    assert (folder / DATABASE).read_bytes() == content


def test_another_programs_database_is_refused_and_untouched(folder: Path):
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE)) as foreign:
        foreign.execute("CREATE TABLE theirs (a)")
    content = (folder / DATABASE).read_bytes()
    for opening in (lambda: open_log(folder, NOW), lambda: open_reader(folder).states()):
        with pytest.raises(StoreError, match="another program"):
            opening()
    assert (folder / DATABASE).read_bytes() == content


@pytest.mark.parametrize("content", [b"not a database at all, by any means" * 40, b"\x00" * 5000])
def test_a_file_that_is_no_database_is_refused_and_untouched(folder: Path, content: bytes):
    folder.mkdir()
    (folder / DATABASE).write_bytes(content)
    for opening in (lambda: open_log(folder, NOW), lambda: open_reader(folder).states()):
        with pytest.raises(StoreError, match=r"damaged .*backups"):
            opening()
    assert (folder / DATABASE).read_bytes() == content


def test_a_damaged_page_is_told_of(folder: Path):
    log = open_log(folder, NOW)
    for number in range(200):
        log.append(a_review(reps=number, response="z" * 500))
    log.close()
    content = bytearray((folder / DATABASE).read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = bytes(200)
    (folder / DATABASE).write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged .*backups"):
        open_reader(folder).events()


def test_an_empty_file_is_a_store_not_begun(folder: Path):
    folder.mkdir()
    (folder / DATABASE).touch()
    assert open_reader(folder).events() == []
    open_log(folder, NOW).close()


def test_a_python_with_an_old_sqlite_is_told_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match=r"needs 3\.37 or later"):
        open_log(folder, NOW)
