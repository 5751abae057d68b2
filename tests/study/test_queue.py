from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.card import Deck, Library
from quizapp.study.memory import CardState, Rating, State
from quizapp.study.queue import Counts, counts, counts_by_deck, plan
from tests.study.samples import DAY, MINUTE, NOW, TODAY, Learner, card, cards, in_learning, in_review, scheduler


def order(pool, states=None, events=(), now=NOW, **settings):
    rules = scheduler(**settings)
    return [str(id_) for id_ in plan(pool, states or {}, list(events), rules.settings, rules, now).order]


def count(pool, states=None, events=(), now=NOW, **settings):
    rules = scheduler(**settings)
    return counts(pool, states or {}, list(events), rules.settings, rules, now)


def test_learning_cards_that_are_due_come_first_the_longest_due_before_the_others():
    pool = cards(4)
    states = {
        pool[1].id: in_learning(NOW - MINUTE),
        pool[2].id: in_learning(NOW - 9 * MINUTE),
        pool[3].id: in_review(TODAY),
    }
    assert order(pool, states)[:2] == ["deck/c02", "deck/c01"]


def test_reviews_come_least_likely_remembered_first():
    pool = cards(3)
    stabilities = (30.0, 3.0, 300.0)
    states = {c.id: in_review(TODAY, s) for c, s in zip(pool, stabilities, strict=True)}
    assert order(pool, states) == ["deck/c01", "deck/c00", "deck/c02"]


def test_a_card_due_on_a_later_study_day_waits():
    pool = cards(1)
    assert order(pool, {pool[0].id: in_review(TODAY + DAY)}) == []


def test_new_cards_come_in_deck_order():
    assert order(cards(5)) == [f"deck/c{i:02}" for i in range(5)]


def test_new_cards_are_spread_evenly_among_reviews():
    pool = cards(12)
    states = {c.id: in_review(TODAY) for c in pool[:9]}
    kinds = ["new" if name in {"deck/c09", "deck/c10", "deck/c11"} else "review" for name in order(pool, states)]
    assert [index for index, kind in enumerate(kinds) if kind == "new"] == [2, 6, 10]


def test_the_order_made_in_the_morning_is_kept_after_every_answer():
    pool = cards(14)
    start = {c.id: in_review(TODAY, 5.0 + i) for i, c in enumerate(pool[:9])}
    learner = Learner(pool, scheduler(learning_steps=(), relearning_steps=()), start=start)
    morning = plan(pool, start, [], learner.scheduler.settings, learner.scheduler, NOW).order
    served = []
    while (shown := learner.shown()) is not None:
        served.append(shown)
        learner.rate()
    assert served == morning


def test_learning_cards_are_shown_ahead_only_when_nothing_else_is_left():
    pool = cards(2)
    states = {pool[0].id: in_learning(NOW + 15 * MINUTE)}
    assert order(pool, states) == ["deck/c01"]
    assert order(pool[:1], states) == ["deck/c00"]
    assert order(pool[:1], {pool[0].id: in_learning(NOW + 21 * MINUTE)}) == []


def test_suspended_and_buried_cards_are_left_out():
    pool = cards(3)
    states = {
        pool[0].id: in_review(TODAY, suspended=True),
        pool[1].id: in_review(TODAY, buried_on=TODAY),
        pool[2].id: in_review(TODAY, buried_on=TODAY - DAY),
    }
    assert order(pool, states) == ["deck/c02"]
    assert count(pool, states) == Counts(due=1)


def test_states_of_cards_that_are_in_no_deck_are_ignored():
    states = {card("gone").id: in_review(TODAY)}
    assert order(cards(1), states) == ["deck/c00"]
    assert len(states) == 1


# -- siblings ----------------------------------------------------------------------------------------------------

SIBLINGS = [card("cloze", cloze=f"c{i}") for i in (1, 2, 3)]


def test_only_one_of_several_siblings_is_served_a_day():
    assert order(SIBLINGS) == ["deck/cloze#c1"]
    assert count(SIBLINGS) == Counts(new=1)
    assert len(order(SIBLINGS, bury_siblings=False)) == 3


def test_the_sibling_least_likely_remembered_is_the_one():
    states = {c.id: in_review(TODAY, s) for c, s in zip(SIBLINGS, (30.0, 3.0, 300.0), strict=True)}
    assert order(SIBLINGS, states) == ["deck/cloze#c2"]


def test_siblings_of_a_card_answered_today_wait_until_tomorrow():
    learner = Learner(SIBLINGS, scheduler(learning_steps=()))
    learner.rate()
    assert learner.shown() is None
    learner.pass_time(DAY)
    learner.restart()
    assert str(learner.shown()) == "deck/cloze#c2"


def test_an_undone_answer_hides_no_sibling():
    learner = Learner(SIBLINGS, scheduler(learning_steps=()))
    learner.rate()
    learner.undo()
    learner.take(learner.session.suspend(SIBLINGS[0], learner.now))
    assert str(learner.shown()) == "deck/cloze#c2"


