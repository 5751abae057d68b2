import warnings

import pytest

from quizapp.cards import claims


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x =", 1),
        ("x = 1\nif x\n  y", 2),
        ("return 1", 1),
        ("x = 1\nbreak", 2),
        ("def f():\n  nonlocal x", 2),
        ("assert 1\n\tx", 2),
        ("'\x00'", 1),
        ("(" * 5_000, 1),
        ("-" * 5_000 + "1", 1),
        ("lambda: " * 450 + "1", 1),
        ("x" + "[0]" * 3_000, 1),
    ],
)
def test_what_is_not_python_is_told_with_its_line(code, line):
    found, reason = claims.syntax_error(code)
    assert found == line
    assert reason


def test_scopes_nested_deeply_are_refused_before_they_take_long():
    assert claims.syntax_error("lambda: " * 450 + "1") == (1, "nested too deeply")
    assert claims.syntax_error("lambda: " * 50 + "1") is None
    assert claims.syntax_error("x = " + "+".join("1" * 300)) is None


def test_an_expression_is_one_value():
    assert claims.syntax_error("batch['input_ids'].shape[1]", "eval") is None
    assert claims.syntax_error("x = 1", "eval")
    assert claims.syntax_error("x\ny", "eval")


def test_looking_at_code_neither_warns_nor_runs_it():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code = "assert (1, 'always')\nx = '\\d'\nraise SystemExit\n"
        assert claims.syntax_error(code) is None
        assert claims.has_assert(code)


@pytest.mark.parametrize(
    ("code", "claims_something"),
    [
        ("assert True", True),
        ("for x in y:\n  assert x", True),
        ("def f():\n  if x:\n    assert x", True),
        ("'assert x'", False),
        ("# assert x", False),
        ("", False),
    ],
)
def test_an_assert_counts_wherever_it_stands(code, claims_something):
    assert claims.has_assert(code) is claims_something


def test_names_are_variables_not_attributes_or_texts():
    assert claims.names("a.b = [c for c in d('e', f=g)]") == {"a", "c", "d", "g"}
