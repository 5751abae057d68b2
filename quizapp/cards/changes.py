"""Two readings of the decks compared: what changed from one to the next, in words, and what outlives a broken file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.cards.after import in_order
from quizapp.cards.card import Card, Deck, Library, Problem


def kept(before: Library, now: Library) -> Library:
    """The decks as they are now, and for what cannot be read now the last good version of it.

    A file that is saved half-way, or with a slip in it, so takes no card away; one that is gone, or that does not have
    a card any more and is right, does.
    """
    doubtful = _by_path(now.problems)
    read, there = {deck.path for deck in now.decks}, {deck.id: deck for deck in now.decks}
    decks = list(now.decks)
    for at, old in enumerate(before.decks):
        new = there.get(old.id)
        if old.path not in read and not doubtful.keys().isdisjoint({old.path, *old.path.parents}):
            decks = _with_deck(decks, at, old)
        elif new is not None and new.path in doubtful:
            decks[decks.index(new)] = _with_cards(new, old, {problem.card for problem in doubtful[new.path]})
    return now if decks == list(now.decks) else replace(now, decks=_ordered(decks))


def _ordered(decks: Iterable[Deck]) -> tuple[Deck, ...]:
    """The decks, each card knowing which of these cards come before it."""
    plain = [replace(deck, cards=tuple(replace(card, before=()) for card in deck.cards)) for deck in decks]
    return in_order(plain)[0]


def _by_path(problems: Iterable[Problem]) -> dict[Path, list[Problem]]:
    found: dict[Path, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.path, []).append(problem)
    return found


def _with_deck(decks: list[Deck], at: int, old: Deck) -> list[Deck]:
    """The decks with an old one in the place of another that has its id now, or at its own place."""
    if any(deck.id == old.id for deck in decks):
        return [old if deck.id == old.id else deck for deck in decks]
    return [*decks[:at], old, *decks[at:]]


def _with_cards(new: Deck, old: Deck, doubtful: set[str | None]) -> Deck:
    """A deck with those cards of its earlier version that may only be missing because of something wrong.

    Args:
        new: As it is now.
        old: As it was.
        doubtful: The ids of cards in which something is wrong; None where it is in no card that could be named.
    """
    there = {card.id.card for card in new.cards}
    cards = list(new.cards)
    for at, card in enumerate(old.cards):
        if card.id.card not in there and not doubtful.isdisjoint({card.id.card, None}):
            cards.insert(at, card)
    return replace(new, cards=tuple(cards))


def same(one: Card, other: Card) -> bool:
    """Whether two versions of a card say the same, wherever they stand; 1, 1.0 and True are not the same."""
    old, new = one.entry, other.entry
    return old is new or (old == new and old.model_dump_json() == new.model_dump_json())


@dataclass(frozen=True, slots=True)
class News:
    """What a learner should know of a new reading of the decks; false where it says the same as the one before."""

    wrong: str = ""
    """What is wrong now and was not before."""
    different: str = ""
    """Which cards are new, changed or gone."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.wrong, self.different)))

    def __bool__(self) -> bool:
        return bool(self.wrong or self.different)


def told(before: Library, now: Library, after: Library) -> News:
    """What is new in a reading of the decks, in sentences.

    Args:
        before: As `kept` left it.
        now: As it was read.
        after: What `kept` makes of the two.
    """
    known = {(problem.path, problem.message) for problem in before.problems}
    problems = [problem for problem in now.problems if (problem.path, problem.message) not in known]
    return News(_problem(problems, before, now), _changed(_changes(before, after)) or _mended(before, now, problems))


# -- what is wrong now -------------------------------------------------------------------------------------------


def _problem(problems: list[Problem], before: Library, now: Library) -> str:
    """The first of the problems, what it leaves, and how many there are besides."""
    if not problems:
        return ""
    first = problems[0]
    more = f" There is more: `quizapp check` lists all {len(problems)}." if len(problems) > 1 else ""
    return f"{first.path.name}:{first.line}: {first.message} {_left(first.path, before, now)}".rstrip() + more


