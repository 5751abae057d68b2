from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Verdict
from quizapp.errors import StoreError
from quizapp.store.log import DATABASE, Log, open_log, open_reader
from quizapp.study.events import Event, EventKind, fold, last_undoable
from quizapp.study.memory import CardState
from tests.store.making import CARD, NOW, a_review, histories, undoing

LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


def run_sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as connection:
        connection.execute(statement)


@given(history=histories())
@settings(max_examples=settings.default.max_examples // 4, suppress_health_check=LARGE)
def test_the_log_gives_back_every_event_and_the_states_it_folds_to(history: list[Event]):
    with TemporaryDirectory() as folder:
        log = open_log(Path(folder), NOW)
        for event in history:
            log.append(event)
            assert log.last_undoable() == last_undoable(log.events())
        log.close()
        reader = open_reader(Path(folder))
        assert reader.events() == history
        assert reader.states() == fold(history)
        assert reader.verify_states() == []


@given(history=histories())
@settings(max_examples=settings.default.max_examples // 6, suppress_health_check=LARGE)
def test_rebuilding_makes_the_cache_that_appending_made(history: list[Event]):
    with TemporaryDirectory() as folder:
        log = open_log(Path(folder), NOW)
        for event in history:
            log.append(event)
        run_sql(Path(folder), "UPDATE card_state SET reps = reps + 1, lapses = 99")
        run_sql(Path(folder), "DELETE FROM card_state WHERE rowid % 2")
        assert {difference.card for difference in log.verify_states()} == set(fold(history))
        log.rebuild()
        assert log.states() == fold(history)
        assert log.verify_states() == []
        log.close()


def test_a_full_review_comes_back_as_it_was(log: Log):
    environment = Environment("3.11", "2.13", "5.23", "tiny", "sha256:0", "cuda:0", "float32", "strong")
    review = a_review(
        response="标签 -100\x00 被忽略",
        observed="(2, 7)",
        confidence=80,
        verdict=Verdict.REFUTED,
        environment=environment,
    )
    log.append(review)
    assert log.events() == [review]


def test_lone_surrogates_are_replaced_and_pairs_joined(log: Log):
    log.append(a_review(response="a\ud800b", observed="\ud83d\ude00", environment=None))
    (event,) = log.events()
    assert event.review is not None
    assert (event.review.response, event.review.observed) == ("a\ufffdb", "😀")


def test_lone_surrogates_in_an_environment_are_replaced(log: Log):
    log.append(a_review(environment=Environment("3.11", "2", "5", "\udcff", "r", "cpu", "f", "none")))
    (event,) = log.events()
    assert event.review is not None
    assert event.review.environment is not None
    assert event.review.environment.model == "\ufffd"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (replace(a_review(), after=CardState(stability=float("nan"))), "infinite"),
        (replace(a_review(), after=CardState(stability=float("inf"))), "infinite"),
        (replace(a_review(), card=CardId("a/b", "c")), "card id"),
        (replace(a_review(), card=CardId("a", "\ud800")), "card id"),
        (replace(a_review(), after=CardState(reps=2**64)), "64 bits"),
        (replace(a_review(), review=replace(a_review().review, seed=2**63)), "64 bits"),
        (replace(a_review(), review=replace(a_review().review, elapsed=-1)), "report"),
        (replace(a_review(), review=None), "report"),
        (replace(a_review(), kind=EventKind.UNDO, review=None, undoes=uuid4()), "report"),
    ],
)
def test_what_cannot_be_read_back_is_refused_in_words(log: Log, wrong: Event, word: str):
    log.append(kept := a_review(CardId("deck", "kept")))
    with pytest.raises(StoreError, match=word):
        log.append(wrong)
    assert log.events() == [kept]
    assert log.verify_states() == []


def test_appending_an_event_again_changes_nothing(log: Log):
    log.append(first := a_review(reps=1))
    log.append(second := a_review(before=first.after, reps=2))
    log.append(first)
    assert log.events() == [first, second]
    assert log.states() == {CARD: second.after}


