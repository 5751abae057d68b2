"""A session whose cards were written anew goes on: what was rated, counted and undone stays."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.events import fold
from quizapp.study.memory import CardState, Rating
from tests.study.samples import DAY, MINUTE, NOW, SECOND, Learner, card, cards, scheduler


def learner(count: int = 3) -> Learner:
    return Learner(cards(count), scheduler())


def test_cards_come_as_they_are_written_now():
    someone = learner()
    new = replace(someone.cards[0], question="Said otherwise?")
    someone.session.replace_cards([new, *someone.cards[1:]], someone.now)
    assert someone.ask().card is new


def test_the_card_of_a_prompt_can_be_asked_again_whatever_comes_first_now():
    someone = learner()
    prompt = someone.ask()
    new = replace(prompt.card, question="Said otherwise?")
    someone.session.replace_cards([card("first"), *someone.cards[1:], new], someone.now)
    again = someone.session.ask_again(prompt, NOW)
    assert (again.card, again.seed, again.state) == (new, prompt.seed, prompt.state)
    assert again.previews == prompt.previews
    someone.session.replace_cards(someone.cards[1:], someone.now)
    assert someone.session.ask_again(prompt, NOW) is None


def test_a_card_that_is_gone_can_be_rated_as_it_was_asked_and_counts():
    someone = learner()
    prompt = someone.ask()
    someone.session.replace_cards(someone.cards[1:], someone.now)
    someone.take(someone.session.rate(prompt, Rating.AGAIN, NOW, duration=SECOND))
    progress = someone.session.progress
    assert (progress.done, progress.misses, progress.remaining) == (1, 1, 2)
    assert someone.session.missed == {prompt.card.id: 1}


def test_what_was_rated_before_it_was_gone_is_undone_and_its_card_comes_when_it_is_back():
    someone = learner()
    someone.rate()
    someone.session.replace_cards(someone.cards[1:], someone.now)
    someone.undo()
    assert someone.session.state(someone.cards[0].id) == CardState()
    assert someone.shown() == someone.cards[1].id
    someone.session.replace_cards(someone.cards, someone.now)
    assert someone.shown() == someone.cards[0].id


def test_a_new_card_that_has_a_past_goes_on_from_it():
    someone = learner()
    someone.rate(Rating.EASY)
    known = someone.session.state(someone.cards[0].id)
    someone.session.replace_cards(someone.cards[1:], someone.now)
    someone.session.replace_cards(someone.cards[:1], someone.now)
    assert someone.session.state(someone.cards[0].id) == known
    someone.pass_time((known.due_on - someone.scheduler.clock.day(NOW)).days * DAY)
    assert someone.session.next(someone.now).state == known


def test_what_is_left_is_said_of_the_day_on_which_they_come():
    someone = Learner(cards(3), scheduler(new_per_day=1))
    someone.rate(Rating.EASY)
    assert someone.session.progress.remaining == 0
    someone.session.replace_cards(someone.cards, someone.now + DAY)
    assert someone.session.progress.remaining == 1


@given(st.lists(st.one_of(st.sampled_from(Rating), st.sets(st.integers(0, 4)), st.just("undo")), max_size=30))
def test_no_rating_is_lost_however_often_cards_come_and_go(script):
    pool = cards(5)
    someone = Learner(pool, scheduler())
    for step in script:
        if isinstance(step, set):
            someone.session.replace_cards([pool[at] for at in sorted(step)], someone.now)
        elif step == "undo":
            someone.undo()
        else:
            someone.rate(step)
        someone.pass_time(MINUTE)
    known = {c.id: someone.session.state(c.id) for c in pool}
    assert {id_: state for id_, state in known.items() if state != CardState()} == {
        id_: state for id_, state in fold(someone.log).items() if state != CardState()
    }
    progress = someone.session.progress
    someone.cards = pool
    someone.restart()
    someone.ask()
    assert someone.session.progress.done == progress.done
