"""All decks of some folders, and what is wrong with the rest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from quizapp.cards.across import unknown_decks, wrong_order
from quizapp.cards.after import in_order
from quizapp.cards.cache import read_cached
from quizapp.cards.card import Deck, Library, Problem
from quizapp.cards.content import Content, Fault
from quizapp.cards.expansion import expand
from quizapp.cards.files import deck_files, is_deck_name, read_bytes
from quizapp.cards.loaded import Loaded
from quizapp.cards.reading import read_text

REMEMBERED = 100
"""Files, or versions of one, of which the cards are kept in memory: about 1 MB for 300 cards."""


def load_library(
    folders: Sequence[Path], *, shipped: Path | None = None, cache: Path | None = None, whole: bool = True
) -> Library:
    """Read every deck of the folders.

    A deck id belongs to the first file that has it, except that a deck in a later folder takes the place of a
    shipped one: whoever edits a shipped card does so in a copy.

    Args:
        folders: Folders, read recursively in a fixed order, or single files; a folder that is missing is empty.
        shipped: The folder of the project's own decks.
        cache: A folder for what was parsed; None parses every time.
        whole: These are all decks that there are, so it is worth saying where a card names one of another deck.
    """
    kept: dict[str, Loaded] = {}
    problems: list[Problem] = []
    suggestions: list[Problem] = []
    for path in deck_files(folders):
        loaded = load_file(path, shipped=shipped, cache=cache)
        problems.extend(loaded.problems)
        suggestions.extend(loaded.suggestions)
        if loaded.deck is None:
            continue
        first = kept.get(loaded.deck.id)
        if first is None or first.deck is None or (first.deck.shipped and not loaded.deck.shipped):
            kept[loaded.deck.id] = loaded
        else:
            place = f"{first.deck.path}:{first.line}"
            message = f"deck '{loaded.deck.id}' is also {place}; rename one of them."
            problems.append(Problem(path, loaded.line, message, deck=loaded.deck.id))
    decks, circles = in_order([loaded.deck for loaded in kept.values() if loaded.deck])
    known = {*kept, *(problem.deck for problem in problems if problem.deck)}
    suggestions += unknown_decks(kept, known) if whole else []
    return Library(decks, (*problems, *wrong_order(kept, circles)), tuple(suggestions))


def load_file(path: Path, *, shipped: Path | None = None, cache: Path | None = None) -> Loaded:
    """Read one deck file; a file that cannot be read is a problem too."""
    try:
        data = read_bytes(path)
    except OSError as error:
        problem = Problem(path, 1, f"cannot be read: {error.strerror or error}.")
        return Loaded(None, (problem,), 1)
    if not is_deck_name(path):
        problem = Problem(path, 1, "this is no deck file, for the name of one ends in `.yaml` or `.yml`.")
        return Loaded(None, (problem,), 1)
    return _read(data, path, _inside(path, shipped), cache)


@lru_cache(maxsize=REMEMBERED)
def _read(data: bytes, path: Path, is_shipped: bool, cache: Path | None) -> Loaded:
    """One file by its bytes: when one of many is saved, only that is read anew, and the entries of the rest stay."""
    return _loaded(read_cached(data, cache), path, is_shipped=is_shipped)


def load_text(text: str, path: Path, *, is_shipped: bool = False) -> Loaded:
    """Read a deck from its text, as for an editor or a test; `path` is only said, never opened."""
    return _loaded(read_text(text), path, is_shipped=is_shipped)


def _inside(path: Path, folder: Path | None) -> bool:
    return folder is not None and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _loaded(content: Content, path: Path, *, is_shipped: bool) -> Loaded:
    problems = tuple(_problem(path, fault, content.deck) for fault in content.faults)
    if content.header is None:
        return Loaded(None, problems, content.line)
    header = content.header
    cards = tuple(card for item in content.entries for card in expand(header.deck, item.entry, path, item.line))
    deck = Deck(header.deck, header.title.strip(), cards, path, header.notes, is_shipped)
    after = {item.entry.id: item.after for item in content.entries if item.after}
    suggestions = tuple(_problem(path, fault, content.deck) for fault in content.suggestions)
    return Loaded(deck, problems, content.line, suggestions, content.ids, after)


def _problem(path: Path, fault: Fault, deck: str | None) -> Problem:
    return Problem(path, fault.line, fault.message, fault.card, deck, fault.column, fault.width)
