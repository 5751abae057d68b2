"""What `after` names is right, or told where it is not; what cannot be kept holds nothing back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.after import MOST, in_order
from quizapp.cards.card import Library
from quizapp.cards.loader import load_library, load_text


def deck(name: str, **cards: str) -> str:
    """A deck of cards by id, each with what its `after` says."""
    lines = [f"  - id: {card}\n    question: q\n    answer: a\n" for card in cards]
    with_after = (
        line + (f"    after: {after}\n" if after else "") for line, after in zip(lines, cards.values(), strict=True)
    )
    return f"deck: {name}\ntitle: T\ncards:\n{''.join(with_after)}"


def library(folder: Path, *texts: str) -> Library:
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text)
    return load_library([folder])


def told(found) -> list[tuple[str, int, str]]:
    return [(problem.path.name, problem.line, problem.message) for problem in found]


def before(found: Library) -> dict[str, list[str]]:
    return {card.id.name: [str(first) for first in card.before] for card in found.cards.values() if card.before}


def test_a_card_knows_those_before_it_in_its_own_and_in_other_decks(tmp_path):
    cloze = 'deck: two\ntitle: T\ncards:\n  - {id: x, cloze: "{{c1::a}} {{c2::b}}"}\n'
    found = library(tmp_path, deck("one", a="", b="[a, two/x]", c="[one/a]"), cloze)
    assert found.problems == ()
    assert before(found) == {"b": ["one/a", "two/x#c1", "two/x#c2"], "c": ["one/a"]}


IN_A_DECK = {
    "misspelt": ("[goood]", "`after` of card 'a' names 'goood', which this deck does not have; did you mean 'good'?"),
    "unknown": (
        "[zzz]",
        "`after` of card 'a' names 'zzz', which this deck does not have; correct or remove it; it holds nothing back.",
    ),
    "unknown, its own deck named": (
        "[d/goood]",
        "`after` of card 'a' names 'd/goood', which this deck does not have; did you mean 'good'?",
    ),
    "itself": ("[a]", "card 'a' comes after itself; remove it from `after`."),
    "itself, the deck named": ("[d/a]", "card 'a' comes after itself; remove it from `after`."),
    "twice": ("[good, d/good]", "`after` of card 'a' has 'd/good' twice; remove one."),
    "one deletion of a cloze": (
        "['good#c1']",
        "`after` of card 'a' has 'good#c1', which is no card; write its id, or `deck/card`.",
    ),
    "a path": ("[x/y/z]", "`after` of card 'a' has 'x/y/z', which is no card; write its id, or `deck/card`."),
}


@pytest.mark.parametrize("mistake", IN_A_DECK)
def test_a_wrong_name_is_told_at_its_line_and_the_card_is_asked_all_the_same(mistake):
    after, sentence = IN_A_DECK[mistake]
    loaded = load_text(deck("d", good="", a=after), Path("d.yaml"))
    assert told(loaded.problems) == [("d.yaml", 10, sentence)]
    assert len(loaded.deck.cards) == 2


@pytest.mark.parametrize("wrong", ["bad two", "a/b", "[d]", ""])
def test_a_wrong_id_of_the_deck_is_told_once_and_no_name_is_blamed_for_it(wrong):
    text = deck("d", good="", a="[good, 'no card', goood, a, good, other/x]").replace("deck: d", f"deck: {wrong}")
    first, *rest = (problem.message for problem in load_text(text, Path("d.yaml")).problems)
    assert "`deck` of the deck" in first
    assert rest == [
        "`after` of card 'a' has 'no card', which is no card; write its id, or `deck/card`.",
        "`after` of card 'a' names 'goood', which this deck does not have; did you mean 'good'?",
        "card 'a' comes after itself; remove it from `after`.",
        "`after` of card 'a' has 'good' twice; remove one.",
    ]


def test_each_name_of_a_list_over_lines_has_its_line_and_its_columns():
    loaded = load_text(deck("d", good="", a="\n      - good\n      - bad"), Path("d.yaml"))
    assert [(p.line, p.column, p.width) for p in loaded.problems] == [(12, 9, 3)]


def test_a_card_in_which_something_else_is_wrong_is_there_nevertheless(tmp_path):
    text = deck("d", a="", b="[a]").replace("answer: a\n  - id: b", "anwser: a\n  - id: b")
    found = library(tmp_path, text, deck("e", c="[d/a]"))
    assert [problem.line for problem in found.problems] == [6]
    assert before(found) == {}


def test_a_card_that_another_deck_does_not_have_is_told(tmp_path):
    found = library(tmp_path, deck("one", a="[two/good, two/goood]"), deck("two", good=""))
    assert told(found.problems) == [
        ("0.yaml", 7, "`after` of card 'a' names 'two/goood', which deck 'two' does not have; did you mean 'two/good'?")
    ]
    assert before(found) == {"a": ["two/good"]}


def test_a_deck_that_is_not_there_is_no_problem_but_said(tmp_path):
    found = library(tmp_path, deck("one", a="[twoo/x]"), deck("two", x=""))
    assert found.problems == ()
    assert [said for said in told(found.suggestions) if "twoo" in said[2]] == [
        (
            "0.yaml",
            7,
            "no deck 'twoo' was read, so 'twoo/x' in `after` of card 'a' waits for nothing; did you mean 'two'?",
        )
    ]


def test_a_deck_that_cannot_be_read_is_there_nevertheless(tmp_path):
    found = library(tmp_path, deck("one", a="[two/x]"), "deck: two\ntitle: [\n")
    assert [problem.path.name for problem in found.problems] == ["1.yaml"]


def test_a_circle_is_named_whole_once_and_blocks_nothing(tmp_path):
    found = library(tmp_path, deck("one", a="[b]", b="[two/c]", x="[a]"), deck("two", c="[one/a]"))
    assert told(found.problems) == [
        (
            "0.yaml",
            7,
            "card 'a' comes after 'b', which comes after 'two/c', which comes after 'a': none could be the first; "
            "remove one of these from `after`.",
        )
    ]
    assert before(found) == {"a": ["one/b"], "b": ["two/c"], "x": ["one/a"]}


@st.composite
def graphs(draw):
    names = [f"c{number}" for number in range(draw(st.integers(1, 8)))]
    return {name: draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) for name in names}


@given(graphs())
def test_whatever_is_named_no_way_leads_round(steps):
    text = deck("d", **{name: f"[{', '.join(after)}]" for name, after in steps.items()})
    ordered, circles = in_order([load_text(text, Path("d.yaml")).deck])
    left = {card.id: set(card.before) for card in ordered[0].cards}
    while free := {card for card, first in left.items() if not first & left.keys()}:
        left = {card: first for card, first in left.items() if card not in free}
    assert not left
    kept = {card.id.card: {first.card for first in card.before} for card in ordered[0].cards}
    wanted = {name: set(after) - {name} for name, after in steps.items()}
    assert all(kept[name] <= after for name, after in wanted.items())
    assert (kept == wanted) == (not circles)


def test_of_circles_beyond_number_the_first_are_told():
    names = [f"c{number}" for number in range(60)]
    text = deck("d", **{name: f"[{', '.join(other for other in names if other != name)}]" for name in names})
    ordered, circles = in_order([load_text(text, Path("d.yaml")).deck])
    assert len(circles) == MOST
    assert [len(card.before) for card in ordered[0].cards] == list(range(59, -1, -1))


def test_a_long_chain_is_no_trouble(tmp_path):
    names = [f"c{number}" for number in range(1200)]
    chain = dict(zip(names, ["", *(f"[{name}]" for name in names)], strict=False))
    found = library(tmp_path, deck("d", **chain))
    assert found.problems == ()
    assert len(before(found)) == 1199
