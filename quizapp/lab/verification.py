"""Runs the claims of whole decks, several at once: does what the cards say still hold here?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from quizapp.cards.card import Card
from quizapp.cards.deck import Value
from quizapp.cards.proof import Proof, Run, Snippet, Verdict
from quizapp.cards.variation import combinations, every_draw
from quizapp.lab.trust_standing import Standing

DRAWS = 16
"""How many draws of a card's values are run, at most."""
COUNTED = 1_000_000
"""Draws are counted so far: a few values of many names make numbers that say nothing, and that not all can read."""
SEED = 0
"""Seeds every run of a verification, so that two of them can be compared."""
WORST_FIRST = (
    Verdict.REFUTED,
    Verdict.ERROR,
    Verdict.DIED,
    Verdict.TIMEOUT,
    Verdict.UNAVAILABLE,
    Verdict.VERIFIED,
)

Draw = Mapping[str, Value]
"""Values by name, as one run has them."""


class Runner(Protocol):
    """What runs snippets, as many at once as it can: `lab.client.Lab`."""

    async def run(self, snippet: Snippet, values: Draw, seed: int, *, sandboxed: bool = False) -> Run:
        """Run a snippet, or only in a sandbox, and wait for its verdict; cancelling the wait stops the run."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be proved of one card, and of its siblings."""

    card: Card
    draws: tuple[Draw, ...]
    """What it is run with; more than `DRAWS` are sampled."""
    possible: int
    """How many draws there are, counted up to `COUNTED`."""
    refusal: str = ""
    """Why it must not run."""
    sandboxed: bool = False
    """Whether it may run only where a sandbox holds it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the runs of a claim came to."""

    claim: Claim
    runs: tuple[Run, ...]
    """One for each of the claim's draws."""

    @property
    def verdict(self) -> Verdict:
        """That of its worst run: it holds only if it does with every draw."""
        return worst(run.verdict for run in self.runs)

    @classmethod
    def none(cls, claim: Claim, why: str) -> Verification:
        """That of a claim that was not run."""
        return cls(claim, tuple(Run(Verdict.UNAVAILABLE, error=why) for _ in claim.draws))

    def proof(self, at: datetime, *, trial: bool = False) -> Proof | None:
        """What is kept of it, None where nothing was proved.

        A run of which no worker lived to say where it was proves nothing; that another one was refuted still counts.
        """
        card = self.claim.card
        told = [run for run in self.runs if run.environment is not None]
        verdict = worst(run.verdict for run in told)
        all_told = len(told) == len(self.runs) or verdict is Verdict.REFUTED
        if not all_told or verdict is Verdict.UNAVAILABLE or card.claim is None:
            return None
        assert told[0].environment is not None
        return Proof(card.id.entry, card.claim, told[0].environment.without_sandbox, verdict, at, trial)


def claims_of(
    cards: Iterable[Card],
    standing: Callable[[Card], Standing],
    roles: Collection[str] | None = None,
    draws: int = DRAWS,
) -> list[Claim]:
    """What there is to prove, in the order of the cards: one claim for all siblings of a cloze.

    Args:
        cards: Of whole decks.
        standing: Whether a card's code may run, and if not, why.
        roles: Leave out the claims of other roles; None leaves out none.
        draws: The most runs of one claim.
    """
    first_of_entry: dict[str, Card] = {}
    for card in cards:
        if card.snippet is not None and (roles is None or card.snippet.role in roles):
            first_of_entry.setdefault(card.id.entry, card)
    return [_claim(card, standing(card), draws) for card in first_of_entry.values()]


def _claim(card: Card, standing: Standing, draws: int) -> Claim:
    if standing.runs:
        possible = min(combinations(card), COUNTED)
        return Claim(card, every_draw(card, draws), possible, sandboxed=standing is Standing.SANDBOX)
    return Claim(card, ({},), min(combinations(card), COUNTED), standing.refusal(card.id.deck))


async def verify(
    claims: Sequence[Claim], lab: Runner, on_run: Callable[[Run], None] = lambda _: None
) -> AsyncGenerator[Verification, None]:
    """Prove claims, giving each when it has ended; what is still under way when the caller leaves is stopped.

    Args:
        claims: Ordered from the lab in this order.
        lab: What runs them.
        on_run: Hears of each run, of which a claim may have many, and one that must not run none.
    """
    tasks = [asyncio.create_task(_prove(claim, lab, on_run)) for claim in claims]
    try:
        for ended in asyncio.as_completed(tasks):
            yield await ended
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _prove(claim: Claim, lab: Runner, on_run: Callable[[Run], None]) -> Verification:
    async def run(draw: Draw) -> Run:
        assert claim.card.snippet is not None
        if claim.refusal:
            return Run(Verdict.UNAVAILABLE, error=claim.refusal)
        ended = await lab.run(claim.card.snippet, draw, SEED, sandboxed=claim.sandboxed)
        on_run(ended)
        return ended

    return Verification(claim, tuple(await asyncio.gather(*map(run, claim.draws))))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that counts for all of them; what was not run proves nothing, so it is *unavailable*."""
    seen = set(verdicts)
    return next((verdict for verdict in WORST_FIRST if verdict in seen), Verdict.UNAVAILABLE)


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """0 when every claim holds, 1 when one does not, 2 when one could not be run and the others hold."""
    seen = set(verdicts)
    if seen <= {Verdict.VERIFIED}:
        return 0
    return 2 if seen <= {Verdict.VERIFIED, Verdict.UNAVAILABLE} else 1
