"""What a verification came to, told as text and as plain data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from quizapp.cards.proof import Check, Run, Verdict
from quizapp.cards.sanitize import clean
from quizapp.lab.verification import COUNTED, Claim, Draw, Verification


def as_text(verification: Verification, reasons: Collection[str] = ()) -> str:
    """One line, and what went wrong below it, but for reasons not to run it that are known; safe to print."""
    claim, verdict = verification.claim, verification.verdict
    head = f"{verdict.sign} {verdict:<11} {claim.card.id.entry}{_how_many(claim)}"
    apart = [(draw, run) for draw, run in _told_apart(verification) if reason(run) not in reasons]
    wrong = [line for draw, run in apart for line in _wrong(draw, run)]
    return "\n".join(clean(line, newlines=False) for line in [head, *wrong])


def as_json(verification: Verification) -> Iterator[dict[str, Any]]:
    """The same as plain data, run by run: all but the charts."""
    claim = verification.claim
    for draw, run in zip(claim.draws, verification.runs, strict=True):
        told = asdict(run)
        del told["charts"]
        yield {
            "card": claim.card.id.entry,
            "path": str(claim.card.path),
            "line": claim.card.line,
            "claim": claim.card.claim,
            "values": dict(draw),
            "possible_draws": claim.possible,
            **told,
        }


def where(verifications: Iterable[Verification]) -> str:
    """` on cpu`: the devices that the runs were on, as far as they say so."""
    environments = [run.environment for verification in verifications for run in verification.runs]
    devices = sorted({environment.device for environment in environments if environment is not None})
    return clean(f" on {' and '.join(devices)}") if devices else ""


def draw_words(draw: Draw) -> str:
    """`n=3, text='a'`; nothing for a claim that varies nothing."""
    return ", ".join(f"{name}={value!r}" for name, value in draw.items())


def reason(run: Run) -> str | None:
    """Why it was not run, where it was not; many share it."""
    return run.error if run.verdict is Verdict.UNAVAILABLE else None


def failures(run: Run) -> list[str]:
    """What went wrong in a run, line by line; nothing where all held."""
    return [_check(check) for check in run.checks if not check.passed] + run.error.splitlines()


def _how_many(claim: Claim) -> str:
    """How much of what it varies was run, which may be a sample."""
    if claim.possible == 1 or claim.refusal:
        return ""
    if claim.possible == len(claim.draws):
        return f"  (all {claim.possible} draws)"
    return f"  ({len(claim.draws)} of {claim.possible}{' or more' if claim.possible == COUNTED else ''} draws)"


def _told_apart(verification: Verification) -> Iterator[tuple[str, Run]]:
    """The runs that did not hold, each with its draw in words; one for all that differ in nothing else."""
    seen: set[tuple[str, ...]] = set()
    for draw, run in zip(verification.claim.draws, verification.runs, strict=True):
        if run.verdict is not Verdict.VERIFIED and (told := (run.verdict, *failures(run))) not in seen:
            seen.add(told)
            yield draw_words(draw), run


def _wrong(draw: str, run: Run) -> list[str]:
    drawn = [f"{run.verdict} with {draw}"] if draw and run.verdict is not Verdict.UNAVAILABLE else []
    return [f"    {line}" for line in [*drawn, *failures(run)]]


def _check(check: Check) -> str:
    compared = f"  with {', '.join(check.values)}" if check.values else ""
    return f"line {check.line}: assert {check.source}{compared}" + (f"  ({check.message})" if check.message else "")