def test_another_event_under_a_known_id_is_refused(log: Log):
    log.append(event := a_review())
    with pytest.raises(StoreError, match="Another event"):
        log.append(replace(event, at=NOW + timedelta(seconds=1)))
    assert log.events() == [event]


def test_an_event_that_starts_from_another_state_than_the_cards_present_one_is_refused(log: Log):
    """Two sessions over one log: the second's rating would undo the first's without a word."""
    log.append(first := a_review(reps=1))
    stale = a_review(before=None, reps=1)
    with pytest.raises(StoreError, match="changed meanwhile"):
        log.append(stale)
    assert log.events() == [first]
    assert log.states() == {CARD: first.after}
    log.append(fresh := replace(stale, before=first.after))
    log.append(first)  # again: it is there, so nothing is asked of it
    assert log.events() == [first, fresh]


def test_a_card_without_a_past_is_as_one_that_is_new(log: Log):
    new = CardState()
    other = CardId("deck", "other")
    log.append(a_review(before=None))
    log.append(event := a_review(other, before=new))
    log.append(undoing(event))
    log.append(a_review(other, before=None))
    with pytest.raises(StoreError, match="changed meanwhile"):
        log.append(a_review(CardId("deck", "third"), before=event.after))


@pytest.mark.parametrize(
    "change",
    [{"due_at": NOW}, {"leech": True}, {"stability": 0.1 + 0.2}, {"buried_on": NOW.date()}, {"suspended": True}],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_state_counts(log: Log, change: dict[str, object]):
    first = a_review()
    log.append(changed := replace(first, after=replace(first.after, **change)))
    with pytest.raises(StoreError, match="changed meanwhile"):
        log.append(a_review(before=first.after))
    log.append(a_review(before=changed.after))


def test_undo_restores_the_state_and_stays_in_the_log(log: Log, folder: Path):
    first = a_review(before=CardState(), reps=1)
    second = a_review(before=first.after, reps=2)
    log.append(first)
    log.append(second)
    log.append(taken_back := undoing(second))
    assert log.states() == {CARD: first.after}
    assert log.events() == [first, second, taken_back]
    log.close()
    again = open_log(folder, NOW)
    assert again.last_undoable() == first
    again.append(undoing(first))
    assert again.states() == {CARD: CardState()}
    assert again.last_undoable() is None
    again.close()


def test_one_event_is_undone_once(log: Log):
    log.append(event := a_review())
    log.append(undoing(event))
    with pytest.raises(StoreError):
        log.append(undoing(event))
    assert len(log.events()) == 2


def test_parameters_are_kept_exactly_and_concern_no_card(log: Log):
    weights = tuple(0.1 * number for number in range(21))
    event = Event(uuid4(), EventKind.PARAMETERS, NOW, timedelta(), NOW.date(), parameters=weights)
    log.append(event)
    assert log.events() == [event]
    assert log.states() == {}


def test_events_since_a_study_day_begin_with_that_day(log: Log):
    history = [a_review(at=NOW + timedelta(days=day), reps=day) for day in range(4)]
    for event in history:
        log.append(event)
    assert log.events(since=date(2026, 3, 3)) == history[2:]


def test_events_since_a_study_day_have_all_that_came_after_it_though_the_clock_went_back(log: Log):
    """Else an undo made then would be missing, and what it took back would count."""
    monday, tuesday = NOW, NOW + timedelta(days=1)
    log.append(earlier := a_review(at=monday))
    log.append(event := a_review(CardId("deck", "other"), at=tuesday))
    log.append(taken_back := undoing(event))
    assert taken_back.study_day == monday.date()
    assert log.events(since=tuesday.date()) == [event, taken_back]
    assert log.events(since=monday.date()) == [earlier, event, taken_back]
    assert log.events(since=tuesday.date() + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET rating = 1",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
        "INSERT OR REPLACE INTO event (id, kind, at, utc_offset, study_day, card)"
        " SELECT id, 'bury', at, 0, study_day, card FROM event",
    ],
)
def test_the_log_is_append_only_for_any_program(log: Log, folder: Path, statement: str):
    log.append(event := a_review())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run_sql(folder, statement)
    assert log.events() == [event]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO card_state VALUES ('a/b', 1, 'new', 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, NULL)",
        "INSERT INTO card_state VALUES ('a/b', 1, 0, 0, 'long', NULL, NULL, NULL, NULL, 0, 0, 0, 0, NULL)",
        "INSERT INTO card_state VALUES ('a/b', 1, 7, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, NULL)",
        "UPDATE card_state SET leech = 2",
    ],
)
def test_the_tables_are_strict(log: Log, folder: Path, statement: str):
    log.append(a_review())
    with pytest.raises(sqlite3.IntegrityError):
        run_sql(folder, statement)


