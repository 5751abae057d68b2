"""`quizapp verify` with the real program: what is kept, what is told, and how it is stopped."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from quizapp.cards.loader import load_file
from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.lab.trust import Trust
from quizapp.store.log import DATABASE, open_log, open_reader
from tests.lab.conftest import eventually, processes_with
from tests.program.terminal import Terminal, command

OLD = Environment(platform.python_version(), "2.12.1", "4.57.1", "none", "none", "cpu", "float32", "")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLAIM = """\
  - id: {name}
    question: What is it?
    answer: This.
    verify: {{model: none, code: "{code}"}}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / ".local/share/quizapp"


def claims(data: Path, **codes: str) -> dict[str, str]:
    """A deck of the learner's own with a claim for each of these codes, all allowed; the hash of each."""
    path = data / "decks/claims.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    cards = [CLAIM.format(name=name, code=code) for name, code in codes.items()]
    path.write_text("deck: claims\ntitle: Claims\ncards:\n" + "".join(cards))
    deck = load_file(path).deck
    assert deck is not None
    Trust(data).allow(deck.cards)
    return {card.id.card: card.claim or "" for card in deck.cards}


def held_before(data: Path, *hashes: tuple[str, str]) -> None:
    """Have it recorded that these claims held in an environment of the past."""
    log = open_log(data, NOW)
    log.record([Proof(f"claims/{name}", claim, OLD, Verdict.VERIFIED, NOW) for name, claim in hashes])
    log.close()


def test_a_claim_that_held_and_does_not_now_is_disputed_wherever_one_looks(tmp_path: Path, data: Path) -> None:
    hashes = claims(data, holds="assert True", fails="assert 1 == 2", new="assert 0")
    held_before(data, ("holds", hashes["holds"]), ("fails", hashes["fails"]))
    done = command(tmp_path, "verify", "claims", "--jobs", "2", "--junit", str(tmp_path / "out.xml"))
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert [line.split()[2] for line in lines if line[0] in "✓✗"] == ["claims/holds", "claims/fails", "claims/new"]
    (disputed,) = (line for line in lines if line.startswith("    claims/fails"))
    assert "held with transformers 4.57.1, torch 2.12.1, not with transformers " in disputed
    assert lines[-1] == "1 of 3 claims verified, in 3 runs on cpu"

    cases = ElementTree.parse(tmp_path / "out.xml").getroot().iter("testcase")
    assert {case.get("name"): [child.tag for child in case] for case in cases} == {
        "holds": [],
        "fails": ["failure"],
        "new": ["failure"],
    }
    assert command(tmp_path, "due").stdout.splitlines()[-1].startswith("1 claim is disputed since transformers ")
    diff = command(tmp_path, "verify", "--diff", "--json")
    (comparison,) = json.loads(diff.stdout)["comparisons"]
    assert (diff.returncode, comparison["claims"]) == (1, 2)
    assert (comparison["from"]["transformers"], comparison["from"]["torch"]) == ("4.57.1", "2.12.1")
    assert [(c["card"], c["from"], c["to"]) for c in comparison["differing"]] == [
        ("claims/fails", "verified", "refuted")
    ]
    kept = open_reader(data).proofs()
    assert {(p.entry, p.verdict.value) for p in kept if p.environment != OLD} == {
        ("claims/holds", "verified"),
        ("claims/fails", "refuted"),
        ("claims/new", "refuted"),
    }


def test_while_a_session_holds_the_log_it_runs_and_says_that_nothing_is_recorded(tmp_path: Path, data: Path) -> None:
    claims(data, holds="assert True")
    log = open_log(data, NOW)
    try:
        done = command(tmp_path, "verify", "claims", "--json")
    finally:
        log.close()
    answer = json.loads(done.stdout)
    assert (done.returncode, [claim["verdict"] for claim in answer["claims"]]) == (0, ["verified"])
    assert (answer["recorded"], answer["not_recorded"]) == (0, 1)
    assert f"process {os.getpid()} " in answer["trouble"]
    assert done.stderr.startswith("Not recorded: ")
    assert open_reader(data).proofs() == []


def test_a_log_that_cannot_be_used_hinders_no_proof(tmp_path: Path, data: Path) -> None:
    claims(data, holds="assert True")
    (data / DATABASE).write_bytes(b"something else entirely" * 300)
    done = command(tmp_path, "verify", "claims")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 of 1 claim verified, in 1 run on cpu")
    assert "Not recorded: " in done.stderr
    assert "is damaged" in done.stderr
    assert "Traceback" not in done.stderr


async def test_stopped_it_keeps_what_was_proved_and_leaves_nothing_running(tmp_path: Path, data: Path) -> None:
    claims(data, holds="assert True", slow="import time; time.sleep(600); assert True", later="assert True")
    marked = tmp_path / "mark-of-this-test"
    marked.mkdir()
    arguments = ("verify", "claims", "--jobs", "1")
    with Terminal(tmp_path, *arguments, TMPDIR=str(marked), QUIZAPP_LAB__TIMEOUT="500") as terminal:
        terminal.wait_for("Verifying 3 claims on cpu", "✓ verified    claims/holds", "33 %")
        terminal.press("\x03")
        assert terminal.wait_for_exit() == 130
        assert "1 of 3 claims verified, in 1 run on cpu; then it was stopped" in terminal.text
        assert "Traceback" not in terminal.text
        assert "▇" not in terminal.text, "the bar is taken away"
    assert [proof.entry for proof in open_reader(data).proofs()] == ["claims/holds"]
    assert await eventually(lambda: not processes_with(str(marked)))


async def test_nothing_is_left_running_when_it_was_told_to_end(tmp_path: Path, data: Path) -> None:
    claims(data, slow="import time; time.sleep(600); assert True")
    marked = tmp_path / "mark-of-this-test"
    marked.mkdir()
    with Terminal(tmp_path, "verify", "claims", TMPDIR=str(marked), QUIZAPP_LAB__TIMEOUT="500") as terminal:
        terminal.wait_for("0 %")
        os.kill(terminal.process.pid, 15)
        assert terminal.wait_for_exit() == 128 + 15
    assert await eventually(lambda: not processes_with(str(marked)))


def test_with_one_environment_or_none_there_is_nothing_to_compare(tmp_path: Path, data: Path) -> None:
    none = command(tmp_path, "verify", "--diff")
    assert (none.returncode, none.stdout.startswith("No claim was proved yet")) == (0, True)
    assert not (data / DATABASE).exists()
    hashes = claims(data, holds="assert True")
    held_before(data, ("holds", hashes["holds"]))
    one = command(tmp_path, "verify", "--diff")
    assert (one.returncode, "in one environment only" in one.stdout) == (0, True)
    log = open_log(data, NOW)
    log.record([Proof("claims/holds", hashes["holds"], replace(OLD, torch="2.13"), Verdict.VERIFIED, NOW)])
    log.close()
    two = command(tmp_path, "verify", "--diff", "claims")
    assert (two.returncode, two.stdout.splitlines()) == (
        0,
        [
            f"from  transformers 4.57.1, torch 2.12.1, Python {OLD.python}, cpu, float32",
            f"to    transformers 4.57.1, torch 2.13, Python {OLD.python}, cpu, float32",
            "      1 claim proved in both, none with another verdict",
        ],
    )
