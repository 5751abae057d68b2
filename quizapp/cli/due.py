"""`quizapp due`."""

from __future__ import annotations

from quizapp.cli.composition import library, local_clock, now, settings_told
from quizapp.cli.options import Json
from quizapp.printing import say, say_json


def due(as_json: Json = False) -> None:
    """Say what is due today; works while a session is open."""
    from dataclasses import asdict

    from quizapp.store.log import open_reader
    from quizapp.study.disputes import disputed, summary
    from quizapp.study.queue import counts, counts_by_deck
    from quizapp.study.scheduler import Scheduler
    from quizapp.study.words import counted, held_back

    settings = settings_told()
    clock = local_clock(settings)
    decks = library(settings)
    log = open_reader(settings.data_dir)
    states, events = log.states(), log.events(since=clock.day(now()))
    study_of = (states, events, settings.study, Scheduler(settings.study, clock), now())
    total = counts(decks.cards.values(), *study_of)
    by_deck = counts_by_deck(decks, *study_of)
    in_doubt = disputed(log.proofs(), decks.cards.values())
    if wrong := len(decks.problems):
        say(f"{counted(wrong, 'problem')} in your decks; `quizapp check` lists them.", problem=True)
    if as_json:
        counted_decks = {deck: asdict(count) for deck, count in by_deck.items()}
        say_json({"total": asdict(total), "decks": counted_decks, "disputed": list(in_doubt)})
        return
    say(f"{total.total} to study: {total.due} due, {total.learning} in learning, {total.new} new")
    if total.held:
        say(f"{held_back(total.held)}.")
    for deck in decks.decks:
        count = by_deck[deck.id]
        waiting = f" ({count.held} held back)" if count.held else ""
        say(f"{count.due:6} due {count.learning:4} learning {count.new:4} new   {deck.title}{waiting}")
    say(summary(in_doubt.values()))