def test_a_card_in_learning_comes_back_though_its_sibling_was_answered():
    states = {SIBLINGS[0].id: in_learning(NOW), SIBLINGS[1].id: in_learning(NOW)}
    assert len(order(SIBLINGS, states)) == 2


# -- limits ------------------------------------------------------------------------------------------------------


def test_limits_cut_what_is_served():
    pool = cards(60)
    states = {c.id: in_review(TODAY) for c in pool[:30]}
    assert count(pool, states, new_per_day=4, reviews_per_day=7) == Counts(due=7, new=4)
    assert len(order(pool, states, new_per_day=4, reviews_per_day=7)) == 11
    assert count(pool, states, new_per_day=0, reviews_per_day=0) == Counts()


def test_what_was_answered_today_is_taken_from_the_limits_and_what_was_undone_is_not():
    pool = cards(20)
    start = {c.id: in_review(TODAY) for c in pool[:10]}
    rules = scheduler(new_per_day=3, reviews_per_day=5, learning_steps=(), relearning_steps=())
    learner = Learner(pool, rules, start=start)
    for left in range(7, -1, -1):
        learner.rate()
        learner.restart()
        assert learner.session.progress.counts.total == left
    assert learner.rate() is None
    learner.undo()
    assert learner.session.progress.counts.total == 1


def test_the_limits_begin_anew_with_the_study_day_not_with_midnight():
    learner = Learner(cards(9), scheduler(new_per_day=2, learning_steps=()))
    learner.rate()
    learner.rate()
    learner.now = learner.scheduler.clock.start(TODAY + DAY) - timedelta(seconds=1)  # 03:59:59 in Berlin
    assert learner.shown() is None
    learner.pass_time(timedelta(seconds=1))
    assert learner.shown() is not None


def test_each_deck_counts_what_studying_it_alone_would_serve():
    decks = [Deck(name, name, tuple(cards(9, name)), Path("x.yaml")) for name in ("one", "two")]
    rules = scheduler(new_per_day=5)
    found = counts_by_deck(Library(tuple(decks)), {}, [], rules.settings, rules, NOW)
    assert found == {"one": Counts(new=5), "two": Counts(new=5)}
    assert count([c for deck in decks for c in deck.cards], new_per_day=5) == Counts(new=5)


def test_learning_cards_due_later_today_are_counted_and_tomorrows_are_not():
    pool = cards(3)
    states = {
        pool[0].id: in_learning(NOW - MINUTE),
        pool[1].id: in_learning(NOW + 5 * 60 * MINUTE),
        pool[2].id: in_learning(NOW + DAY),
    }
    assert count(pool, states) == Counts(learning=2)


# -- the same for everybody --------------------------------------------------------------------------------------

states_ = st.one_of(
    st.just(CardState()),
    st.builds(in_review, st.integers(-40, 5).map(lambda d: TODAY + d * DAY), st.floats(0.1, 400)),
    st.builds(in_learning, st.integers(-90, 900).map(lambda m: NOW + m * MINUTE)),
).flatmap(lambda s: st.sampled_from([s, s, s, replace(s, suspended=True), replace(s, buried_on=TODAY)]))


@given(st.lists(states_, max_size=40), st.integers(0, 30), st.integers(0, 30), st.randoms(use_true_random=False))
def test_the_queue_is_the_same_however_the_states_are_listed(states, new, reviews, chance: random.Random):
    pool = cards(len(states))
    pairs = list(zip((c.id for c in pool), states, strict=True))
    first = order(pool, dict(pairs), new_per_day=new, reviews_per_day=reviews)
    chance.shuffle(pairs)
    assert order(pool, dict(pairs), new_per_day=new, reviews_per_day=reviews) == first


@given(st.lists(states_, max_size=40), st.integers(0, 30), st.integers(0, 30))
def test_the_queue_holds_each_card_once_and_keeps_the_limits(states, new, reviews):
    pool = cards(len(states))
    known = {c.id: s for c, s in zip(pool, states, strict=True)}
    rules = scheduler(new_per_day=new, reviews_per_day=reviews)
    found = plan(pool, known, [], rules.settings, rules, NOW)
    assert len(set(found.order)) == len(found.order)
    assert found.counts.new <= new
    assert found.counts.due <= reviews
    for id_ in found.order:
        state = known[id_]
        assert not state.suspended
        assert state.buried_on != TODAY
        assert state.state is not State.REVIEW or state.due_on <= TODAY


def test_ties_fall_differently_every_day_and_alike_on_every_machine():
    pool = cards(30)
    today = order(pool, {c.id: in_review(TODAY) for c in pool})
    tomorrow = order(pool, {c.id: in_review(TODAY) for c in pool}, now=NOW + DAY)
    assert sorted(today) == sorted(tomorrow)
    assert today != tomorrow
    assert today[:3] == ["deck/c13", "deck/c01", "deck/c27"]


@pytest.mark.parametrize("rating", list(Rating))
def test_a_card_just_answered_is_not_the_next_while_another_is_left(rating):
    learner = Learner(cards(3), scheduler())
    first = learner.shown()
    learner.rate(rating)
    assert learner.shown() != first
