"""What kept proofs come to: claims that held once and do not now, and what changed from one environment to another.

All functions take proofs in the order in which they were recorded, so that a clock that went wrong counts for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from quizapp.cards.card import Card
from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.study.words import counted

LABELS = {"transformers": "transformers", "torch": "torch", "python": "Python", "model": "model"} | {
    part: part for part in ("revision", "device", "dtype")
}
"""The parts of an environment by which claims are told apart, the likeliest first, and what they are called."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim that held and, when it was last proved, did not. It is the claim that is in doubt, not the learner."""

    held: Proof
    """When it last held."""
    failed: Proof
    """When it was last proved."""

    @property
    def apart(self) -> tuple[str, str]:
        """How the two environments differ, as `transformers 4.57, torch 2.9` of each; empty where they do not."""
        return apart(self.held.environment, self.failed.environment)

    @property
    def notice(self) -> str:
        """What a learner who meets the card should know."""
        why = "the model may have moved" if any(self.apart) else "the claim may be at fault"
        return f"{self}; {why}, not you"

    def __str__(self) -> str:
        before, now = self.apart
        match differing(self.held.environment, self.failed.environment):
            case []:
                return "held in this same environment before, not now"
            case [part]:
                return f"held with {before}, not with {getattr(self.failed.environment, part)}"
            case _:
                return f"held with {before}, not with {now}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"card": self.failed.entry, "held": _as_dict(self.held), "failed": _as_dict(self.failed)}


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim that was proved in two environments: the verdict of each that counts, its last."""

    before: Proof
    now: Proof

    @property
    def differs(self) -> bool:
        """Whether the verdict is another."""
        return self.before.verdict is not self.now.verdict


def of_claims(proofs: Collection[Proof], cards: Iterable[Card]) -> list[Proof]:
    """The proofs of what these cards claim now, not of what they once claimed."""
    proved = {proof.entry for proof in proofs}
    claims = {(card.id.entry, card.claim) for card in cards if card.id.entry in proved}  # hashing all takes time
    return [proof for proof in proofs if (proof.entry, proof.claim) in claims]


def disputed(proofs: Collection[Proof], cards: Iterable[Card]) -> dict[str, Dispute]:
    """The disputes among what these cards claim now."""
    return disputes(of_claims(proofs, cards))


def disputes(proofs: Iterable[Proof]) -> dict[str, Dispute]:
    """By `deck/card`: each claim whose newest proof does not hold while an earlier one with the same model did.

    Trials count for nothing: another model may well show something else. Where else it held does not matter; so a
    dispute ends with the next run that verifies the claim, and an upgrade that mends what the last one broke needs no
    going back to it.
    """
    counting = _counting(proofs)
    held = {_with_model(proof): proof for proof in counting if proof.verdict is Verdict.VERIFIED}
    newest = {(proof.entry, proof.claim): proof for proof in counting}
    return {
        proof.entry: Dispute(held[_with_model(proof)], proof)
        for proof in newest.values()
        if proof.verdict is not Verdict.VERIFIED and _with_model(proof) in held
    }


def doubtful(proofs: Collection[Proof], cards: Iterable[Card]) -> set[str]:
    """As `deck/card`: the cards whose claim did not hold when it was last proved, whether or not it ever did."""
    newest = {proof.entry: proof for proof in _counting(of_claims(proofs, cards))}
    return {entry for entry, proof in newest.items() if proof.verdict is not Verdict.VERIFIED}


def _counting(proofs: Iterable[Proof]) -> list[Proof]:
    """Those that say something of a claim: the code ran, and not on a model that was only tried."""
    return [proof for proof in proofs if not proof.trial and proof.verdict is not Verdict.UNAVAILABLE]


def _with_model(proof: Proof) -> tuple[str, str, str]:
    return proof.entry, proof.claim, proof.environment.model


def comparisons(proofs: Iterable[Proof]) -> dict[tuple[Environment, Environment], list[Compared]]:
    """Each claim's newest environment beside the one it was proved in before, by the two; the newest pair first."""
    last: dict[tuple[str, str], dict[Environment, Proof]] = {}
    for proof in proofs:
        claim = (proof.entry, proof.claim)
        by_environment = last[claim] = last.pop(claim, {})
        by_environment.pop(proof.environment, None)
        by_environment[proof.environment] = proof  # both in the order of their newest proof
    found: dict[tuple[Environment, Environment], list[Compared]] = defaultdict(list)
    for by_environment in reversed(last.values()):
        if len(by_environment) > 1:
            before, now = list(by_environment.values())[-2:]
            found[before.environment, now.environment].append(Compared(before, now))
    return {pair: sorted(claims, key=lambda claim: claim.now.entry) for pair, claims in found.items()}


def apart(one: Environment, other: Environment) -> tuple[str, str]:
    """What tells two environments apart, in words for each."""
    parts = differing(one, other)
    one_words, other_words = (
        ", ".join(f"{LABELS[part]} {getattr(environment, part)}" for part in parts) for environment in (one, other)
    )
    return one_words, other_words


def differing(one: Environment, other: Environment) -> list[str]:
    """The parts in which they differ; a model of another name has another revision anyhow."""
    parts = [part for part in LABELS if getattr(one, part) != getattr(other, part)]
    return [part for part in parts if part != "revision" or "model" not in parts]


def summary(found: Collection[Dispute]) -> str:
    """`2 claims are disputed since transformers 5.23`, with what they are all disputed since; nothing for none."""
    if not found:
        return ""
    since = {dispute.apart[1] for dispute in found}
    shared = f" since {since.pop()}" if len(since) == 1 and "" not in since else ""
    return f"{counted(len(found), 'claim')} {'is' if len(found) == 1 else 'are'} disputed{shared}"


def as_dict(environment: Environment) -> dict[str, str]:
    """An environment for JSON."""
    told: dict[str, str] = asdict(environment)
    del told["sandbox"]
    return told


def _as_dict(proof: Proof) -> dict[str, Any]:
    return {"verdict": proof.verdict.value, "at": proof.at.isoformat(), "environment": as_dict(proof.environment)}


def where(environment: Environment) -> str:
    """All of an environment in one line."""
    model = "" if environment.model == "none" else f", model {environment.model} ({environment.revision})"
    versions = f"transformers {environment.transformers}, torch {environment.torch}, Python {environment.python}"
    return f"{versions}{model}, {environment.device}, {environment.dtype}"
