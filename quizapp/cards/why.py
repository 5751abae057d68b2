"""Why a mistake is one, where its sentence, which says what to do, does not say it."""

from __future__ import annotations

REASONS = (
    ("unknown key", "A key that is not known would be passed over, and what stands there with it."),
    ("has no `id`", "A card's history hangs on its id, so that it can be reworded and moved; `--fix` makes one."),
    ("which is no id", "Ids stand in the log, in `deck/card` and on the command line: no spaces, no slashes."),
    ("has the id of the card in line", "Two cards with one id would share one history."),
    ("accents written as separate characters", "Two spellings that look the same would be two histories."),
    ("rename one of them", "The history of a deck hangs on its id; only a copy of a shipped deck may share one."),
    ("it decides how the card is answered", "Each of these keys makes another kind of card."),
    ("is used nowhere", "A value that is neither shown nor run with changes nothing."),
    ("claims nothing", "Only an `assert` can fail, so without one a run proves nothing."),
    ("has nothing to run for its prediction", "What is right is not written in the deck: the model says it."),
    ("is not a Python expression", "It is evaluated after the code, so it is one expression, no assignment."),
    ("is not replaced in it", "Drawn values are shown, not put into answers; `predict` compares with the run."),
    ("are not used in decks", "A deck is plain text: nothing in it may stand for something else, or build anything."),
    ("a tab;", "YAML does not count tabs, because nobody sees how wide they are."),
    ("the invisible character", "What cannot be seen can make code read otherwise than it runs."),
    ("here a second time", "YAML would keep one of them and say nothing."),
    ("a `:` where none can be", "A colon with a space after it ends a key."),
    ("must be in quotes", "Where a text begins, this sign means something to YAML."),
    ("without quotes", "In quotes it is a text; and of all words only `true` and `false` are more than that."),
    ("none could be the first", "A card waits until those that it comes after are learnt: here all would wait."),
    ("does not have;", "What is not there cannot be learnt, so this name holds nothing back."),
    ("comes after itself", "It would wait for itself for ever."),
    ("cannot fail", "A proof is worth what it could have refuted."),
    ("nothing proves what is claimed", "Without a run you learn what the card's author believed."),
    ("changes what is asked but not what is run", "Every draw would have the same answer."),
    ("mentions nothing that was run", "The learner would predict what was written, not what the model does."),
)
"""A part of the sentence, and the reason."""


def why(message: str) -> str:
    """The reason behind a sentence, or nothing where that says it all."""
    return next((reason for part, reason in REASONS if part in message), "")
