"""`quizapp verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, now, own_folders, settings_told
from quizapp.cli.options import Json
from quizapp.errors import ConfigError, StoreError
from quizapp.lab.cores import MOST
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Card, Library, Problem
    from quizapp.cli.verifying import Verifying
    from quizapp.config import Settings
    from quizapp.store.ledger import Ledger
    from quizapp.study.disputes import Dispute


def verify(
    decks: Annotated[list[str] | None, typer.Argument(help="Deck ids; all decks if none.")] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option(
            "--role", metavar="ROLE[=MODEL]", help="Only claims of this role, with this model; may be given again."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Runs at once; the cores there are if none.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML as well.")] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Run nothing; say what changed since another environment; exit 1 for worse.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run every claim; exit 1 when one does not hold.

    A claim does not hold when a check fails, or its code raises, dies or takes too long. Exit 2: all that ran hold, but
    some could not be read or run at all, or there was nothing to run, or, where no deck is named, a folder with decks
    does not exist. With --diff exit 1 says that a claim that held in the environment before does not in the newest.
    """
    from quizapp.config import missing_decks

    if diff and (roles or jobs or junit):
        raise ConfigError("--diff runs nothing, so --role, --jobs and --junit say nothing with it; leave them out.")
    settings = settings_told()
    known = library(settings)
    unread = [problem for problem in known.problems if not decks or problem.deck in decks]
    for problem in unread:
        say(f"not read: {problem}", problem=True)
    refuse_unknown(decks or [], known, unread)
    cards = [card for deck in known.decks if not decks or deck.id in decks for card in deck.cards]
    if diff:
        raise typer.Exit(compare(settings, cards, as_json=as_json))
    code = prove(settings, cards, unread, roles or [], jobs, junit, as_json=as_json)
    missing = not decks and missing_decks(settings)
    raise typer.Exit(code or (2 if unread or missing else 0))


def refuse_unknown(decks: list[str], known: Library, unread: list[Problem]) -> None:
    """Stop where a deck that was named is not there, unless it is one that could not be read."""
    there = [deck.id for deck in known.decks]
    if unknown := set(decks) - {*there, *(problem.deck for problem in unread)}:
        raise ConfigError(f"There is no deck {', '.join(sorted(unknown))}; there are {', '.join(there)}.")


def prove(
    settings: Settings,
    cards: list[Card],
    unread: list[Problem],
    roles: list[str],
    jobs: int | None,
    junit: Path | None,
    *,
    as_json: bool,
) -> int:
    """Run the claims of the cards and tell of it; the exit code."""
    import asyncio

    from quizapp.cli.junit_file import writable, write_whole
    from quizapp.cli.trust import told, trust_of
    from quizapp.cli.verifying import Verifying
    from quizapp.lab.cores import cores
    from quizapp.lab.junit import as_junit
    from quizapp.lab.roles import chosen
    from quizapp.lab.verification import claims_of, exit_code

    only, lab = chosen(roles, settings.lab, settings.pulled_models)
    target = junit and writable(junit)
    began = now()
    trials = {role for role, model in lab.models.items() if model != settings.lab.models[role]}
    standing = told(trust_of(settings)).standing
    work = Verifying(claims_of(cards, standing, only), settings.data_dir, trials, quiet=as_json)
    try:
        asyncio.run(work.run(lab, jobs or cores(), own_folders(settings)))
    finally:  # also where it was stopped, or nobody reads what is printed: the last report is not of this run
        if target:
            write_whole(target, as_junit(work.outcome, unread, began, stopped=work.stopped))
    tell(work, disputed(settings, work), unread, as_json=as_json)
    if work.stopped_by is not None:
        return 128 + work.stopped_by
    return exit_code(verification.verdict for verification in work.verifications) if work.claims else 2


def disputed(settings: Settings, work: Verifying) -> dict[str, Dispute]:
    """Which of the claims that were proved are disputed, by what is kept and by what could not be."""
    from quizapp.store.log import open_reader
    from quizapp.study import disputes

    try:
        kept = open_reader(settings.data_dir).proofs()
    except StoreError:  # that nothing could be recorded either is told
        kept = []
    cards = [verification.claim.card for verification in work.verifications]
    return disputes.disputed([*kept, *work.ledger.waiting], cards)


def tell(work: Verifying, disputed: dict[str, Dispute], unread: list[Problem], *, as_json: bool) -> None:
    """What it came to as a whole; as JSON, also what was not told meanwhile."""
    from quizapp.cards.proof import Verdict
    from quizapp.lab import verification_report as report
    from quizapp.study.disputes import summary
    from quizapp.study.words import counted

    ended, ledger = work.verifications, work.ledger
    if as_json:
        say_json(
            {
                "claims": [run for verification in ended for run in report.as_json(verification)],
                "problems": [problem.as_dict() for problem in unread],
                "disputed": [dispute.as_dict() for dispute in disputed.values()],
                "recorded": ledger.recorded,
                "not_recorded": len(ledger.waiting),
                "trouble": ledger.trouble or None,
                "stopped": work.stopped_by is not None,
            }
        )
    else:
        if disputed:
            said = [f"    {entry}  {dispute}" for entry, dispute in disputed.items()]
            say("\n".join([f"{summary(disputed.values())}:", *said]))
        held = sum(verification.verdict is Verdict.VERIFIED for verification in ended)
        ran = [run for verification in ended for run in verification.runs if run.verdict is not Verdict.UNAVAILABLE]
        runs = counted(len(ran), "run") + report.where(ended)
        stopped = "; then it was stopped" if work.stopped_by is not None else ""
        say(f"{held} of {counted(len(work.claims), 'claim')} verified, in {runs}{stopped}")
    if not work.claims:
        say("There was nothing to prove: no card has a claim of what was asked for.", problem=True)
    if ledger.trouble:
        say(f"{not_recorded(ledger)}{ledger.trouble}", problem=True)


def not_recorded(ledger: Ledger) -> str:
    """What is said before the reason: how much could not be recorded, where it was not all or nothing."""
    if not ledger.waiting:
        return ""
    return f"Not recorded, {len(ledger.waiting)} of them: " if ledger.recorded else "Not recorded: "


def compare(settings: Settings, cards: list[Card], *, as_json: bool) -> int:
    """Say what changed between two environments, by what is kept; 1 when a claim that held does not any more."""
    from quizapp.cli import differences
    from quizapp.store.log import open_reader
    from quizapp.study.disputes import comparisons, of_claims

    proofs = of_claims(open_reader(settings.data_dir).proofs(), cards)
    found = comparisons(proofs)
    if as_json:
        say_json({"comparisons": differences.as_json(found)})
    else:
        say("\n".join(differences.as_text(found, proofs)))
    return int(differences.got_worse(found))
