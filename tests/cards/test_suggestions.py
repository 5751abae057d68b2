"""What is right and still hurts is said, with its line, and makes no deck wrong."""

from pathlib import Path

import pytest

from quizapp.cards.idle import idle_asserts
from quizapp.cards.loader import load_text
from tests.shipped import library

HEAD = "deck: d\ntitle: T\ncards:\n"
WELL = 'id: a\nquestion: "Why?"\nanswer: a\nsource: s\n'
PROOF = 'verify: {model: none, code: "assert torch.ones(1).all()"}\n'


def code(*lines: str, role: str = "none") -> str:
    return "\n".join([f"verify:\n  model: {role}\n  code: |", *(f"    {line}" for line in lines)])


CUT = (
    "`{}` of card 'a' ends before ` #`, where a comment begins; "
    "put it in quotes if that is to be read, else the comment in its own line."
)
HURTS = {
    "nothing to say": (WELL + PROOF,),
    "no question": (
        WELL.replace("Why?", "Look at this.") + PROOF,
        (2, "the question of card 'a' has no question mark; is it clear what is asked?"),
    ),
    "a chinese question": (WELL.replace("Why?", "为什么？") + PROOF,),
    "an assert of nothing": (
        WELL + code("x = 3", "assert x == 3", "assert 1 + 1 == 2"),
        (10, "this assert of card 'a' cannot fail: it mentions nothing that was run."),
    ),
    "an assert of a pair": (
        WELL + code("x = 3", "assert (x == 4, 'no')"),
        (
            9,
            "this assert of card 'a' cannot fail: it is a pair in brackets, which counts as true; "
            "write the message behind the comma without brackets.",
        ),
    ),
    "a long snippet": (
        WELL + code(*["x = 1"] * 19, "assert x"),
        (
            7,
            "the code of card 'a' has 20 lines; fewer than 20 are read at a glance. "
            "Show one thing, or make two cards of it.",
        ),
    ),
    "a value of nothing": (
        WELL + PROOF + "predict: {value: 3 + 4}",
        (
            6,
            "the value of card 'a' mentions nothing that was run, so no model is asked; name what the code works out.",
        ),
    ),
    "a role for nothing": (
        WELL + PROOF.replace("none", "causal"),
        (5, "the code of card 'a' uses neither `model` nor `tokenizer`; with `model: none` it starts sooner."),
    ),
    "a role that is only for the value": (
        WELL + "predict: {value: model.config.vocab_size}\n" + PROOF.replace("none", "causal"),
    ),
    "a text that a comment cuts short": (
        WELL.replace("answer: a", "answer: use  # here") + PROOF,
        (3, CUT.format("answer")),
    ),
    "a question that goes on behind a hash": (
        WELL.replace('"Why?"', "Is it C?  # or C++") + PROOF,
        (2, CUT.format("question")),
    ),
    "comments that cut no text short": (
        WELL.replace("answer: a", "answer: |  # said so\n  use # here\n# done").replace('"Why?"', '"Why # so?"  # or #')
        + "tags: [x]  # later\ncorrects: it is C#, a#b\n"
        + PROOF,
    ),
    "no role": (
        WELL + code("assert model.config"),
        (6, "the code of card 'a' uses `model`, which is None with `model: none`; name a role."),
    ),
    "a model of its own": (WELL + code("model = torch.nn.Linear(1, 1)", "assert model.bias"),),
    "one value": (
        WELL + "vary: {n: [1]}\n" + code("assert torch.ones(n).all()"),
        (5, "'n' in `vary` of card 'a' has one value, so nothing varies; list more of them."),
    ),
    "a value that is only shown": (
        WELL.replace("Why?", "Why {n}?") + "vary: {n: [1, 2]}\n" + PROOF,
        (5, "'n' in `vary` of card 'a' changes what is asked but not what is run; use it in the code."),
    ),
    "a misspelt brace": (
        WELL.replace("Why?", "Why {shrot} and {n}?")
        + "vary: {short: [1, 2]}\n"
        + code("assert torch.ones(short).all()"),
        (2, "`question` of card 'a' shows {shrot} as it stands; did you mean {short}?"),
    ),
    "braces without values": (WELL.replace("Why?", "Why {shrot}?") + PROOF,),
    "no proof": (
        WELL,
        (1, "card 'a' has no `verify`, so nothing proves what is claimed; add a snippet with an `assert`."),
    ),
    "no source": (
        WELL.replace("source: s\n", "") + PROOF,
        (1, "card 'a' has no `source`: say where it can be read."),
    ),
    "a section of no notes": (
        WELL + PROOF + "section: 2-2",
        (
            6,
            "card 'a' has a `section`, but the deck names no notes; add `notes:` at its top with the name of the file.",
        ),
    ),
    "no why": (
        WELL.replace("answer: a", "choices: [{text: x, right: true, why: y}, z]") + PROOF,
        (3, "card 'a' has options without a `why`: whoever chose wrong wants to know what they mistook."),
    ),
}


@pytest.mark.parametrize("case", HURTS)
def test_it_is_said_at_its_line_and_is_no_problem(case):
    body, *expected = HURTS[case]
    lines = body.rstrip("\n").split("\n")
    text = HEAD + "  - " + "\n".join("    " + line for line in lines).lstrip() + "\n"
    loaded = load_text(text, Path("d.yaml"))
    assert loaded.problems == ()
    assert [(said.line - 3, said.message) for said in loaded.suggestions] == expected


def test_what_many_cards_lack_is_said_once():
    cards = "".join(f"  - {{id: c{number}, question: 'q{number}?', answer: a}}\n" for number in range(7))
    messages = [said.message for said in load_text(HEAD + cards, Path("d.yaml")).suggestions]
    assert messages[0].startswith("card 'c0' and 6 others ('c1', 'c2', 'c3', 'c4', …) have no `verify`")
    assert len(messages) == 2


def test_a_section_of_the_notes_is_a_source_too():
    text = HEAD.replace("cards", "notes: n.md\ncards") + '  - {id: a, question: "q?", answer: a, section: "1"}\n'
    assert [said.message.split(",")[0] for said in load_text(text, Path("d.yaml")).suggestions] == [
        "card 'a' has no `verify`"
    ]


def test_two_cards_that_ask_the_same_are_told():
    text = f'{HEAD}  - {{id: a, question: "Why  so?", answer: a}}\n  - {{id: b, question: "why so?", answer: b}}\n'
    said = load_text(text, Path("d.yaml")).suggestions
    assert "card 'b' asks the same as card 'a'; keep one, or ask for something else." in [one.message for one in said]


@pytest.mark.parametrize(
    "line",
    ["assert True", "assert 'text'", "assert x == x", "assert x.y[0] is x.y[0]", "assert x <= x <= x", "assert x or 1",
     "assert (i for i in x)", "assert lambda: x", "assert f'{1}'", "if x:\n    assert 1, x"],
)  # fmt: skip
def test_an_assert_that_cannot_fail_is_found(line):
    assert list(idle_asserts(line))


@pytest.mark.parametrize(
    "line",
    ["assert x", "assert not x", "assert f() == f()", "assert x != x", "assert x < x", "assert x == y",
     "assert [i for i in x]", "assert all(i for i in x)", "assert ()", "assert x and 1", "assert f(1)", "assert x, 1"],
)  # fmt: skip
def test_an_assert_that_can_fail_is_left_alone(line):
    assert not list(idle_asserts(line))


def test_nothing_is_to_be_said_of_the_shipped_decks():
    assert [str(said) for said in library().suggestions] == []
