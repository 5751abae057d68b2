"""`quizapp verify --diff`: what changed between the environments that claims were proved in; nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.study.disputes import Compared, as_dict, where
from quizapp.study.words import counted

Comparisons = Mapping[tuple[Environment, Environment], Sequence[Compared]]

TOO_FEW = {
    0: "No claim was proved yet, so there is nothing to compare; run `quizapp verify`.",
    1: "All claims were proved in one environment only, so there is nothing to compare; "
    "run `quizapp verify` again after an upgrade, or with another model by `--role`.",
}


def as_text(found: Comparisons, proofs: Iterable[Proof]) -> Iterator[str]:
    """Each pair of environments, and the claims that have another verdict in the second."""
    if not found:
        yield TOO_FEW[1 if any(True for _ in proofs) else 0]
    for (before, now), claims in found.items():
        differing = [claim for claim in claims if claim.differs]
        yield f"from  {where(before)}"
        yield f"to    {where(now)}"
        yield f"      {counted(len(claims), 'claim')} proved in both, {len(differing) or 'none'} with another verdict"
        for claim in differing:
            yield f"    {claim.now.verdict.sign} {claim.now.entry}  {claim.before.verdict} → {claim.now.verdict}"


def as_json(found: Comparisons) -> list[dict[str, Any]]:
    """The same as plain data, with the claims that have the same verdict counted."""
    return [
        {
            "from": as_dict(before),
            "to": as_dict(now),
            "claims": len(claims),
            "differing": [_claim(claim) for claim in claims if claim.differs],
        }
        for (before, now), claims in found.items()
    ]


def got_worse(found: Comparisons) -> bool:
    """Whether a claim that held does not any more."""
    return any(c.differs and c.before.verdict is Verdict.VERIFIED for claims in found.values() for c in claims)


def _claim(compared: Compared) -> dict[str, str]:
    before, now = compared.before, compared.now
    return {
        "card": now.entry,
        "claim": now.claim,
        "from": before.verdict.value,
        "from_at": before.at.isoformat(),
        "to": now.verdict.value,
        "to_at": now.at.isoformat(),
    }
