"""What only all decks together can tell of the order in which cards come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from quizapp.cards.after import MOST, Circle, circle_told, entry_named, near, unknown_card
from quizapp.cards.card import Card, Problem
from quizapp.cards.content import Written, brief
from quizapp.cards.loaded import Loaded


def wrong_order(kept: Mapping[str, Loaded], circles: Iterable[Circle]) -> list[Problem]:
    """Names of cards that their deck does not have, and ways that lead round in a circle.

    Args:
        kept: The decks, by id.
        circles: What `in_order` says of them.
    """
    return [*islice(_unknown_cards(kept), MOST), *(_circle(kept, circle) for circle in circles)]


def unknown_decks(kept: Mapping[str, Loaded], known: Collection[str]) -> list[Problem]:
    """Names of cards in decks that are not there; they hold nothing back, so each is only a suggestion."""
    return list(islice(_unknown_decks(kept, known), MOST))


def _elsewhere(kept: Mapping[str, Loaded]) -> Iterator[tuple[Loaded, Card, int, str]]:
    """Every name of a card in another deck, with the card that gives it and its index there."""
    for loaded in kept.values():
        for card in {card.id.entry: card for card in (loaded.deck.cards if loaded.deck else ())}.values():
            for index, name in enumerate(card.entry.after):
                if entry_named(name, card.id.deck).partition("/")[0] != card.id.deck:
                    yield loaded, card, index, name.strip()


def _unknown_cards(kept: Mapping[str, Loaded]) -> Iterator[Problem]:
    for loaded, card, index, name in _elsewhere(kept):
        deck, _, wanted = name.partition("/")
        if deck in kept and wanted not in kept[deck].ids:
            meant = near(wanted, kept[deck].ids)
            yield _problem(loaded, card, index, unknown_card(name, f"deck '{deck}'", meant and f"{deck}/{meant}"))


def _unknown_decks(kept: Mapping[str, Loaded], known: Collection[str]) -> Iterator[Problem]:
    for loaded, card, index, name in _elsewhere(kept):
        deck = name.partition("/")[0]
        if deck not in known:
            meant = near(deck, known)
            correction = f"; did you mean '{meant}'?" if meant else "."
            yield _problem(
                loaded,
                card,
                index,
                f"no deck '{deck}' was read, so '{name}' in `after` of {{card}} waits for nothing{correction}",
            )


def _circle(kept: Mapping[str, Loaded], circle: Circle) -> Problem:
    """At the name with which the first card of the circle leads into it."""
    deck, _, card_id = circle[0].partition("/")
    loaded = kept[deck]
    card = next(card for card in loaded.deck.cards if card.id.card == card_id) if loaded.deck else None
    assert card is not None  # circles are made of the cards of these decks
    names = [entry_named(name, deck) for name in card.entry.after]
    return _problem(loaded, card, names.index(circle[1]), circle_told(circle, deck))


def _problem(loaded: Loaded, card: Card, index: int, message: str) -> Problem:
    at: Written = loaded.after[card.id.card][index]
    told = brief(message.replace("{card}", f"card '{card.id.card}'"))
    return Problem(card.path, at.line, told, card.id.card, card.id.deck, at.column, at.width)
