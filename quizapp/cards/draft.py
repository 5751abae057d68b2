"""A deck drafted from notes: a stub for each thing that they ask, in their own words, and no answer.

A stub lacks its `answer:` on purpose: until it is written, `check` names the card and the quiz leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import PurePath

from quizapp.cards.asked import Asked, shown
from quizapp.cards.mending.ids import add_missing_ids, fresh, slug
from quizapp.cards.sanitize import clean

MOST = 200
"""Stubs of one draft, so that the deck is never too large to be read."""

HEAD = """\
# Drafted from {notes}: each card is something that the notes ask, word for word.
# Write each `answer:` (or a choice, cloze, typed or predict card), reword the questions, delete what is no question.
# Until a card has its answer, `quizapp check` names it and the quiz leaves it out. Where you reword a question,
# `asks: [the notes' words]` has `quizapp outline {notes}` know it all the same.
deck: {deck}
title: {title}
notes: {name}
cards:
"""


def draft(found: Sequence[Asked], notes: str, taken: Collection[str] = ()) -> str:
    """The YAML of a deck that is right but for the missing answers.

    Args:
        found: What the notes ask, one thing or more; the first `MOST` are drafted.
        notes: The name of their file.
        taken: Ids of the decks that there are.
    """
    notes = clean(notes, newlines=False)
    stem = PurePath(notes).stem
    deck = fresh(slug(stem) or "notes", set(taken))
    head = HEAD.format(notes=notes, deck=deck, title=_quoted(stem), name=_quoted(notes))
    text, _ = add_missing_ids(head + "\n".join(_stub(one, notes) for one in found[:MOST]))
    return text


def _stub(one: Asked, notes: str) -> str:
    """One card without id and answer."""
    about = f"{notes}:{one.line}" + (", to be done: make a question of it" if one.todo else "")
    section = [f"section: {_quoted(shown(one.section.title))}"] if one.section else []
    first, *rest = [*section, "question: |", f"  {one.text}", "# answer:"]
    return "\n".join([f"  # {about}", f"  - {first}", *(f"    {line}" for line in rest), ""])


def _quoted(text: str) -> str:
    """A text as YAML in double quotes, on one line."""
    return json.dumps(text, ensure_ascii=False)
