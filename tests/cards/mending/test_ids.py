from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.loader import load_text
from quizapp.cards.mending.ids import add_missing_ids

HEAD = "deck: d # the deck\ntitle: T\ncards:\n"

CASES = {
    "block": (
        "- question: What is a logit?\n  answer: a\n",
        "- id: what-is-a-logit\n  question: What is a logit?\n  answer: a\n",
    ),
    "indented, with comments": (
        "  # first\n  -   question: Why? # really\n      answer: a\n\n  # end",
        "  # first\n  -   id: why\n      question: Why? # really\n      answer: a\n\n  # end",
    ),
    "on the next line": (
        "  -\n    # why\n    question: Why\n    answer: a\n",
        "  -\n    # why\n    id: why\n    question: Why\n    answer: a\n",
    ),
    "flow": ("- {question: Why, answer: a}\n", "- {id: why, question: Why, answer: a}\n"),
    "flow over lines": (
        "- {\n    question: Why,\n    answer: a}\n",
        "- {\n    id: why, question: Why,\n    answer: a}\n",
    ),
    "quoted key": ('- "question": Why\n  answer: a\n', '- id: why\n  "question": Why\n  answer: a\n'),
    "windows": ("- question: Why\r\n  answer: a\r\n", "- id: why\r\n  question: Why\r\n  answer: a\r\n"),
    "chinese": (
        "- question: 输出的 logits 是概率吗？\n  answer: 不是\n",
        "- id: 输出的-logits-是概率吗\n  question: 输出的 logits 是概率吗？\n  answer: 不是\n",
    ),
    "cloze": (
        '- cloze: "{{c1::-100}} is {{c2::ignored::how}}"\n',
        '- id: 100-is-ignored\n  cloze: "{{c1::-100}} is {{c2::ignored::how}}"\n',
    ),
    "signs that no id has": (
        "- question: x² or Ⅷ_b?\n  answer: a\n",
        "- id: x-or-b\n  question: x² or Ⅷ_b?\n  answer: a\n",
    ),
    "only signs": ("- question: '?'\n  answer: a\n", "- id: card\n  question: '?'\n  answer: a\n"),
    "unique": (
        "- question: Why\n  answer: a\n- id: why-2\n  question: b\n  answer: b\n- question: Why?\n  answer: a\n",
        "- id: why\n  question: Why\n  answer: a\n- id: why-2\n  question: b\n  answer: b\n"
        "- id: why-3\n  question: Why?\n  answer: a\n",
    ),
    "long": (
        f"- question: {'word ' * 30}\n  answer: a\n",
        f"- id: word-word-word-word-word-word\n  question: {'word ' * 30}\n  answer: a\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_missing_id_is_written_and_nothing_else_changes(case, mark):
    before, after = CASES[case]
    fixed, ids = add_missing_ids(mark + HEAD + before)
    assert fixed == mark + HEAD + after
    loaded = load_text(fixed, Path("d.yaml"))
    assert not loaded.problems
    assert set(ids) <= {card.id.card for card in loaded.deck.cards}
    assert add_missing_ids(fixed) == (fixed, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "cards: 3",
        "cards: [x, [y]]",
        "cards: [",
        "cards: [{}]",
        "cards:\n- ? question\n  : q\n  answer: a\n",
        "cards:\n- id:\n  question: q",
    ],
)
def test_what_cannot_be_mended_is_left_as_it_is(text):
    assert add_missing_ids(text) == (text, [])


@given(st.lists(st.tuples(st.booleans(), st.text(st.sampled_from("ab c?题"), max_size=12)), min_size=1, max_size=6))
def test_any_deck_has_all_its_ids_after_the_fix(cards):
    lines = [
        f"- {f'id: has-{number}{chr(10)}  ' if has else ''}question: 'q {question}'\n  answer: a\n"
        for number, (has, question) in enumerate(cards)
    ]
    fixed, ids = add_missing_ids(HEAD + "".join(lines))
    loaded = load_text(fixed, Path("d.yaml"))
    assert not loaded.problems
    assert len(loaded.deck.cards) == len(cards)
    assert len(ids) == sum(not has for has, _ in cards)
