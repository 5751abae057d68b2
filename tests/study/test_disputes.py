"""What kept proofs come to, by small examples and by rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.loader import load_text
from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.study.disputes import apart, comparisons, disputed, disputes, doubtful, of_claims, summary, where

OLD = Environment("3.11.7", "2.12.1", "4.57.1", "tiny", "sha256:0123456789ab", "cpu", "float32", "")
NEW = replace(OLD, transformers="5.23.0")
OTHER = replace(NEW, model="large", revision="sha256:ba9876543210")
LATER = replace(NEW, torch="2.13.0")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def proof(verdict: str, environment: Environment = OLD, entry: str = "deck/card", claim: str = "one") -> Proof:
    return Proof(entry, claim, environment, Verdict(verdict), NOON)


held, broken = proof("verified"), proof("refuted", NEW)


@pytest.mark.parametrize("verdict", ["refuted", "error", "timeout", "died"])
@pytest.mark.parametrize("environment", [OLD, NEW], ids=["here", "elsewhere"])
def test_a_claim_that_held_and_now_does_not_is_disputed_naming_both_environments(verdict, environment):
    failed = proof(verdict, environment)
    (found,) = disputes([held, failed]).values()
    assert (found.held, found.failed) == (held, failed)


@pytest.mark.parametrize(
    "history",
    [
        [],
        [held],
        [broken],
        [broken, held],
        [held, broken, proof("verified", NEW)],
        [held, proof("refuted", OTHER)],
        [held, replace(proof("refuted", OTHER), trial=True)],
        [held, replace(broken, trial=True)],
        [replace(held, trial=True), broken],
        [held, proof("unavailable", NEW)],
        [held, broken, proof("verified", NEW), proof("unavailable", NEW)],
        [held, proof("refuted", NEW, claim="two")],
        [held, proof("refuted", NEW, entry="deck/other")],
    ],
    ids=[
        "nothing is known",
        "it holds",
        "it never held",
        "it holds by now",
        "it holds there again",
        "it never held with the model that it fails with",
        "it fails with a model that was only tried",
        "it fails in a trial",
        "it held in a trial",
        "it could not be run",
        "it held and then could not be run",
        "what failed is another claim",
        "what failed is another card's claim",
    ],
)
def test_nothing_else_is_a_dispute(history):
    assert disputes(history) == {}


def test_a_dispute_stays_until_the_claim_holds_and_names_where_it_last_did():
    history = [held, proof("verified", NEW), proof("refuted", LATER), proof("unavailable"), proof("timeout", LATER)]
    (found,) = disputes(history).values()
    assert (found.held.environment, found.failed.verdict) == (NEW, Verdict.TIMEOUT)


def test_another_model_neither_makes_nor_ends_a_dispute_by_being_tried():
    tried = [replace(proof(verdict, OTHER), trial=True) for verdict in ("verified", "refuted", "verified")]
    assert disputes([held, broken, *tried]) == disputes([held, broken])
    assert disputes([held, *tried]) == {}


def test_with_another_model_for_good_what_the_last_one_showed_is_no_longer_in_doubt():
    assert disputes([held, broken, proof("refuted", OTHER)]) == {}
    assert disputes([held, broken, proof("verified", OTHER)]) == {}


def test_a_clock_that_went_wrong_decides_nothing():
    early = replace(broken, at=NOON - timedelta(days=4000))
    assert disputes([held, early])
    assert not disputes([early, held])


verdicts = st.sampled_from(Verdict)
histories = st.lists(
    st.builds(
        proof, verdicts, st.sampled_from([OLD, NEW, OTHER]), st.sampled_from("ab"), st.sampled_from("12")
    ).flatmap(lambda p: st.sampled_from([p, replace(p, trial=True)])),
    max_size=12,
)


@given(histories)
def test_what_could_not_be_run_never_matters(history):
    assert disputes(history) == disputes([p for p in history if p.verdict is not Verdict.UNAVAILABLE])


@given(histories)
def test_a_verified_claim_is_never_disputed_and_a_disputed_one_once_held(history):
    for found in disputes(history).values():
        proofs = [p for p in history if (p.entry, p.claim) == (found.failed.entry, found.failed.claim)]
        assert [p for p in proofs if p.verdict is not Verdict.UNAVAILABLE and not p.trial][-1] == found.failed
        assert found.failed.verdict is not Verdict.VERIFIED
        assert found.held.verdict is Verdict.VERIFIED
        assert found.held.environment.model == found.failed.environment.model
    now_all_hold = [*history, *(replace(p, verdict=Verdict.VERIFIED) for p in history)]
    assert disputes(now_all_hold) == {}


@given(histories)
def test_the_last_of_each_verdict_says_all(history):
    """What the store keeps of a history is enough."""
    kept: dict[object, Proof] = {}
    for p in history:
        key = (p.entry, p.claim, p.environment, p.verdict, p.trial)
        kept.pop(key, None)
        kept[key] = p
    assert disputes(kept.values()) == disputes(history)
    assert comparisons(kept.values()) == comparisons(history)


@given(histories)
def test_each_claim_is_compared_once_and_with_another_environment(history):
    found = [compared for group in comparisons(history).values() for compared in group]
    assert len({(c.now.entry, c.now.claim) for c in found}) == len(found)
    for (before, now), group in comparisons(history).items():
        assert before != now
        assert all((c.before.environment, c.now.environment) == (before, now) for c in group)


def test_claims_are_compared_between_the_two_environments_they_were_last_proved_in():
    history = [
        held,
        proof("verified", OTHER),
        broken,
        proof("verified", entry="deck/a"),
        proof("verified", NEW, "deck/a"),
    ]
    ((pair, group), (other_pair, other)) = comparisons(history).items()
    assert pair == (OLD, NEW), "the newest first"
    assert [(c.now.entry, c.differs) for c in group] == [("deck/a", False)]
    assert other_pair == (OTHER, NEW)
    assert [(c.before.verdict, c.now.verdict, c.differs) for c in other] == [("verified", "refuted", True)]
    assert comparisons([held, replace(held, verdict=Verdict.REFUTED)]) == {}, "one environment only"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (OLD, OLD, ("", "")),
        (OLD, NEW, ("transformers 4.57.1", "transformers 5.23.0")),
        (NEW, OTHER, ("model tiny", "model large")),
        (OLD, replace(OLD, revision="sha256:1"), ("revision sha256:0123456789ab", "revision sha256:1")),
        (OLD, replace(NEW, torch="2.13.0"), ("transformers 4.57.1, torch 2.12.1", "transformers 5.23.0, torch 2.13.0")),
        (OLD, replace(OLD, device="cuda:0"), ("device cpu", "device cuda:0")),
        (OLD, replace(OLD, sandbox="strong"), ("", "")),
    ],
)
def test_environments_are_told_apart_by_what_differs(one, other, said):
    assert apart(one, other) == said


def test_disputes_in_words():
    (moved,) = disputes([held, broken]).values()
    (shaky,) = disputes([held, proof("refuted", OLD)]).values()
    (moved_twice,) = disputes([held, proof("refuted", LATER)]).values()
    assert str(moved) == "held with transformers 4.57.1, not with 5.23.0"
    assert moved.notice == f"{moved}; the model may have moved, not you"
    assert str(moved_twice) == (
        "held with transformers 4.57.1, torch 2.12.1, not with transformers 5.23.0, torch 2.13.0"
    )
    assert shaky.notice == f"{shaky}; the claim may be at fault, not you"
    assert str(shaky) == "held in this same environment before, not now"
    assert summary([]) == ""
    assert summary([moved]) == "1 claim is disputed since transformers 5.23.0"
    assert summary([moved, moved]) == "2 claims are disputed since transformers 5.23.0"
    assert summary([moved, moved_twice]) == "2 claims are disputed", "not all since the same"
    assert summary([shaky]) == "1 claim is disputed"


def test_an_environment_in_one_line():
    assert where(OLD) == (
        "transformers 4.57.1, torch 2.12.1, Python 3.11.7, model tiny (sha256:0123456789ab), cpu, float32"
    )
    assert "model" not in where(replace(OLD, model="none", revision="none"))


CARDS = """\
deck: deck
title: Deck
cards:
  - id: plain
    question: What?
    answer: This.
    verify: {model: none, code: "assert CODE"}
  - id: varied
    question: "What of {n}?"
    answer: This.
    vary: {n: VALUES}
    verify: {model: none, code: "assert n"}
  - id: silent
    question: Why?
    answer: Because.
