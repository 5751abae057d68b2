"""Whole decks are proved, several claims at once, and what is kept of it is what they came to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.card import Card, Kind
from quizapp.cards.deck import Entry, Value
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Run, Snippet, Verdict
from quizapp.lab.cores import cores
from quizapp.lab.trust_standing import Standing
from quizapp.lab.verification import COUNTED, Claim, Verification, claims_of, exit_code, verify, worst
from tests.lab.conftest import Bench, lab_bench

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Environment("3.11.7", "2.13.0", "5.23.0", "tiny", "sha256:0123456789ab", "cpu", "float32", "strong")


def card(name: str, code: str | None, cloze: str | None = None, role: str = "none", **entry: object) -> Card:
    written = Entry.model_validate({"id": name, "question": "?", "answer": "!", **entry})
    snippet = Snippet(role, code) if code else None
    return Card(CardId("deck", name, cloze), Kind.RECALL, "?", "!", written, snippet, Path("deck.yaml"), 3)


def trusting(*cards: Card, draws: int = 16) -> list[Claim]:
    return claims_of(cards, lambda _: Standing.OWN, draws=draws)


class Echo:
    """Stands in for the lab: each run comes to what its code says, once `gate` is open."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Value]]] = []
        self.stopped = 0
        self.sandboxed: list[bool] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def run(self, snippet: Snippet, values: Mapping[str, Value], seed: int, *, sandboxed: bool = False) -> Run:
        self.asked.append((snippet.code, dict(values)))
        self.sandboxed.append(sandboxed)
        if gate := self.gates.get(snippet.code):
            try:
                await gate.wait()
            except asyncio.CancelledError:
                self.stopped += 1
                raise
        return Run(Verdict(snippet.code), environment=HERE)


async def proved(claims: list[Claim], lab: Echo) -> list[Verification]:
    return [ended async for ended in verify(claims, lab)]


def test_siblings_of_a_cloze_are_one_claim_and_cards_without_one_are_none() -> None:
    found = trusting(card("a", "1", "c1"), card("a", "1", "c2"), card("b", None), card("c", "2"))
    assert [claim.card.id.entry for claim in found] == ["deck/a", "deck/c"]


def test_only_the_roles_asked_for_are_claims() -> None:
    cards = [card("a", "1", role="causal"), card("b", "1", role="masked"), card("c", "1")]
    for roles, named in ((None, "abc"), ({"causal"}, "a"), ({"none", "masked"}, "bc")):
        assert "".join(claim.card.id.card for claim in claims_of(cards, lambda _: Standing.ALLOWED, roles)) == named


async def test_every_draw_is_run_and_a_sample_says_of_how_many() -> None:
    lab = Echo()
    (found,) = await proved(trusting(card("a", "verified", vary={"n": [1, 2], "m": ["x", "y", "z"]})), lab)
    assert len({tuple(values.items()) for _, values in lab.asked}) == len(found.runs) == 6
    (sampled,) = await proved(trusting(card("a", "verified", vary={"n": list(range(50))}), draws=4), lab)
    assert (len(sampled.runs), sampled.claim.possible) == (4, 50)
    (endless,) = trusting(card("a", "verified", vary={f"n{i}": list(range(20)) for i in range(5000)}))
    assert (len(endless.draws), endless.possible) == (16, COUNTED)


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (Standing.NEW, "`quizapp trust allow deck`"),
        (Standing.CHANGED, "`quizapp trust diff deck`"),
        (Standing.REFUSED, "`quizapp trust allow deck`"),
        (Standing.NEVER, "`quizapp trust revoke deck`"),
    ],
)
async def test_code_that_may_not_run_does_not_says_why_and_proves_nothing(standing: Standing, says: str) -> None:
    lab = Echo()
    (found,) = await proved(claims_of([card("a", "verified", vary={"n": [1, 2]})], lambda _: standing), lab)
    assert lab.asked == []
    assert [(run.verdict, says in run.error) for run in found.runs] == [(Verdict.UNAVAILABLE, True)]
    assert found.proof(NOON) is None


@pytest.mark.parametrize("standing", [Standing.OWN, Standing.ALLOWED, Standing.SANDBOX])
async def test_what_was_allowed_for_the_sandbox_and_only_that_is_wanted_in_one(standing: Standing) -> None:
    lab = Echo()
    await proved(claims_of([card("a", "verified", vary={"n": [1, 2]})], lambda _: standing), lab)
    assert lab.sandboxed == [standing is Standing.SANDBOX] * 2


async def test_claims_are_told_when_they_end_and_ordered_as_they_stand() -> None:
    lab = Echo()
    lab.gates["verified"] = asyncio.Event()
    heard: list[Verdict] = []
    names = []
    cards = [card("slow", "verified", vary={"n": [1, 2]}), card("quick", "refuted")]
    async for ended in verify(trusting(*cards), lab, lambda run: heard.append(run.verdict)):
        names.append(ended.claim.card.id.card)
        lab.gates["verified"].set()
    assert names == ["quick", "slow"]
    assert [code for code, _ in lab.asked] == ["verified", "verified", "refuted"]
    assert heard == [Verdict.REFUTED, Verdict.VERIFIED, Verdict.VERIFIED], "each run is heard"


async def test_who_leaves_stops_what_is_under_way() -> None:
    lab = Echo()
    lab.gates["verified"] = asyncio.Event()
    async with aclosing(verify(trusting(card("a", "verified"), card("b", "died"), card("c", "verified")), lab)) as all_:
        ended = await anext(all_)
    assert ended.verdict is Verdict.DIED
    assert lab.stopped == 2
    assert len(asyncio.all_tasks()) == 1, "this one"