def test_damage_within_a_value_is_told_not_raised_as_a_bug(log: Log, folder: Path):
    log.append(a_review())
    run_sql(folder, "UPDATE card_state SET due_on = 'soon'")
    with pytest.raises(StoreError, match=r"damaged.*backups"):
        log.states()


def append(log: Log) -> object:
    return log.append(a_review(before=log.states().get(CARD)))


@pytest.mark.parametrize("write", [append, Log.rebuild])
def test_a_foreign_program_that_holds_the_database_is_told_of_and_survived(
    log: Log, folder: Path, write: Callable[[Log], object]
):
    log.append(kept := a_review())
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"Another program keeps .*quizapp\.db locked"):
            write(log)
        foreign.execute("ROLLBACK")
    assert log.events() == [kept]
    write(log)
    assert log.verify_states() == []


def test_a_foreign_write_that_ends_in_time_is_waited_for(folder: Path):
    log = open_log(folder, NOW, wait=60)
    log.append(a_review())
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        foreign.execute("UPDATE card_state SET seq = seq")
        end = Timer(0.3, foreign.execute, ["COMMIT"])
        end.start()
        log.append(event := a_review(reps=2))
        end.join()
    assert log.events()[-1] == event
    assert log.verify_states() == []
    log.close()


@pytest.mark.parametrize("read", [Log.states, Log.events, Log.last_undoable, Log.verify_states])
def test_a_foreign_program_that_holds_the_database_does_not_stop_reading(
    log: Log, folder: Path, read: Callable[[Log], object]
):
    log.append(a_review())
    expected = read(log)
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        assert read(log) == expected


@pytest.mark.parametrize("read", [Log.states, Log.events, Log.last_undoable, Log.verify_states])
def test_a_database_locked_whole_is_told_of_when_reading(folder: Path, read: Callable[[Log], object]):
    open_log(folder, NOW).close()
    reader = open_reader(folder, wait=0.1)
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as foreign:
        foreign.execute("PRAGMA locking_mode = EXCLUSIVE")
        foreign.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="Another program keeps"):
            read(reader)  # type: ignore[arg-type]


def test_opening_a_locked_database_is_told_of_and_leaves_no_lock(folder: Path):
    open_log(folder, NOW).close()
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as foreign:
        foreign.execute("PRAGMA locking_mode = EXCLUSIVE")
        foreign.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="Another program keeps"):
            open_log(folder, NOW, wait=0.1)
    open_log(folder, NOW).close()


def test_a_refused_rebuild_leaves_the_cache(log: Log, folder: Path):
    log.append(event := a_review())
    run_sql(folder, "CREATE TRIGGER no BEFORE INSERT ON card_state BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StoreError):
        log.rebuild()
    assert log.states() == {CARD: event.after}


def test_every_event_is_known_by_its_uuid(log: Log):
    log.append(event := replace(a_review(), id=UUID(int=0)))
    assert log.events() == [event]


def test_closing_twice_is_closing_once(log: Log):
    log.close()
    log.close()
