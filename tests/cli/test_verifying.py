"""A verification as it goes on: told in the order of the decks, kept as it comes, stopped as a whole."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.cards.proof import Verdict
from quizapp.cli import verifying
from quizapp.cli.verifying import Verifying
from quizapp.lab.settings import LabSettings
from quizapp.store.log import open_reader
from tests.lab.conftest import eventually
from tests.lab.test_verification import Echo, card, trusting


class FakeLab(Echo):
    """A lab whose runs end when their gate opens; made by whoever asks for a `Lab`."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared: list[str] = []
        self.closed = False
        self.at_once = 0

    def __call__(self, settings: LabSettings, on_state: object, jobs: int, private: object) -> FakeLab:
        self.at_once = jobs
        return self

    def prepare(self, role: str) -> None:
        self.prepared.append(role)

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> FakeLab:
    lab = FakeLab()
    monkeypatch.setattr(verifying, "Lab", lab)
    monkeypatch.setattr(verifying, "WRITE_EVERY", 0.0)
    return lab


def of(data: Path, *codes: str, quiet: bool = False) -> Verifying:
    return Verifying(trusting(*(card(f"{code}-{at}", code) for at, code in enumerate(codes))), data, quiet=quiet)


def entries(data: Path) -> list[str]:
    return [proof.entry for proof in open_reader(data).proofs()]


async def test_claims_are_told_in_the_order_of_the_decks_and_recorded_as_they_end(
    tmp_path: Path, lab: FakeLab, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = lab.gates["verified"] = asyncio.Event()
    work = of(tmp_path, "verified", "refuted", "died")
    running = asyncio.create_task(work.run(LabSettings(), 2))
    assert await eventually(lambda: len(entries(tmp_path)) == 2), "a kill would lose only what is under way"
    assert set(entries(tmp_path)) == {"deck/refuted-1", "deck/died-2"}
    assert capsys.readouterr().out == "", "the first of the deck is not known yet"
    gate.set()
    await running
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in told] == ["deck/verified-0", "deck/refuted-1", "deck/died-2"]
    assert [str(verification.verdict) for verification in work.verifications] == ["verified", "refuted", "died"]
    assert (work.ledger.recorded, work.ledger.trouble) == (3, "")
    assert (lab.prepared, lab.closed, lab.at_once) == (["none"], True, 2)


async def test_with_a_model_that_is_only_tried_what_it_shows_is_kept_as_that(tmp_path: Path, lab: FakeLab) -> None:
    for trials in ({"causal"}, {"none"}):
        work = Verifying(trusting(card("a", "verified")), tmp_path, trials, quiet=True)
        await work.run(LabSettings(), 1)
    assert [proof.trial for proof in open_reader(tmp_path).proofs()] == [False, True]


async def test_quiet_it_prints_nothing(tmp_path: Path, lab: FakeLab, capsys: pytest.CaptureFixture[str]) -> None:
    await of(tmp_path, "verified", quiet=True).run(LabSettings(), 1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_ends_it_with_what_was_proved_told_and_recorded(
    tmp_path: Path, lab: FakeLab, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    lab.gates["verified"] = asyncio.Event()
    work = of(tmp_path, "verified", "refuted", "verified")
    running = asyncio.create_task(work.run(LabSettings(), 2))
    assert await eventually(lambda: len(entries(tmp_path)) == 1)
    os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    await running
    assert work.stopped_by == number
    assert lab.stopped == 2
    assert lab.closed
    assert [verification.claim.card.id.card for verification in work.verifications] == ["refuted-1"]
    assert capsys.readouterr().out == "✗ refuted     deck/refuted-1\n"
    assert entries(tmp_path) == ["deck/refuted-1"]


async def test_who_reads_may_pause_and_the_runs_go_on(
    tmp_path: Path, lab: FakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, told = threading.Event(), []
    monkeypatch.setattr(verifying, "say", lambda text, **_: (reads.wait(30), told.append(text)))
    work = of(tmp_path, "verified", "refuted")
    running = asyncio.create_task(work.run(LabSettings(), 1))
    assert await eventually(lambda: lab.closed and len(entries(tmp_path)) == 2)
    assert (told, running.done()) == ([], False)
    reads.set()
    await running
    assert [line.split()[-1] for text in told for line in text.splitlines()] == ["deck/verified-0", "deck/refuted-1"]


def test_once_the_reader_has_left_nothing_more_is_run_and_what_was_proved_is_recorded(
    tmp_path: Path, lab: FakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(*_: object, **__: object) -> None:
        raise SystemExit(141)

    monkeypatch.setattr(verifying, "say", leave)
    lab.gates["died"] = asyncio.Event()
    work = of(tmp_path, "verified", "died")
    with pytest.raises(SystemExit):
        asyncio.run(work.run(LabSettings(), 2))
    assert (lab.closed, lab.stopped, work.stopped) == (True, 1, True)
    assert entries(tmp_path) == ["deck/verified-0"]
    assert [v.verdict for v in work.outcome] == [Verdict.VERIFIED, Verdict.UNAVAILABLE]


async def test_a_reason_not_to_run_is_told_once_for_all_that_share_it(
    tmp_path: Path, lab: FakeLab, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = [replace(claim, refusal="Running code is switched off.") for claim in trusting(*map(card, "abc", "abc"))]
    work = Verifying(refused, tmp_path, quiet=False)
    await work.run(LabSettings(), 1)
    assert capsys.readouterr().out.splitlines() == [
        "– unavailable deck/a",
        "    Running code is switched off.",
        "– unavailable deck/b",
        "– unavailable deck/c",
    ]
    assert (lab.asked, work._progress.total) == ([], 0)
    assert not work._progress.line(80).endswith("left"), "nothing ran, so nothing says how fast runs are"


async def test_what_cannot_be_run_says_nothing_of_how_fast_runs_are(tmp_path: Path, lab: FakeLab) -> None:
    lab.gates["verified"] = asyncio.Event()
    work = of(tmp_path, "unavailable", "verified", quiet=True)
    running = asyncio.create_task(work.run(LabSettings(), 2))
    assert await eventually(lambda: len(work.verifications) == 1)
    assert "starting…" in work._progress.line(80)
    lab.gates["verified"].set()
    await running
    assert "100 %" in work._progress.line(80)


async def test_nothing_to_prove_starts_no_lab_and_makes_no_store(tmp_path: Path, lab: FakeLab) -> None:
    await of(tmp_path / "data").run(LabSettings(), 1)
    assert lab.prepared == []
    assert not (tmp_path / "data").exists()
