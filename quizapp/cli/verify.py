"""`quizapp verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.options import Json
from quizapp.errors import ConfigError
from quizapp.printing import say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Library, Problem
    from quizapp.config import Settings
    from quizapp.lab.verification import Verification


def verify(
    decks: Annotated[list[str] | None, typer.Argument(help="Deck ids; all decks if none.")] = None,
    as_json: Json = False,
) -> None:
    """Run every claim; exit 1 when one does not hold.

    A claim does not hold when a check fails, or its code raises, dies or takes too long. Exit 2: all that ran hold, but
    some could not be read or run at all, or, where no deck is named, a folder with decks does not exist.
    """
    import asyncio

    from quizapp.cards.proof import Verdict
    from quizapp.config import missing_decks
    from quizapp.lab import verification

    settings = settings_told()
    known = library(settings)
    unread = [problem for problem in known.problems if not decks or problem.deck in decks]
    for problem in unread:
        say(f"not read: {problem}", problem=True)
    refuse_unknown(decks or [], known, unread)
    results = asyncio.run(verify_decks(settings, known, decks, quiet=as_json))
    verdicts = [result.run.verdict for result in results]
    if as_json:
        claims = [verification.as_json(result) for result in results]
        say_json({"claims": claims, "problems": [problem.as_dict() for problem in unread], "recorded": False})
    else:
        say(verification.sample_note(results))
        say(f"{verdicts.count(Verdict.VERIFIED)} of {len(verdicts)} runs verified")
    missing = not decks and missing_decks(settings)
    raise typer.Exit(verification.exit_code(verdicts) or (2 if unread or missing else 0))


def refuse_unknown(decks: list[str], known: Library, unread: list[Problem]) -> None:
    """Stop where a deck that was named is not there, unless it is one that could not be read."""
    there = [deck.id for deck in known.decks]
    if unknown := set(decks) - {*there, *(problem.deck for problem in unread)}:
        raise ConfigError(f"There is no deck {', '.join(sorted(unknown))}; there are {', '.join(there)}.")


async def verify_decks(
    settings: Settings, known: Library, decks: list[str] | None, *, quiet: bool
) -> list[Verification]:
    """Run the claims of some decks (None or empty: all), printing each as it ends unless `quiet`."""
    from quizapp.lab.client import Lab
    from quizapp.lab.trust import Trust
    from quizapp.lab.verification import as_text, verify

    trust = Trust(settings.data_dir)
    cards = [card for deck in known.decks if not decks or deck.id in decks for card in deck.cards]
    lab = Lab(settings.lab)
    results = []
    try:
        async for result in verify(cards, lab, trust.is_trusted):
            results.append(result)
            if not quiet:
                say(as_text(result))
    finally:
        await lab.close()
    return results
