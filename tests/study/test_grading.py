from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.deck import Choice, TypedAnswer
from quizapp.cards.proof import Verdict
from quizapp.study.grading import compare, grade_choice, grade_typed, near, suggest
from quizapp.study.literals import parse_literal
from quizapp.study.memory import Rating


def typed(*accept: str, **settings: object) -> TypedAnswer:
    return TypedAnswer(accept=accept, **settings)


# -- typed answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("-100", typed("-100", "minus 100")),
        ("  minus   100\n", typed("-100", "minus 100")),
        ("−100", typed("-100")),  # a typographic minus sign
        ("－１００", typed("-100")),  # full width, as a Chinese keyboard writes it
        ("GELU", typed("gelu", ignore_case=True)),
        ("STRASSE", typed("straße", ignore_case=True)),
        ("cross　entropy", typed("cross entropy")),  # an ideographic space
        ("注意力掩码", typed("注意力掩码")),
        ("3.149", typed("3.14", tolerance=0.01)),
        ("1.1", typed("1.0", tolerance=0.1)),
        ("1e-4", typed("0.0001", tolerance=0)),
        ("7", typed("about seven", "7.0", tolerance=0)),
        ("about seven", typed("about seven", "7.0", tolerance=0)),
        ("nan", typed("nan", tolerance=1)),
    ],
)
def test_what_means_the_same_is_right(response, answer):
    assert grade_typed(response, answer)


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("100", typed("-100")),
        ("GELU", typed("gelu")),
        ("", typed("-100")),
        ("3.16", typed("3.14", tolerance=0.01)),
        ("7", typed("7.0")),
        ("inf", typed("3", tolerance=1e9)),
        ("1e999", typed("3", tolerance=1e9)),
        ("nan", typed("3", tolerance=1e9)),
        ("x" * 20_001, typed("x")),
    ],
)
def test_what_does_not_is_wrong(response, answer):
    assert not grade_typed(response, answer)


@given(st.text(max_size=200), st.booleans(), st.none() | st.floats(0, 1e308))
def test_any_text_can_be_graded_and_is_right_for_itself(text, ignore_case, tolerance):
    grade_typed(text, typed("1", ignore_case=ignore_case, tolerance=tolerance))
    if text.strip():
        assert grade_typed(text, typed(text, ignore_case=ignore_case, tolerance=tolerance))


# -- choices -----------------------------------------------------------------------------------------------------


def test_a_choice_is_graded_where_it_is_shown():
    choices = (Choice(text="a"), Choice(text="b", right=True))
    assert [grade_choice(index, choices) for index in (-1, 0, 1, 2)] == [False, False, True, False]


# -- predictions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prediction", "observed"),
    [
        ("2, 9", "torch.Size([2, 9])"),
        ("[2, 9]", "(2, 9)"),
        ("torch.Size([2, 9])", "[2, 9]"),
        ("1", "1.0"),
        ("nan", "nan"),
        ("[1, nan]", "(1, nan)"),
        ("-inf", "-inf"),
        ("0.3", "0.30000000000000004"),
        ("True", "True"),
        ("None", "None"),
        ("'cat'", "'cat'"),
        ("cat", "'cat'"),  # no quotation marks needed where a text was observed
        ("1", "'1'"),
        ("()", "[]"),
        ("((1, 2), [3])", "[[1, 2], (3,)]"),
        ("tensor(3)", "3"),
        ("torch.tensor([[1, 2]])", "[[1, 2]]"),
        ("tensor(3, device='cuda:0')", "3"),
        ("tensor([1., 2.], dtype=torch.float64)", "[1.0, 2.0]"),
        ("array([1, 2])", "[1, 2]"),
        ("1e-3", "0.001"),
        ("1_000", "1000"),
        ("-0.0", "0.0"),
        ("0x10", "16"),
        ('"a"', "'a'"),
        ("'猫'", "'猫'"),
        ("True, (None, 'a')", "[True, (None, 'a')]"),
        ("torch.float16", "'torch.float16'"),
        ("float16", "'torch.float16'"),
        ("('float16', 1)", "('torch.float16', 1)"),
        ("{'b': (1, 2), 'a': 1}", "{'a': 1.0, 'b': [1, 2]}"),
        ("{2, 1}", "{1, 2}"),
        ("set()", "set()"),
        ("frozenset([1])", "frozenset({1})"),
        ("{}", "{}"),
        ("{'float32'}", "{torch.float32}"),
        ("{torch.float32: 1}", "{'float32': 1}"),
        ("{(torch.float16, 1)}", "{('float16', 1)}"),
        ("{1.0: 2}", "{1: 2}"),
        ("torch.long", "torch.int64"),
        ("torch.strided", "'torch.strided'"),
        ("torch.os", "'torch.os'"),  # a text as it is
    ],
)
def test_the_same_structure_matches(prediction, observed):
    assert compare(prediction, observed).matches


