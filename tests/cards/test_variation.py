import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.identity import CardId
from quizapp.cards.loader import load_text
from quizapp.cards.variation import combinations, draw, every_draw, seed_for

DECK = """\
deck: d
title: t
cards:
  - id: vary
    question: "{short}, {long}, {short!r}, {0}, {{short}}, {other}, {} and `{'a': {}}`"
    answer: "{long}{short} {long }"
    vary: {short: [2, 3], long: [five, "{short}"]}
  - id: choices
    question: q
    choices: ["{n} a", b, {text: "{n} c", right: true, why: "{n} why"}, d, e]
    vary: {n: [1, 2.5, true]}
  - id: cloze
    cloze: "{{c1::{n}}} of {{c2::{n}::{m}}} and {n}"
    vary: {n: [7], m: [8]}
  - id: plain
    question: "{short}"
    answer: "{{c1::x}}"
"""
CARDS = {str(card.id): card for card in load_text(DECK, Path("d.yaml")).deck.cards}


def card(vary):
    lines = "".join(f"      {name}: [{', '.join(map(str, values))}]\n" for name, values in vary.items())
    question = "".join(f"{{{name}}}" for name in vary)
    text = f"deck: d\ntitle: t\ncards:\n  - id: a\n    question: '{question}'\n    answer: a\n    vary:\n{lines}"
    loaded = load_text(text, Path("d.yaml"))
    assert not loaded.problems
    return loaded.deck.cards[0]


@given(st.integers(0, 2**63 - 1))
def test_only_declared_names_are_replaced_and_once(seed):
    drawn = draw(CARDS["d/vary"], seed)
    short, long = drawn.values["short"], drawn.values["long"]
    assert short in (2, 3)
    assert long in ("five", "{short}")
    assert drawn.question == f"{short}, {long}, {{short!r}}, {{0}}, {{{short}}}, {{other}}, {{}} and `{{'a': {{}}}}`"
    assert drawn.answer == f"{long}{short} {{long }}"
    assert drawn.choices == ()


@given(st.integers(0, 2**63 - 1))
def test_choices_are_shuffled_with_their_values_filled_in(seed):
    drawn = draw(CARDS["d/choices"], seed)
    number = drawn.values["n"]
    assert sorted(choice.text for choice in drawn.choices) == sorted([f"{number} a", "b", f"{number} c", "d", "e"])
    assert [choice.why for choice in drawn.choices if choice.right] == [f"{number} why"]
    assert drawn.answer == "", "the options say it all"


def test_every_order_of_choices_comes_up():
    orders = {tuple(choice.text[-1] for choice in draw(CARDS["d/choices"], seed).choices) for seed in range(2000)}
    assert len(orders) == 120


def test_a_cloze_varies_inside_and_outside_its_deletions():
    first, second = draw(CARDS["d/cloze#c1"], 1), draw(CARDS["d/cloze#c2"], 1)
    assert (first.question, first.answer) == ("[…] of 7 and 7", "**7** of 7 and 7")
    assert (second.question, second.answer) == ("7 of [8] and 7", "7 of **7** and 7")


def test_a_card_without_vary_is_left_alone():
    drawn = draw(CARDS["d/plain"], 5)
    assert (drawn.values, drawn.question, drawn.answer) == ({}, "{short}", "{{c1::x}}")


def test_seeds_and_draws_are_the_same_in_every_process():
    code = (
        "from tests.cards.test_variation import *;"
        "print([seed_for(CardId('d', 'a', c), r) for c in (None, 'c1') for r in range(3)],"
        "[[c.text for c in draw(CARDS['d/choices'], s).choices] for s in range(20)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_seed_is_written_down_once_and_for_all():
    assert seed_for(CardId("deck", "card"), 0) == 2520588700295565476
    assert [choice.text for choice in draw(CARDS["d/choices"], 7).choices] == ["1 c", "1 a", "e", "d", "b"]


@given(st.text(min_size=1), st.integers(0, 10**6))
def test_a_seed_fits_into_63_bits_and_differs_from_the_next(name, reps):
    seed = seed_for(CardId("d", name), reps)
    assert 0 <= seed < 2**63
    assert seed != seed_for(CardId("d", name), reps + 1)


@pytest.mark.parametrize("limit", [6, 7, 100])
def test_every_draw_is_all_where_the_limit_allows(limit):
    varied = card({"a": [1, 2], "b": [1, 2, 3]})
    draws = every_draw(varied, limit)
    assert len(draws) == combinations(varied) == 6
    assert {tuple(values.values()) for values in draws} == {(a, b) for a in (1, 2) for b in (1, 2, 3)}


def test_a_card_that_varies_nothing_has_one_empty_draw():
    assert every_draw(CARDS["d/plain"], 10) == ({},)
    assert combinations(CARDS["d/plain"]) == 1


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_a_sample_is_distinct_and_has_every_value_as_far_as_the_limit_allows(sizes, limit):
    varied = card({f"n{i}": range(size) for i, size in enumerate(sizes)})
    draws = every_draw(varied, limit)
    assert len(draws) == min(limit, combinations(varied))
    assert len({tuple(values.items()) for values in draws}) == len(draws)
    for index, size in enumerate(sizes):
        assert len({values[f"n{index}"] for values in draws}) >= min(size, limit)


def test_a_sample_is_spread_evenly():
    draws = every_draw(card({"a": range(10), "b": range(10), "c": range(10)}), 100)
    for name in "abc":
        counts = [sum(values[name] == value for values in draws) for value in range(10)]
        assert min(counts) >= 5, (name, counts)


def test_a_sample_of_very_many_draws_is_quick():
    assert len(every_draw(card({f"n{i}": range(30) for i in range(40)}), 50)) == 50
