"""Events for the tests: plain ones, any ones, and whole histories that could have happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Environment, Proof, Verdict
from quizapp.study.events import UNDOABLE, Event, EventKind, Review, fold
from quizapp.study.memory import CardState, Rating, State

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CARD = CardId("deck", "card")


def a_review(
    card: CardId | None = None, *, at: datetime = NOW, before: CardState | None = None, reps: int = 1, **more
) -> Event:
    """A review of CARD, its first unless `before` is given; with other `reps` of a card of its own."""
    card = card or (CARD if reps == 1 or before else CardId("deck", f"card-{reps}"))
    after = CardState(State.REVIEW, 0, 3.2, 5.5, due_on=at.date() + timedelta(3), reviewed_on=at.date(), reps=reps)
    review = Review(Rating.GOOD, 0, timedelta(seconds=4), "fsrs-6/1", "0123456789abcdef", 7, **more)
    return Event(uuid4(), EventKind.REVIEW, at, timedelta(hours=1), at.date(), card, before, after, review)


def undoing(event: Event) -> Event:
    restored = event.before or CardState()
    return Event(
        uuid4(), EventKind.UNDO, NOW, timedelta(), NOW.date(), event.card, event.after, restored, undoes=event.id
    )


days = st.dates(date(1999, 1, 1), date(2100, 1, 1))
instants = st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
numbers = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 10**6)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ids = st.from_regex(r"[^\W_][\w.-]{0,9}", fullmatch=True)
cards = st.builds(CardId, ids, ids, st.none() | st.from_regex(r"c[1-9]", fullmatch=True))
states = st.builds(
    CardState,
    state=st.sampled_from(State),
    step=counts,
    stability=st.none() | numbers,
    difficulty=st.none() | numbers,
    due_at=st.none() | instants,
    due_on=st.none() | days,
    reviewed_on=st.none() | days,
    reps=counts,
    lapses=counts,
    leech=st.booleans(),
    suspended=st.booleans(),
    buried_on=st.none() | days,
)
reviews = st.builds(
    Review,
    rating=st.sampled_from(Rating),
    elapsed=counts,
    duration=st.timedeltas(timedelta(), timedelta(days=2)),
    scheduler=texts,
    parameters=texts,
    seed=st.integers(-(2**63), 2**63 - 1),
    suggested=st.none() | st.sampled_from(Rating),
    response=st.none() | texts,
    confidence=st.none() | st.integers(50, 99),
    observed=st.none() | texts,
    verdict=st.none() | st.sampled_from(Verdict),
    environment=st.none() | st.builds(Environment, *[texts] * 8),
)

PROVING = [verdict for verdict in Verdict if verdict is not Verdict.UNAVAILABLE]
HERE = Environment("3.11.7", "2.13.0", "5.23.0", "tiny", "sha256:0123456789ab", "cpu", "float32", "")


def a_proof(verdict: Verdict = Verdict.VERIFIED, *, environment: Environment = HERE, at: datetime = NOW, **more):
    """A proof of one claim, reached just now."""
    given = {"entry": "deck/card", "claim": "c1a1", **more}
    return Proof(environment=environment, verdict=verdict, at=at, **given)


proofs = st.builds(
    a_proof,
    st.sampled_from(PROVING),
    environment=st.builds(Environment, *[texts] * 7, st.just("")),
    at=instants,
    entry=texts,
    claim=texts,
    trial=st.booleans(),
)


@st.composite
def histories(draw: st.DrawFn, most: int = 8) -> list[Event]:
    """Events of any content, of a few cards, each from the state its card has then.

    An undo takes back one that was not yet, and brings back what was before it.
    """
    few = draw(st.lists(cards, min_size=1, max_size=3, unique=True))
    history: list[Event] = []
    for _ in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(EventKind))
        undone = {event.undoes for event in history}
        standing = [event for event in history if event.kind in UNDOABLE and event.id not in undone]
        if kind is EventKind.UNDO and not standing:
            kind = EventKind.REVIEW
        identity = UUID(int=draw(st.integers(0, 2**120 - 1)) << 8 | len(history))  # unique
        history.append(draw(_events(identity, kind, few, standing, fold(history))))
    return history


@st.composite
def _events(
    draw: st.DrawFn,
    identity: UUID,
    kind: EventKind,
    few: list[CardId],
    standing: list[Event],
    before: dict[CardId, CardState],
) -> Event:
    plain = {
        "id": identity,
        "kind": kind,
        "at": draw(instants),
        "offset": draw(st.timedeltas(timedelta(hours=-23), timedelta(hours=23))),
        "study_day": draw(days),
    }
    if kind is EventKind.PARAMETERS:
        return Event(**plain, parameters=tuple(draw(st.lists(numbers, min_size=21, max_size=21))))
    if kind is EventKind.UNDO:
        target = draw(st.sampled_from(standing))
        restored, present = target.before or CardState(), before.get(target.card)
        return Event(**plain, card=target.card, before=present, after=restored, undoes=target.id)
    card = draw(st.sampled_from(few))
    return Event(
        **plain,
        card=card,
        before=before.get(card) or draw(st.sampled_from([None, CardState()])),
        after=draw(states if kind is EventKind.REVIEW else st.none() | states),
        review=draw(reviews) if kind is EventKind.REVIEW else None,
    )