@pytest.mark.parametrize(
    ("prediction", "observed", "difference"),
    [
        ("(2, 8)", "torch.Size([2, 9])", "[1]: 8 predicted, 9 observed"),
        ("(2, 9, 1)", "(2, 9)", "the whole: 3 items predicted, 2 observed"),
        ("[[1], [2, 3]]", "[[1], [2]]", "[1]: 2 items predicted, 1 observed"),
        ("[[1, 5]]", "[[1, 2]]", "[0][1]: 5 predicted, 2 observed"),
        ("True", "1", "True predicted, 1 observed (a truth value is not a number)"),
        ("0", "False", "0 predicted, False observed (a truth value is not a number)"),
        ("None", "0", "None predicted, 0 observed"),
        ("3", "(3,)", "3 predicted, (3,) observed"),
        ("'Cat'", "'cat'", "'Cat' predicted, 'cat' observed"),
        ("inf", "-inf", "inf predicted, -inf observed"),
        ("nan", "0.0", "nan predicted, 0.0 observed"),
        ("'1'", "1", "'1' predicted, 1 observed"),
        ("(1, [2, (3, 'b')])", "(1, [2, (3, 'c')])", "[1][1][1]: 'b' predicted, 'c' observed"),
        ("{'a': [1, 2]}", "{'a': [1, 3]}", "['a'][1]: 2 predicted, 3 observed"),
        ("{'a': 1}", "{'a': 1, 'b': 2}", "'b' observed, but not predicted"),
        ("({'a': 1, 'b': 2},)", "({'a': 1},)", "[0]: 'b' predicted, but it is not there"),
        ("{1, 2}", "{1}", "2 predicted, but it is not there"),
        ("torch.os", "'os'", "'torch.os' predicted, 'os' observed"),
        ("long", "'int64'", "'long' predicted, 'int64' observed"),
        ("[]", "{}", "[] predicted, {} observed"),
        ("(1, True)", "(1, 1)", "[1]: True predicted, 1 observed (a truth value is not a number)"),
    ],
)
def test_a_difference_is_said_with_its_place(prediction, observed, difference):
    assert compare(prediction, observed).differences == (difference,)


@pytest.mark.parametrize(
    ("prediction", "observed"),
    [("{True}", "{1}"), ("{0}", "{False}"), ("{True: 2}", "{1: 2}"), ("{(1, True)}", "{(1, 1)}")],
)
def test_truth_values_are_no_numbers_in_sets_and_keys_either(prediction, observed):
    found = compare(prediction, observed)
    assert [line.rpartition(" ")[2] for line in found.differences] == ["there", "predicted"]


def test_numbers_within_the_tolerance_match_at_any_depth():
    assert compare("[1.0, [2.0]]", "[1.009, [1.991]]", 0.01).matches
    assert not compare("[1.0, [2.0]]", "[1.009, [1.98]]", 0.01).matches


def test_numbers_beyond_the_tolerance_say_how_far_apart_they_are() -> None:
    assert compare("(1, 0.5)", "(1, 0.523)", 0.02).differences == (
        "[1]: 0.5 predicted, 0.523 observed (0.023 apart, 0.02 allowed)",
    )
    assert compare("{'loss': 2}", "{'loss': 2.4}", 0.1).differences == (
        "['loss']: 2 predicted, 2.4 observed (0.4 apart, 0.1 allowed)",
    )
    assert compare("nan", "2.4", 0.1).differences == ("nan predicted, 2.4 observed",)


def test_only_the_first_differences_are_listed():
    found = compare(str([0] * 100), str([1] * 100))
    assert not found.matches
    assert len(found.differences) == 8


def test_a_long_value_is_cut_in_the_words():
    (difference,) = compare("'" + "x" * 500 + "'", "3").differences
    assert len(difference) < 120


def test_huge_numbers_do_not_overflow():
    huge = "9" * 400
    assert compare(huge, huge).matches
    assert not compare(huge, "1.5", 1e308).matches
    assert not compare(huge + "8", huge + "9").matches
    assert compare("-0x" + "f" * 5000, "1").differences  # more digits than Python prints