def _left(path: Path, before: Library, now: Library) -> str:
    """What there is still of a file in which something is wrong."""
    deck = next((deck for deck in now.decks if deck.path == path), None)
    if deck is None:
        count = sum(len(deck.cards) for deck in before.decks if path in {deck.path, *deck.path.parents})
        return f"(The last good version stays: {_cards(count)}.)" if count else ""
    wrong = {problem.card for problem in now.problems if problem.path == path}
    fine = sum(card.id.card not in wrong for card in deck.cards)
    return f"(The other {fine} are fine.)" if fine > 1 else "(The other one is fine.)" if fine else ""


def _mended(before: Library, now: Library, problems: list[Problem]) -> str:
    """That a file is in order which was not."""
    wrong = {problem.path for problem in now.problems}
    mended = dict.fromkeys(problem.path.name for problem in before.problems if problem.path not in wrong)
    return f"Nothing is wrong with {', '.join(mended)} any more." if mended and not problems else ""


# -- what is different now ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """What is different in one deck, or in one file that has another deck now."""

    before: Deck | None
    now: Deck | None
    new: int
    changed: int
    gone: int

    @property
    def sentence(self) -> str:
        old, new = self.before, self.now
        if new is None:
            return f"{_name(old)} is gone: {_cards(self.gone)} with it; what you know of them is kept."
        if old is None:
            return f"{_name(new)} is new: {_cards(self.new)}."
        if old.id != new.id:
            hint = f"`deck: {old.id}` brings back what you knew"
            return f"{_name(new)} is deck '{new.id}' now, not '{old.id}': {_cards(self.new)} new; {hint}."
        return f"{_file(old, new)}: {_tally([self]) or _heading(old, new)}."


def _changes(before: Library, now: Library) -> list[_Change]:
    """Deck by deck, what is different; a file that has another deck now is told as one change."""
    was, there = ({deck.id: deck for deck in library.decks} for library in (before, now))
    moved = {deck.path: deck for deck in before.decks if deck.id not in there}
    pairs = [(was.get(deck.id) or moved.pop(deck.path, None), deck) for deck in now.decks]
    found = [_change(old, new) for old, new in pairs]
    return [change for change in found if change] + [_Change(d, None, 0, 0, len(d.cards)) for d in moved.values()]


def _change(old: Deck | None, new: Deck) -> _Change | None:
    was = {card.id: card for card in old.cards} if old else {}
    there = {card.id: card for card in new.cards}
    changed = sum(id_ in was and not same(card, was[id_]) for id_, card in there.items())
    change = _Change(old, new, len(there.keys() - was.keys()), changed, len(was.keys() - there.keys()))
    if old and not _tally([change]) and (old.title, old.notes, old.path) == (new.title, new.notes, new.path):
        return None
    return change


def _changed(changes: list[_Change]) -> str:
    """One sentence: on the file that changed, or on all that did."""
    if len(changes) == 1:
        return changes[0].sentence
    return f"{len(changes)} deck files changed: {_tally(changes) or 'no card'}." if changes else ""


def _file(old: Deck, new: Deck) -> str:
    """What became of the file of a deck."""
    if old.path == new.path:
        return f"{_name(new)} was saved"
    if old.shipped and not new.shipped:
        return f"{_name(new)} takes the place of the shipped deck"
    if new.shipped and not old.shipped:
        return f"{_name(old)} is gone and the shipped deck is back"
    return f"{_name(old)} is {_name(new)} now"


def _heading(old: Deck, new: Deck) -> str:
    """What differs where no card does."""
    parts = [name for name in ("title", "notes") if getattr(old, name) != getattr(new, name)]
    return f"another {' and '.join(parts)}" if parts else "the cards are the same"


def _tally(changes: list[_Change]) -> str:
    """`2 cards new, 1 changed, 1 gone`; what is 0 is left out."""
    counts = ((sum(getattr(change, what) for change in changes), what) for what in ("new", "changed", "gone"))
    parts = [f"{count} {what}" for count, what in counts if count]
    if not parts:
        return ""
    count, what = parts[0].split()
    return ", ".join([f"{_cards(int(count))} {what}", *parts[1:]])


def _cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"


def _name(deck: Deck | None) -> str:
    return deck.path.name if deck else ""
