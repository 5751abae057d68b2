"""Assertions become checks without changing what the code does."""

from __future__ import annotations

import math
from typing import Any

import pytest

from quizapp.lab.worker.snippet import Outcome, execute


class Ran:
    """Runs code in this process and keeps what was reported."""

    def __init__(self, code: str, predict: str | None = None, **names: Any) -> None:
        self.checks: dict[int, dict[str, Any]] = {}
        self.reports = 0
        self.outcome: Outcome = execute(code, predict, names, self._hear, lambda chart: None)

    def _hear(self, **check: Any) -> None:
        self.reports += 1
        self.checks.setdefault(check["index"], {}).update(check)

    @property
    def passed(self) -> list[bool]:
        """Outcomes in the order they are written."""
        return [self.checks[index]["passed"] for index in sorted(self.checks)]

    def values(self, index: int = 0) -> list[str]:
        """What was compared."""
        return list(self.checks[index]["values"])


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ("a == 3", ["2", "3"]),
        ("0 < a < 2", ["0", "2", "2"]),
        ("5 < a < missing", ["5", "2"]),
        ("not a == 2", ["2", "2"]),
        ("a == 2 and b == 3", ["2", "2", "5", "3"]),
        ("a == 1 and missing", ["2", "1"]),
        ("isinstance(a, str)", ["2", "<class 'str'>"]),
        ("bool(a == 3)", ["2", "3"]),
        ("s.startswith('x')", ["'hello'"]),
        ("math.isclose(a, b)", ["2", "5"]),
        ("math.prod([a, b]).bit_length() == 9", ["4", "9"]),
        ("str(a).upper().isalpha()", ["2"]),
        ("s.upper().startswith('x')", ["'hello'"]),
        ("len(s) == 3", ["5", "3"]),
        ("all(n > 9 for n in [a, b])", []),
        ("a > 9 or b > 9", ["2", "9", "5", "9"]),
        ("s[9:]", ["''"]),
        ("(n := a) == 3", ["2", "3"]),
        ("a in [3, 4]", ["2", "[3, 4]"]),
        ("max(*[0, 0])", ["[0, 0]"]),
        ("-a > 0", ["-2", "0"]),
        ("a if not a else 0", ["0"]),
        ("False", []),
    ],
)
def test_a_check_that_fails_shows_what_it_compared(test: str, values: list[str]) -> None:
    ran = Ran(f"assert {test}", a=2, b=5, s="hello", math=math)
    assert ran.outcome.verdict == "refuted", ran.outcome
    assert ran.checks[0]["source"] == test
    assert ran.values() == values


def test_each_part_is_evaluated_once_and_in_order() -> None:
    code = "seen = []\ndef f(x):\n    seen.append(x)\n    return x\n"
    test = "assert f(1) < f(2) < f(3) and not f(0) and f(9) == 9, f('no')"
    assert Ran(code + test, "seen").outcome.observed == "[1, 2, 3, 0, 9]"


def test_the_message_is_evaluated_only_when_the_check_fails() -> None:
    ran = Ran("assert True, missing\nassert 1 == 2, f'{1 + 1} is not one'")
    assert ran.outcome.verdict == "refuted"
    assert ran.checks[1]["message"] == "2 is not one"
    assert "message" not in ran.checks[0]


def test_a_check_in_a_loop_failed_if_it_ever_failed() -> None:
    ran = Ran("for n in range(1000):\n    assert n != 3\n")
    assert ran.passed == [False]
    assert ran.values() == ["3", "3"]
    assert ran.reports == 2


def test_a_check_in_a_loop_explains_its_first_failure_only() -> None:
    ran = Ran("said = []\nfor n in range(1000):\n    assert n < 2, said.append(n) or f'{n} is too much'", "said")
    assert (ran.checks[0]["values"], ran.checks[0]["message"]) == (["2", "2"], "2 is too much")
    assert ran.outcome.observed == "[2]"
    assert ran.reports == 3


def test_checks_in_functions_methods_and_recursion_count_by_where_they_are_written() -> None:
    ran = Ran(
        "class A:\n    def f(self, n):\n        assert self.g(n) == n\n    def g(self, n):\n"
        "        assert n >= 0\n        return self.g(n - 1) + 1 if n else 0\nA().f(3)\nassert (lambda: True)()"
    )
    assert ran.outcome.verdict == "verified"
    assert {check["line"] for check in ran.checks.values()} == {3, 5, 8}


def test_numbers_that_differ_late_do_not_look_the_same() -> None:
    assert Ran("assert 0.1 + 0.2 == 0.3").values() == ["0.30000000000000004", "0.3"]
    assert Ran("assert 0.1 + 0.2 > 0.3").values() == ["0.3", "0.3"]


def test_two_checks_of_one_line_are_two() -> None:
    assert Ran("assert True; assert False").passed == [True, False]


def test_an_exception_in_the_test_is_an_error_of_that_line() -> None:
    ran = Ran("x = 1\nassert x == 1\nassert (\n    x ==\n    1 / 0\n)")
    assert ran.outcome.verdict == "error"
    assert ran.passed == [True]
    assert "line 5" in ran.outcome.error
    assert "1 / 0" in ran.outcome.error


def test_a_value_whose_text_raises_or_never_ends_spoils_nothing() -> None:
    ran = Ran(
        "class Bad:\n    def __repr__(self): raise RuntimeError\n    def __bool__(self): return False\n"
        "assert Bad()\nassert 'x' * 10**7 == ''\nassert list(range(10**6)) == []"
    )
    assert ran.outcome.verdict == "refuted"
    assert ran.passed == [False, False, False]
    assert all(len(value) <= 200 for index in ran.checks for value in ran.values(index))


def test_names_of_the_snippet_are_its_own() -> None:
    ran = Ran("failed = note = index = checks = None\nassert failed is None\ndel show\nassert 'show' not in globals()")
    assert ran.outcome.verdict == "verified", ran.outcome


def test_future_imports_of_this_house_do_not_reach_a_snippet() -> None:
    assert Ran("def f(x: int): ...\nassert f.__annotations__['x'] is int").outcome.verdict == "verified"


def test_an_exception_that_came_from_another_shows_both_without_foreign_lines() -> None:
    ran = Ran("import json\ntry:\n    json.loads('{')\nexcept ValueError as e:\n    raise KeyError('gone') from e")
    assert "JSONDecodeError" in ran.outcome.error
    assert "KeyError: 'gone'" in ran.outcome.error
    assert "decoder.py" not in ran.outcome.error


def test_an_error_of_ten_megabytes_is_cut() -> None:
    assert len(Ran("raise ValueError('x' * 10**7)").outcome.error) < 5_000


def test_code_that_python_cannot_read_is_an_error() -> None:
    for code in ("def", "x = '\0'", "(" * 1000, "\ud800"):
        assert Ran(code).outcome.verdict == "error"