def test_whole_numbers_are_compared_to_the_last_digit():
    assert not compare("1000000000001", "1000000000002").matches


def test_what_cannot_be_compared_is_said():
    with pytest.raises(ValueError, match="'nine' is not a value"):
        compare("nine", "9")
    with pytest.raises(ValueError, match="What the model did is no plain value"):
        compare("9", "<object at 0x7f>")


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**30), 10**30)
literals = st.recursive(
    numbers | st.booleans() | st.none() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(literals)
def test_every_value_is_read_back_and_matches_itself(value):
    if isinstance(value, str):
        assert parse_literal(repr(value)) == value
    else:
        assert repr(parse_literal(repr(value))) == repr(value)
    assert compare(repr(value), repr(value)).matches


@given(st.sets(st.text(max_size=3) | st.integers() | st.none() | st.tuples(st.integers()), max_size=5))
def test_a_set_is_read_back_whatever_the_order_it_is_written_in(value):
    assert parse_literal(repr(value)) == value
    assert compare(repr(value), "{" + ", ".join(map(repr, reversed(list(value)))) + "}" if value else "set()").matches


@given(literals, literals, st.floats(0, 1e308))
def test_comparing_is_the_same_both_ways(one, other, tolerance):
    if isinstance(one, str) or isinstance(other, str):
        return  # an unquoted text is a kindness to one side only
    assert compare(repr(one), repr(other), tolerance).matches == compare(repr(other), repr(one), tolerance).matches


@given(numbers, numbers, st.floats(0, 1e308))
def test_near_never_fails(one, other, tolerance):
    assert near(one, other, tolerance) == near(other, one, tolerance)


# -- hostile text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "__import__('os').system('true')",
        "().__class__",
        "1 + 1",
        "[x for x in (1, 2)]",
        "{**{}}",
        "{*[1]}",
        "{[1]}",
        "{[1]: 2}",
        "tensor()",
        "tensor(1, 2)",
        "tensor('a')",
        "tensor(*[1])",
        "os.tensor(1)",
        "list([1])",
        "set(1)",
        "torch.x.y",
        "torch.os",
        "torch.Tensor",
        "torch.ones(3)",
        "f'{1}'",
        "b'bytes'",
        "1j",
        "...",
        "torch.Size(2)",
        "torch.Size([2], [3])",
        "torch.Size(*[2])",
        "os.Size([2])",
        "[*[1]]",
        "--1",
        "-True",
        "not 1",
        "nine",
        "x = 3",
        "1; 2",
        "(1,",
        "'unclosed",
        "9" * 5_000,
        "1_" * 3_000,
        "(" * 33 + ")" * 33,
        "[" * 20_000,
        "-" * 20_000,
        "not " * 5_000 + "1",
        "1" + "+1" * 9_000,
        "a." * 9_000 + "a",
        "x" * 20_001,
        "\0",
        "\ud800",
        "\\\n" * 1_000,
    ],
)
def test_anything_else_is_refused_in_a_sentence_and_never_run(text):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_literal(text)


@given(st.text(max_size=300) | st.text(alphabet="()[]{},-+.0123456789eE'\"\\truFalsNone ", max_size=300))
def test_no_text_makes_the_reader_fail_otherwise(text):
    try:
        parse_literal(text)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017
        assert len(str(error)) < 400  # noqa: PT017


# -- suggestions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("correct", "confidence", "verdict", "expected"),
    [
        (True, None, None, Rating.GOOD),
        (True, 90, Verdict.VERIFIED, Rating.GOOD),
        (True, 50, Verdict.VERIFIED, Rating.HARD),
        (False, 99, Verdict.VERIFIED, Rating.AGAIN),
        (False, None, Verdict.ERROR, Rating.AGAIN),
        (None, 90, None, None),
        (True, 90, Verdict.REFUTED, None),
        (False, 90, Verdict.REFUTED, None),
    ],
)
def test_a_response_speaks_for_a_rating(correct, confidence, verdict, expected):
    assert suggest(correct, confidence=confidence, verdict=verdict) is expected


def test_easy_is_never_suggested():
    everything = [(c, n, v) for c in (True, False, None) for n in (None, 50, 99) for v in (None, *Verdict)]
    assert Rating.EASY not in {suggest(c, confidence=n, verdict=v) for c, n, v in everything}
