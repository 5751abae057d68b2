"""`quizapp trust`: whose code may run. Every one of these works while a session is open."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from quizapp.cli.composition import library, settings_told
from quizapp.cli.options import Json
from quizapp.cli.verify import refuse_unknown
from quizapp.errors import ConfigError, LabError
from quizapp.printing import ask, say, say_json

if TYPE_CHECKING:
    from quizapp.cards.card import Card, Deck
    from quizapp.config import Settings
    from quizapp.lab.trust import Trust
    from quizapp.lab.trust_reading import Reading

GONE = "gone"
"""How something stands that is remembered, but of which there is no card any more."""

trust_app = typer.Typer(help="Say whose code may run.")


@trust_app.command("list")
def show(as_json: Json = False) -> None:
    """List the code that asks, and how it stands.

    The project's own, as it came, needs no asking.

    allowed: it may run. sandbox: it may where a sandbox holds it, as you were told when you said yes. new: you were not
    asked yet. changed: you allowed something else. never: nothing of its deck runs. refused: your key did not sign its
    permission. gone: there is no such card now.
    """
    from quizapp.lab.trust_standing import Standing

    settings = settings_told()
    trust = told(trust_of(settings))
    standings = {card.id.entry: trust.standing(card) for card in runnable(settings)}
    decks = sorted(trust.decisions.never)
    gone = sorted(trust.decisions.allowed.keys() - standings.keys())
    if as_json:
        code = [{"card": entry, "standing": standing} for entry, standing in standings.items()]
        code += [{"card": entry, "standing": GONE} for entry in gone]
        say_json({"code": code, "never": decks, "problem": trust.problem})
    else:
        for deck in decks:
            say(f"{Standing.NEVER:<8} {deck}: nothing of it runs")
        for entry, standing in standings.items():
            if standing not in {Standing.OWN, Standing.NEVER}:
                say(f"{standing:<8} {entry}")
        for entry in gone:
            say(f"{GONE:<8} {entry}")
        say(f"{list(standings.values()).count(Standing.OWN)} snippets are the project's own and need no asking.")
    raise typer.Exit(2 if trust.problem else 0)


@trust_app.command()
def allow(deck: Annotated[str, typer.Argument(help="A deck id.")]) -> None:
    """Show all the code of a deck; type yes to allow it.

    A card that changes or comes later asks again. Exit 1: you did not say yes.
    """
    from quizapp.cli.trust_text import printed
    from quizapp.lab.trust_standing import Standing
    from quizapp.study.words import counted

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise LabError(
            "Code is allowed only by one who can read it: run `quizapp trust allow` at a terminal, without a pipe."
        )
    settings = settings_told()
    cards = cards_of(settings, deck)
    trust = trust_of(settings)
    reading = told(trust)
    if all(reading.standing(card) in {Standing.OWN, Standing.ALLOWED} for card in cards):
        say(f"Nothing of {deck} needs asking: {counted(len(cards), 'snippet')}, the project's own or allowed before.")
        return
    for line in printed(cards, reading, settings.lab):
        say(line)
    if not typed_yes(f"Type yes to allow {counted(len(cards), 'snippet')}, each until it changes: "):
        say("Nothing was allowed.")
        raise typer.Exit(1)
    say(trust.allow(cards), problem=True)
    say(f"Allowed: {counted(len(cards), 'snippet')} of {deck}. `quizapp trust revoke {deck}` takes that back.")


@trust_app.command()
def revoke(
    names: Annotated[list[str] | None, typer.Argument(metavar="[DECK|DECK/CARD]...", help="What to forget.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Forget all that you decided.")] = False,
) -> None:
    """Forget what you decided: the code asks again."""
    trust = trust_of(settings_told())
    if bool(names) is everything:
        raise ConfigError("Name decks or cards, or say --all for everything; `quizapp trust list` lists them.")
    chosen = {name.partition("#")[0] for name in names or ()}
    remembered = told(trust).remembered
    known = remembered | {name.partition("/")[0] for name in remembered}
    if unknown := sorted(chosen - known):
        raise ConfigError(f"Nothing is remembered of {', '.join(unknown)}; `quizapp trust list` lists what is.")
    say(trust.revoke(known if everything else chosen), problem=True)
    say(f"Forgotten: {', '.join(sorted(chosen)) or 'everything'}. What is not the project's own asks again.")


@trust_app.command()
def diff(deck: Annotated[str | None, typer.Argument(help="A deck id; all decks if none.")] = None) -> None:
    """Show what changed since you allowed it."""
    from quizapp.cli.trust_text import changes
    from quizapp.lab.trust_standing import Standing

    settings = settings_told()
    trust = told(trust_of(settings))
    cards = cards_of(settings, deck) if deck else runnable(settings)
    changed = [card for card in cards if trust.standing(card) is Standing.CHANGED]
    for card in changed:
        for line in changes(card, trust.before(card)):
            say(line)
    if not changed:
        say("Nothing changed since it was allowed.")


def trust_of(settings: Settings) -> Trust:
    """Where the learner's decisions are kept."""
    from quizapp.lab.trust import Trust

    return Trust(settings.data_dir)


def told(trust: Trust) -> Reading:
    """What the learner decided; why it does not count is told on stderr."""
    reading = trust.reading()
    say(reading.problem, problem=True)
    return reading


def cards_of(settings: Settings, deck: str) -> list[Card]:
    """The cards of one deck that run something, siblings once.

    Raises:
        ConfigError: there is no such deck, or it cannot be read.
    """
    known = library(settings)
    unread = [problem for problem in known.problems if problem.deck == deck]
    refuse_unknown([deck], known, unread)
    for problem in unread:
        say(f"not read: {problem}", problem=True)
    found = [one for one in known.decks if one.id == deck]
    if not found:
        raise ConfigError(f"The deck {deck} cannot be read, so nothing of it can be allowed; `quizapp check` says why.")
    return once(found)


def runnable(settings: Settings) -> list[Card]:
    """Every card of every deck that runs something, siblings once."""
    return once(library(settings).decks)


def once(decks: Iterable[Deck]) -> list[Card]:
    """The cards that run something, one for each entry."""
    cards = {card.id.entry: card for deck in decks for card in deck.cards if card.snippet is not None}
    return list(cards.values())


def typed_yes(question: str) -> bool:
    """Whether the learner types yes, after the question: what was typed before it is no answer to it."""
    if sys.platform != "win32":
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    try:
        return ask(question).strip().lower() == "yes"
    except EOFError:
        return False
