from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from quizapp.study.events import Event, EventKind, fold, last_undoable, standing
from quizapp.study.memory import CardState, Rating
from quizapp.study.replay import replay
from tests.study.samples import NOW, TODAY, Learner, cards, in_review, scheduler


def learner() -> Learner:
    return Learner(cards(3), scheduler())


def test_the_fold_of_a_log_is_the_state_after_each_cards_last_event():
    someone = learner()
    first = someone.rate(Rating.GOOD)
    second = someone.rate(Rating.EASY)
    assert fold(someone.log) == {first.card: first.after, second.card: second.after}
    assert fold([]) == {}


def test_undo_goes_back_one_action_at_a_time_and_then_has_nothing_left():
    someone = learner()
    actions = [someone.rate(), someone.take(someone.session.bury(someone.cards[1], NOW)), someone.rate()]
    for action in reversed(actions):
        assert last_undoable(someone.log) is action
        someone.undo()
    assert last_undoable(someone.log) is None


def test_an_undo_of_an_event_before_the_part_that_was_read_changes_nothing():
    someone = learner()
    someone.rate()
    undo = someone.undo()
    assert standing([undo]) == []
    assert last_undoable([undo]) is None


def test_replay_starts_anew_at_a_reset_and_believes_a_reschedule():
    someone = learner()
    review = someone.rate(Rating.EASY)
    reset = replace(review, id=UUID(int=50), kind=EventKind.RESET, review=None, before=review.after, after=CardState())
    moved = replace(reset, id=UUID(int=51), kind=EventKind.RESCHEDULE, after=in_review(TODAY))
    weights = Event(UUID(int=52), EventKind.PARAMETERS, NOW, review.offset, TODAY, parameters=(1.0,) * 21)
    for log in ([review, reset], [review, reset, weights], [review, reset, moved]):
        assert replay(log, lambda _: someone.scheduler) == fold(log)


def test_replay_trusts_no_cached_state():
    someone = learner()
    someone.rate(Rating.EASY)
    truth = fold(someone.log)
    forged = [replace(someone.log[0], after=in_review(TODAY))]
    assert replay(forged, lambda _: someone.scheduler) == truth != fold(forged)


def test_each_review_is_replayed_by_the_scheduler_it_names():
    someone = learner()
    someone.rate(Rating.EASY)
    asked = []
    replay(someone.log, lambda review: asked.append((review.scheduler, review.parameters)) or someone.scheduler)
    assert asked == [("fsrs-6/1", someone.scheduler.parameters_hash)]
