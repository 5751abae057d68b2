"""`quizapp outline`."""

from __future__ import annotations

import sys

import typer

from quizapp.cli.composition import library, local_clock, now, settings_told
from quizapp.cli.notes import Notes, find_notes
from quizapp.cli.options import Json
from quizapp.printing import say, say_json


def outline(notes: Notes, as_json: Json = False) -> None:
    """Say what of your notes is on cards, and how well you know it.

    And what is still open; works while a session is open.

    Counted are the decks that name this file with `notes:`. Open is what the notes ask and no card does: see
    `quizapp draft --help` for what counts as asking. Exit 1 when a card names a section or a question that the notes
    do not have.
    """
    from quizapp.cards.covered import decks_about
    from quizapp.cards.notes import read_notes
    from quizapp.cli.progress import columns
    from quizapp.store.log import open_reader
    from quizapp.study.coverage import Learner, coverage
    from quizapp.study.coverage_words import lines
    from quizapp.study.disputes import doubtful
    from quizapp.study.scheduler import Scheduler
    from quizapp.study.words import counted

    settings = settings_told()
    path = find_notes(notes, settings)
    text = read_notes(path)
    found = library(settings)
    decks = decks_about(path.name, found.decks)
    cards = [card for deck in decks for card in deck.cards]
    log = open_reader(settings.data_dir)
    scheduler = Scheduler(settings.study, local_clock(settings))
    known = coverage(text, cards, Learner(log.states(), doubtful(log.proofs(), cards), scheduler, now()))
    if wrong := len(found.problems):
        say(f"{counted(wrong, 'problem')} in your decks; `quizapp check` lists them.", problem=True)
    if not decks:
        say(f"No deck names these notes; put `notes: {path.name}` at the top of one.", problem=True)
    if as_json:
        say_json({"notes": str(path), "decks": [deck.id for deck in decks], **known.as_dict()})
    else:
        say("\n".join(lines(known, path.name, columns(sys.stdout))))
    raise typer.Exit(1 if known.gone else 0)
