"""What a deck says is what its cards say."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.card import Kind
from quizapp.cards.content import Content
from quizapp.cards.deck import Choice, DeckFile, Entry, Prediction, TypedAnswer, Verify
from quizapp.cards.loader import load_text
from quizapp.cards.plain_yaml import REFUSED
from quizapp.cards.reading import read_text

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() and not REFUSED.search(text)
)
IDS = st.from_regex(r"[a-z0-9题][\w.-]{0,10}", fullmatch=True).filter(lambda text: text.isascii())
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VARY = st.dictionaries(
    st.sampled_from(["n", "word", "长"]),
    st.lists(
        st.one_of(st.integers(-(10**30), 10**30), NUMBERS, st.booleans(), TEXT), min_size=1, max_size=4, unique_by=repr
    ),
    max_size=3,
)
VERIFY = st.builds(
    Verify, model=st.sampled_from(["causal", "masked", "none"]), code=st.just("x = [n for n in 'ab']\nassert x\n")
)


@st.composite
def entries(draw):
    kind, vary = draw(st.sampled_from(Kind)), draw(VARY)
    names = "".join(f"{{{name}}}" for name in vary)
    common = {
        "id": draw(IDS),
        "vary": vary,
        "section": draw(st.none() | TEXT),
        "tags": tuple(draw(st.lists(TEXT, max_size=3))),
        "corrects": draw(st.none() | TEXT),
        "asks": tuple(draw(st.lists(TEXT, max_size=2))),
    }
    question = draw(TEXT) + names
    match kind:
        case Kind.RECALL:
            return Entry(**common, question=question, answer=draw(TEXT), verify=draw(st.none() | VERIFY))
        case Kind.CHOICES:
            texts = draw(st.lists(TEXT, min_size=2, max_size=5, unique_by=str.strip))
            choices = tuple(Choice(text=text, right=index == 1, why=draw(TEXT)) for index, text in enumerate(texts))
            return Entry(**common, question=question, choices=choices)
        case Kind.CLOZE:
            return Entry(**common, cloze=f"{{{{c1::a}}}} {names} {{{{c2::b::hint}}}}", answer=draw(st.none() | TEXT))
        case Kind.TYPE:
            typed = TypedAnswer(
                accept=tuple(draw(st.lists(TEXT, min_size=1, max_size=3))), ignore_case=draw(st.booleans())
            )
            return Entry(**common, question=question, type=typed)
        case Kind.PREDICT:
            prediction = Prediction(value="x[0] + 1", tolerance=draw(NUMBERS.map(abs)))
            return Entry(**common, question=question, predict=prediction, verify=draw(VERIFY))


DECKS = st.builds(
    DeckFile,
    deck=IDS,
    title=TEXT,
    notes=st.none() | TEXT,
    cards=st.lists(entries(), min_size=1, max_size=4, unique_by=lambda entry: entry.id).map(tuple),
)


@given(DECKS)
def test_a_deck_is_read_as_it_was_written(deck):
    """JSON is YAML, and its strings are quoted where its numbers are not."""
    content = read_text(json.dumps(deck.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False))
    assert content.faults == ()
    assert content.header.model_dump() == deck.model_dump(exclude={"cards"})
    assert [item.entry for item in content.entries] == list(deck.cards)


@given(DECKS)
def test_what_was_read_survives_the_cache(deck):
    content = read_text(json.dumps(deck.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False))
    assert content.header
    again = Content.model_validate_json(content.model_dump_json())
    assert again == content
    drawn = [repr(item.entry.vary) for item in again.entries]
    assert drawn == [repr(item.entry.vary) for item in content.entries]


DECK = """\
deck: 甲
title: " 标题 "
notes: n.md
cards:
  - id: recall
    question: |
      How?

      So.
    answer: "Yes.\\n"
    verify:
      model: none
      code: |
        assert True
  - id: choices
    question: q
    choices: [a, {text: b, right: true, why: because}, c]
    answer: more
  - id: type
    question: q
    type: {accept: ["-100", minus 100], ignore_case: true}
    answer: more
  - id: cloze
    cloze: Labels of {{c1::-100}} are ignored by {{c2::cross-entropy}}.
    answer: more
  - id: predict
    question: "How many for {n}?"
    vary: {n: [2, 3]}
    predict: {value: " x ", tolerance: 0.5}
    verify: {model: masked, code: "x = n\\nassert x == n"}
"""


def test_each_kind_becomes_its_cards():
    loaded = load_text(DECK, Path("d.yaml"), is_shipped=True)
    assert not loaded.problems
    deck = loaded.deck
    assert (deck.id, deck.title, deck.notes, deck.shipped) == ("甲", "标题", "n.md", True)
    assert [(str(card.id), card.kind, card.question, card.answer, card.line) for card in deck.cards] == [
        ("甲/recall", Kind.RECALL, "How?\n\nSo.", "Yes.", 5),
        ("甲/choices", Kind.CHOICES, "q", "more", 15),
        ("甲/type", Kind.TYPE, "q", "-100\n\nmore", 19),
        (
            "甲/cloze#c1",
            Kind.CLOZE,
            "Labels of […] are ignored by cross-entropy.",
            "Labels of **-100** are ignored by cross-entropy.\n\nmore",
            23,
        ),
        (
            "甲/cloze#c2",
            Kind.CLOZE,
            "Labels of -100 are ignored by […].",
            "Labels of -100 are ignored by **cross-entropy**.\n\nmore",
            23,
        ),
        ("甲/predict", Kind.PREDICT, "How many for {n}?", "", 26),
    ]


def test_the_snippet_is_the_code_as_written_with_the_value_to_predict():
    cards = {card.id.card: card for card in load_text(DECK, Path("d.yaml")).deck.cards}
    assert cards["recall"].snippet.code == "assert True\n"
    predict = cards["predict"].snippet
    assert (predict.role, predict.code, predict.predict) == ("masked", "x = n\nassert x == n", "x")
    assert cards["choices"].snippet is None
