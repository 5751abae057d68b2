"""What verifying came to is kept: the last of each verdict, in the order recorded, and never in a learner's way."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.proof import Verdict
from quizapp.errors import StoreError
from quizapp.store.ledger import Ledger
from quizapp.store.log import BACKUPS, DATABASE, Log, open_log, open_reader
from quizapp.store.refusals import read, told
from tests.store.children import child
from tests.store.making import HERE, NOW, a_proof, a_review, proofs

LATER = NOW + timedelta(hours=1)
ELSEWHERE = replace(HERE, transformers="4.57.1")


@given(st.lists(proofs, max_size=4, unique_by=lambda proof: proof.claim))
def test_a_proof_is_read_back_as_it_was_recorded(kept):
    with TemporaryDirectory() as folder:
        log = open_log(Path(folder), NOW)
        log.record(kept)
        log.close()
        assert open_reader(Path(folder)).proofs() == kept


def test_the_same_verdict_again_takes_the_place_of_the_last(log: Log):
    log.record([a_proof(), a_proof(Verdict.REFUTED, environment=ELSEWHERE)])
    log.record([a_proof(at=LATER)])
    assert log.proofs() == [a_proof(Verdict.REFUTED, environment=ELSEWHERE), a_proof(at=LATER)]


def test_another_verdict_environment_claim_or_card_is_a_proof_of_its_own(log: Log):
    others = [a_proof(Verdict.ERROR), a_proof(environment=ELSEWHERE), a_proof(claim="d2"), a_proof(entry="deck/other")]
    others.append(a_proof(trial=True))
    log.record([a_proof(), *others])
    assert log.proofs() == [a_proof(), *others]


def test_the_order_is_that_of_recording_whatever_the_clock_says(log: Log):
    log.record([a_proof(at=LATER), a_proof(Verdict.REFUTED, at=NOW)])
    log.record([a_proof(Verdict.DIED, at=NOW - timedelta(days=400))])
    assert [proof.verdict for proof in log.proofs()] == [Verdict.VERIFIED, Verdict.REFUTED, Verdict.DIED]


def test_proofs_leave_the_log_of_reviews_alone(log: Log):
    log.append(event := a_review())
    log.record([a_proof()])
    assert (log.events(), log.verify_states(), log.last_undoable()) == ([event], [], event)
    log.rebuild()
    assert log.proofs() == [a_proof()]


def test_a_ledger_locks_nobody_out_once_it_has_written(folder: Path):
    ledger = Ledger(folder, lambda: NOW)
    ledger.add(a_proof())
    ledger.write()
    assert ledger.trouble == ""
    log = open_log(folder, NOW)
    assert log.proofs() == [a_proof()]
    log.close()


def hold(folder: Path, connection: Connection) -> None:
    log = open_log(folder, NOW)
    connection.send("held")
    connection.recv()
    log.close()
    connection.send("released")


def test_what_cannot_be_recorded_waits_says_who_holds_the_log_and_is_recorded_later(folder: Path):
    ledger = Ledger(folder, lambda: NOW)
    with child(hold, folder) as (process, connection):
        assert connection.recv() == "held"
        ledger.add(a_proof())
        ledger.write()
        assert f"process {process.pid} " in ledger.trouble
        assert open_reader(folder).proofs() == []
        ledger.add(a_proof(claim="d2"))
        connection.send("go")
        assert connection.recv() == "released"
    ledger.write()
    assert ledger.trouble == ""
    assert open_reader(folder).proofs() == [a_proof(), a_proof(claim="d2")]


def test_a_proof_that_cannot_be_kept_holds_back_no_other_and_is_no_damage(folder: Path):
    ledger = Ledger(folder, lambda: NOW)
    good = [a_proof(), a_proof(claim="d2")]
    for proof in (good[0], bad := a_proof(Verdict.UNAVAILABLE), good[1]):
        ledger.add(proof)
    ledger.write()
    assert (open_reader(folder).proofs(), ledger.waiting, ledger.recorded) == (good, [bad], 2)
    assert "CHECK constraint" in ledger.trouble
    assert "damage" not in ledger.trouble


def test_a_number_that_cannot_be_written_is_no_damage_and_one_that_cannot_be_read_is(folder: Path):
    for kind, says in ((told, "cannot take this"), (read, "is damaged")):
        with pytest.raises(StoreError, match=says), kind(folder / DATABASE):
            raise OverflowError("more than 64 bits")


def test_what_is_recorded_without_a_backup_is_told(folder: Path):
    log = open_log(folder, NOW)
    log.append(a_review())
    log.close()
    shutil.rmtree(folder / BACKUPS)
    (folder / BACKUPS).write_text("a file is in the way")
    ledger = Ledger(folder, lambda: NOW)
    ledger.add(a_proof())
    ledger.write()
    assert (ledger.waiting, ledger.recorded) == ([], 1)
    assert "No backup was made" in ledger.trouble


def test_a_ledger_that_is_patient_records_once_a_session_that_closes_has_closed(folder: Path):
    ledger = Ledger(folder, lambda: NOW)
    with child(hold, folder) as (_, connection):
        assert connection.recv() == "held"
        ledger.add(a_proof())
        threading.Timer(0.2, connection.send, ["go"]).start()
        ledger.write(patience=30)
        assert connection.recv() == "released"
    assert (ledger.trouble, open_reader(folder).proofs()) == ("", [a_proof()])


def test_a_ledger_with_nothing_to_keep_makes_no_store(folder: Path):
    Ledger(folder, lambda: NOW).write()
    assert not folder.exists()


def test_a_store_that_is_no_store_is_told_and_left(folder: Path):
    folder.mkdir()
    (folder / DATABASE).write_bytes(b"something else entirely" * 200)
    ledger = Ledger(folder, lambda: NOW)
    ledger.add(a_proof())
    ledger.write()
    assert "is damaged" in ledger.trouble
    assert (folder / DATABASE).read_bytes().startswith(b"something else")
