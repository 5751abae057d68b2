"""The rules that make mutants, on small code; and the shipped snippets, put to every mutant that they have."""

from __future__ import annotations

from collections import Counter

import pytest

from quizapp.cards.deck import Entry, Verify
from tests.decks.bench import ENTRIES, Bench
from tests.decks.judging import Fate, judge
from tests.decks.mutants import mutants

LEAST_TOLD = 0.7
"""The share of mutants that must be told. The rest change what no claim is about: a length, the size of a batch."""


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("x = f(a, padding=True)", {"x = f(a)", "x = f(a, padding=False)"}),
        ("x = a.to(device=device)", set()),
        ("x = C(hidden_size=8, num_labels=2)", {"x = C(hidden_size=8)", "x = C(hidden_size=8, num_labels=3)"}),
        ("x = model(ids, labels=ids)", {"x = model(ids)", "x = model(ids, labels=ids.roll(1, -1))"}),
        ("x = 3", {"x = 4"}),
        ("x = 0.5", {"x = 2.0"}),
        ("x = 'left'", {"x = 'right'"}),
        ("x = 'a text'", set()),
        ("x = a - b", {"x = a + b"}),
        ("x = a == b", {"x = a != b"}),
        ("x = not a", {"x = a"}),
        ("x = a[b:c]", {"x = a[:c]", "x = a[b:]"}),
        ("x = a[:, :-1]", {"x = a[:, :]"}),
        ("x = a.softmax(-1)", {"x = a.sigmoid(-1)", "x = a"}),
        ("x = all(a)", {"x = any(a)"}),
        ("x.y = a", {"pass"}),
        ("x[a] = b", {"pass"}),
        ("x += a", {"pass"}),
        ("f(a)", {"pass"}),
        ("show(a, title=b)\nprint(1)", set()),
        ("import a\nfrom b import c", set()),
        ("assert a == 1, f(b=2)", set()),
    ],
)
def test_a_mutant_has_one_change_outside_of_the_asserts(code: str, changed: set[str]) -> None:
    assert {mutant.code for mutant in mutants(code)} == changed


def test_a_mutant_says_what_became_of_which_line() -> None:
    (mutant,) = mutants("a = b\nc = a[1:]\nassert c".replace("1:", "x:"))
    assert mutant.what == "line 2: x: → :"
    assert mutant.code == "a = b\nc = a[:]\nassert c"


def test_each_fate_is_told_from_the_others(bench: Bench) -> None:
    code = "a = 1\nb = 2\nc = [0, 1][a]\nassert b == 2"
    entry = Entry(id="x", predict={"value": "c"}, verify=Verify(model="none", code=code))
    other = Entry(id="y", verify=Verify(model="none", code="d = 3\nassert d > 2"))
    found = {(judged.card, judged.mutant.what): judged.fate for judged in judge(bench, {"one": entry, "two": other})}
    assert found == {
        ("one", "line 1: 1 → 2"): Fate.BROKE,
        ("one", "line 2: 2 → 3"): Fate.NOTICED,
        ("one", "line 3: 0 → 1"): Fate.SURVIVED,
        ("one", "line 3: 1 → 2"): Fate.MISLED,
        ("two", "line 1: 3 → 4"): Fate.SURVIVED,
    }


@pytest.mark.long
def test_most_mutants_of_the_shipped_snippets_are_told(bench: Bench) -> None:
    fates = Counter(judged.fate for judged in judge(bench, ENTRIES))
    assert fates.total() > 5 * len(ENTRIES)
    assert (fates[Fate.NOTICED] + fates[Fate.BROKE]) / fates.total() >= LEAST_TOLD