"""


def cards(code: str = "True", values: str = "[1, 2]"):
    deck = load_text(CARDS.replace("CODE", code).replace("VALUES", values), Path("d.yaml")).deck
    assert deck is not None
    return {card.id.card: card for card in deck.cards}


def test_a_claim_is_its_snippet_and_the_values_it_may_be_run_with():
    here = cards()
    assert here["plain"].claim == here["plain"].snippet.hash
    assert here["silent"].claim is None
    assert here["varied"].claim == cards(code="1")["varied"].claim
    assert here["plain"].claim != cards(code="1")["plain"].claim
    assert len({cards(values=values)["varied"].claim for values in ("[1, 2]", "[1, 2, 3]", "[1]", "[true]")}) == 4


def test_proofs_of_what_a_card_once_claimed_count_no_more():
    mine = [proof("verified", entry="deck/plain", claim=cards()["plain"].claim), proof("verified", entry="deck/gone")]
    assert of_claims(mine, cards().values()) == mine[:1]
    assert of_claims(mine, cards(code="1").values()) == []
    mine.append(replace(mine[0], verdict=Verdict.REFUTED))
    assert list(disputed(mine, cards().values())) == ["deck/plain"]
    assert disputed(mine, cards(code="1").values()) == {}


def test_a_claim_is_doubtful_while_its_newest_proof_does_not_hold_whether_or_not_one_did():
    claim = cards()["plain"].claim
    good = proof("verified", entry="deck/plain", claim=claim)
    bad, unrun, trial = (
        replace(good, verdict=Verdict.ERROR),
        replace(good, verdict=Verdict.UNAVAILABLE),
        replace(good, trial=True),
    )
    assert doubtful([bad, unrun, trial], cards().values()) == {"deck/plain"}
    assert doubtful([good, bad], cards().values()) == {"deck/plain"}
    assert doubtful([bad, good, replace(bad, trial=True)], cards().values()) == set()
    assert doubtful([bad], cards(code="1").values()) == set()