def verification(*verdicts: Verdict, environment: Environment | None = HERE, silent: int = 0) -> Verification:
    """What these verdicts come to, each reached in the environment; of the last `silent` nobody said where."""
    values = list(range(len(verdicts)))
    (claim,) = trusting(card("a", "1", vary={"n": values} if len(values) > 1 else {}))
    told = len(verdicts) - silent
    return Verification(
        claim,
        tuple(Run(verdict, environment=environment if at < told else None) for at, verdict in enumerate(verdicts)),
    )


def test_a_proof_is_of_the_claim_and_its_environment_whatever_the_sandbox() -> None:
    kept = verification(Verdict.VERIFIED, Verdict.REFUTED, Verdict.UNAVAILABLE).proof(NOON)
    assert kept is not None
    assert (kept.entry, kept.claim) == ("deck/a", card("a", "1", vary={"n": [0, 1, 2]}).claim)
    assert (kept.verdict, kept.at, kept.trial) == (Verdict.REFUTED, NOON, False)
    assert kept.environment.sandbox == ""
    assert kept.environment.transformers == "5.23.0"


@pytest.mark.parametrize(
    "proves_nothing",
    [
        verification(Verdict.UNAVAILABLE),
        verification(Verdict.VERIFIED, Verdict.UNAVAILABLE),
        verification(Verdict.DIED, environment=None),
        verification(Verdict.VERIFIED, Verdict.DIED, silent=1),
        verification(Verdict.TIMEOUT, Verdict.DIED, silent=1),
    ],
    ids=["not run", "not run with every draw", "nobody said where", "not of every draw", "nor where one was late"],
)
def test_what_proves_nothing_is_not_kept(proves_nothing: Verification) -> None:
    assert proves_nothing.proof(NOON) is None


def test_what_one_draw_refutes_is_refuted_whatever_became_of_the_others() -> None:
    kept = verification(Verdict.REFUTED, Verdict.DIED, Verdict.UNAVAILABLE, silent=2).proof(NOON, trial=True)
    assert kept is not None
    assert (kept.verdict, kept.trial) == (Verdict.REFUTED, True)


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_a_claim_holds_only_with_every_draw(verdicts: list[Verdict]) -> None:
    assert worst(verdicts) in verdicts
    assert (worst(verdicts) is Verdict.VERIFIED) == (set(verdicts) == {Verdict.VERIFIED})
    assert (worst(verdicts) is Verdict.REFUTED) == (Verdict.REFUTED in verdicts)
    if set(verdicts) - {Verdict.VERIFIED, Verdict.UNAVAILABLE}:
        assert exit_code(verdicts) == exit_code([worst(verdicts)]) == 1


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([], 0),
        ([Verdict.VERIFIED], 0),
        ([Verdict.VERIFIED, Verdict.REFUTED], 1),
        ([Verdict.UNAVAILABLE, Verdict.ERROR], 1),
        ([Verdict.TIMEOUT], 1),
        ([Verdict.DIED], 1),
        ([Verdict.VERIFIED, Verdict.UNAVAILABLE], 2),
    ],
)
def test_the_exit_code_says_whether_all_claims_hold(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(verdicts) == code


@pytest.mark.parametrize(
    ("quota", "most"),
    [("max 100000", 64), ("100000 100000", 1), ("50000 100000", 1), ("250000 100000", 2), ("", 64), ("1 0", 64)],
)
def test_no_more_at_once_than_the_cores_there_are_for_this_process(tmp_path: Path, quota: str, most: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert 1 <= cores(file) <= most
    assert cores(file) == min(cores(tmp_path / "nowhere"), most)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_real_lab_tells_what_holds_from_what_does_not(bench: Bench) -> None:
    cards = [card("holds", "assert n > 0", vary={"n": [1, 2]}), card("fails", "assert torch.ones(2).sum() == 3")]
    found = {v.claim.card.id.card: v async for v in verify(trusting(*cards), bench.lab)}
    assert (found["holds"].verdict, found["fails"].verdict) == (Verdict.VERIFIED, Verdict.REFUTED)
    assert found["fails"].runs[0].checks[0].values == ("2.0", "3")
    kept = found["holds"].proof(NOON)
    assert kept is not None
    assert (kept.environment.model, kept.environment.device) == ("none", "cpu")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_real_lab_runs_in_a_sandbox_what_is_for_one(bench: Bench) -> None:
    run = await bench.run("assert True", sandboxed=True)
    assert (run.verdict is Verdict.VERIFIED) is (bench.lab.state.sandbox == "strong")


async def test_without_a_sandbox_nothing_runs_that_is_for_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async with lab_bench("mark-of-no-sandbox", monkeypatch, sandbox="basic") as bench:
        stopped = asyncio.create_task(bench.run("assert True", sandboxed=True))
        await asyncio.sleep(0)
        assert bench.lab.state.sandbox == "", "it waits for the worker to say"
        await bench.lab.stop()
        assert (await stopped).error == "Stopped by you before it began."
        run = await bench.run("assert True", sandboxed=True)
        assert (run.verdict, run.environment) == (Verdict.UNAVAILABLE, None)
        assert "You allowed it for the sandbox, which is not there now" in run.error
        assert "`quizapp trust allow DECK`" in run.error
        assert (await bench.run("assert True")).verdict is Verdict.VERIFIED, "the others run"


async def test_a_run_for_a_sandbox_ends_with_a_worker_that_dies_before_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    async with lab_bench("mark-of-a-death", monkeypatch, command=("sh", "-c", "exit 3")) as bench:
        run = await bench.run("assert True", sandboxed=True)
        assert run.verdict is Verdict.UNAVAILABLE
        assert "The worker has ended." in run.error
