"""Runs the claims of whole decks, one after the other: does what the cards say still hold here?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from quizapp.cards.card import Card
from quizapp.cards.deck import Value
from quizapp.cards.proof import Check, Run, Snippet, Verdict
from quizapp.cards.sanitize import clean
from quizapp.cards.variation import combinations, every_draw

DRAWS = 16
"""How many draws of a card's values are run, at most."""
SEED = 0
"""Seeds every run of a verification, so that two of them can be compared."""
NOT_ALLOWED = "Its code was not allowed yet: study the card, press r, read the code and say yes."

MARKS = {
    Verdict.VERIFIED: "✓",
    Verdict.REFUTED: "✗",
    Verdict.ERROR: "!",
    Verdict.TIMEOUT: "!",
    Verdict.DIED: "!",
    Verdict.UNAVAILABLE: "–",
}


class Runner(Protocol):
    """What runs snippets: `lab.client.Lab`."""

    async def run(self, snippet: Snippet, values: Mapping[str, Value], seed: int) -> Run:
        """Run a snippet and wait for its verdict."""


@dataclass(frozen=True, slots=True)
class Verification:
    """One run of one card's claim."""

    card: Card
    values: Mapping[str, Value]
    """The draw it was run with."""
    run: Run
    possible: int
    """How many draws there are; more than `DRAWS` are sampled."""


async def verify(
    cards: Iterable[Card], lab: Runner, is_trusted: Callable[[Card], bool], draws: int = DRAWS
) -> AsyncIterator[Verification]:
    """Run each claim with every draw of its values, or a sample of `draws`; siblings of a cloze share one claim.

    Code that is not trusted does not run: its verdict is *unavailable*.
    """
    done: set[str] = set()
    for card in cards:
        if card.snippet is None or card.id.entry in done:
            continue
        done.add(card.id.entry)
        possible = combinations(card)
        if not is_trusted(card):
            yield Verification(card, {}, Run(Verdict.UNAVAILABLE, error=NOT_ALLOWED), possible)
            continue
        for values in every_draw(card, draws):
            yield Verification(card, values, await lab.run(card.snippet, values, SEED), possible)


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """0 when every claim holds, 1 when one does not, 2 when one could not be run and the others hold."""
    seen = set(verdicts)
    if seen <= {Verdict.VERIFIED}:
        return 0
    return 2 if seen <= {Verdict.VERIFIED, Verdict.UNAVAILABLE} else 1


def as_text(verification: Verification) -> str:
    """One line, and what went wrong below it; safe to print."""
    card, run = verification.card, verification.run
    drawn = ", ".join(f"{name}={value!r}" for name, value in verification.values.items())
    head = f"{MARKS[run.verdict]} {run.verdict:<11} {card.id.entry}" + (f"  ({drawn})" if drawn else "")
    failed = [f"    {_check(check)}" for check in run.checks if not check.passed]
    error = [f"    {line}" for line in run.error.splitlines()]
    return "\n".join(clean(line, newlines=False) for line in [head, *failed, *error])


def sample_note(verifications: Iterable[Verification], draws: int = DRAWS) -> str:
    """Which cards were run with a sample of their draws only, in a sentence; empty when none was."""
    sampled = dict.fromkeys(v.card.id.entry for v in verifications if v.possible > draws)
    if not sampled:
        return ""
    return clean(f"Only {draws} draws were run of each of these cards, which have more: {', '.join(sampled)}.")


def as_json(verification: Verification) -> dict[str, Any]:
    """The same as plain data: all but the charts."""
    run = asdict(verification.run)
    del run["charts"]
    return {
        "card": verification.card.id.entry,
        "path": str(verification.card.path),
        "line": verification.card.line,
        "values": dict(verification.values),
        "possible_draws": verification.possible,
        **run,
    }


def _check(check: Check) -> str:
    compared = f"  with {', '.join(check.values)}" if check.values else ""
    return f"line {check.line}: assert {check.source}{compared}" + (f"  ({check.message})" if check.message else "")
