"""A card is introduced when those it comes after are learnt, and at last every card is."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards.card import Card
from quizapp.cards.identity import CardId
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.queue import Counts, counts, plan
from tests.study.samples import DAY, MINUTE, NOW, TODAY, Learner, card, cards, in_learning, in_review, scheduler


def after(later: Card, *first: Card) -> Card:
    return replace(later, before=tuple(one.id for one in first))


def queue(pool, states=None, **limits):
    rules = scheduler(**limits)
    return plan(pool, states or {}, [], rules.settings, rules, NOW)


A, B, C = cards(3)
IN_LEARNING = in_learning(NOW + MINUTE)


def test_a_new_card_is_held_back_until_what_comes_before_it_has_left_learning():
    pool = [after(A, B), B, C]
    assert queue(pool).new == (B.id, C.id)
    assert queue(pool, {B.id: IN_LEARNING}).new == (C.id,)
    assert queue(pool, {B.id: in_review(TODAY + DAY)}).new == (A.id, C.id)
    assert queue(pool, {B.id: replace(IN_LEARNING, state=State.RELEARNING)}).new == (A.id, C.id)


def test_every_deletion_of_a_cloze_counts():
    parts = [card("cloze", cloze=f"c{number}") for number in (1, 2)]
    pool = [*parts, after(A, *parts)]
    learnt = in_review(TODAY + DAY)
    assert A.id not in queue(pool, {parts[0].id: learnt}, bury_siblings=False).new
    assert A.id in queue(pool, {part.id: learnt for part in parts}).new


def test_what_is_suspended_or_in_no_deck_holds_nothing_back():
    assert queue([after(A, B), B], {B.id: CardState(suspended=True)}).new == (A.id,)
    assert queue([A]).new == (A.id,)  # `before` has loaded cards only


def test_a_buried_card_holds_back_for_it_comes_again_tomorrow():
    assert queue([after(A, B), B], {B.id: CardState(buried_on=TODAY)}).new == ()


def test_a_card_with_a_past_is_never_held_back():
    for past in (in_review(TODAY), in_learning(NOW - MINUTE)):
        assert queue([after(A, B), B], {A.id: past}).order[0] == A.id


def test_cards_of_decks_that_are_not_studied_count():
    other = card("x", deck="other")
    assert queue([after(A, other)]).new == ()
    assert queue([after(A, other)], {other.id: in_review(TODAY)}).new == (A.id,)


def test_what_is_held_back_takes_no_place_from_the_limit_and_is_counted_apart():
    pool = [after(A, C), B, C]
    found = queue(pool, new_per_day=2)
    assert found.new == (B.id, C.id)
    assert found.counts == Counts(new=2, held=1)
    assert queue(pool, new_per_day=0).counts == Counts(held=1)
    rules = scheduler()
    assert counts([after(A, C)], {}, [], rules.settings, rules, NOW) == Counts(held=1)
    assert Counts(held=1).total == 0


def test_all_that_is_held_back_is_counted_whatever_comes_today():
    parts = [after(card("cloze", cloze=f"c{number}"), A) for number in (1, 2)]
    for limit in (1, 20, 400):
        assert queue([A, *parts, after(B, C), C], new_per_day=limit).counts.held == 3
    hidden = {parts[0].id: CardState(suspended=True), parts[1].id: CardState(buried_on=TODAY)}
    assert queue(parts, hidden).counts.held == 0


def test_nothing_is_blamed_for_holding_back_what_the_limit_would_not_let_come():
    def blamed(limit):
        learner = Learner([after(A, B), B], scheduler(new_per_day=limit))
        learner.rate(Rating.AGAIN)
        return learner.session.held_back_by

    assert blamed(1) == ()
    assert blamed(2) == (B.id,)


def test_a_card_that_graduates_frees_what_it_held_back_at_once_and_undoing_it_takes_that_back():
    learner = Learner([after(A, B), B], scheduler())
    learner.rate()
    assert learner.session.held_back_by == (B.id,)
    assert learner.shown() == B.id  # shown ahead
    learner.rate(Rating.EASY)
    assert learner.shown() == A.id
    assert learner.session.held_back_by == ()
    learner.undo()
    assert learner.session.progress.counts == Counts(learning=1, held=1)


def test_an_undone_card_is_asked_again():
    learner = Learner([after(A, B), B], scheduler(learning_steps=()))
    learner.rate()
    learner.rate()
    learner.undo()
    assert learner.shown() == A.id


@st.composite
def orders(draw) -> list[Card]:
    """Cards, some of them parts of a cloze, each after some that come earlier in another order than the deck's."""
    parts = [
        [card(f"c{number}", cloze=f"c{part}") for part in range(1, width + 1)] if width > 1 else [card(f"c{number}")]
        for number, width in enumerate(draw(st.lists(st.integers(1, 3), min_size=1, max_size=6)))
    ]
    made = []
    for number, entry in enumerate(parts):
        first = draw(st.lists(st.sampled_from(parts[:number]), unique_by=id)) if number else []
        made.append([after(part, *(one for other in first for one in other)) for part in entry])
    return [part for entry in draw(st.permutations(made)) for part in entry]


@settings(max_examples=60, deadline=None)
@given(orders(), st.integers(1, 4), st.integers(0, 99))
def test_every_card_is_introduced_at_last_and_none_before_its_time(pool, limit, seed):
    chance = random.Random(seed)
    learner = Learner(pool, scheduler(new_per_day=limit))
    first: dict[CardId, tuple[CardId, ...]] = {one.id: one.before for one in pool}
    met: set[CardId] = set()
    for _ in range(60):
        while (shown := learner.shown()) is not None:
            if shown not in met:
                states = [learner.session.state(one).state for one in first[shown]]
                assert all(state in {State.REVIEW, State.RELEARNING} for state in states)
                met.add(shown)
            learner.rate(chance.choice([Rating.AGAIN, Rating.GOOD, Rating.GOOD, Rating.EASY]))
            learner.pass_time(MINUTE)
        if len(met) == len(pool):
            return
        learner.pass_time(DAY)
        learner.restart()
    raise AssertionError(f"after 60 days {first.keys() - met} were not introduced")
