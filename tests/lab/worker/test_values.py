"""Values as text: bounded, and literals where Python has them."""

from __future__ import annotations

import ast

import numpy as np
import pytest
import torch

from quizapp.lab.bodies import read_chart
from quizapp.lab.protocol import Frame, Kind, decode, encode
from quizapp.lab.worker.charts import Show, chart
from quizapp.lab.worker.values import describe, literal
from quizapp.study.grading import compare
from quizapp.study.literals import ALIASES, TORCH_NAMES


class Tokenizer:
    def decode(self, ids: list[int]) -> str:
        return f"<{ids[0]}>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.Size([2, 9]), "(2, 9)"),
        (torch.tensor(3), "3"),
        (torch.tensor(True), "True"),
        (torch.tensor([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (torch.tensor(0.5, requires_grad=True), "0.5"),
        (np.float32(0.5), "0.5"),
        (np.arange(3), "[0, 1, 2]"),
        ((torch.tensor(1), "a", None), "(1, 'a', None)"),
        ({"a": torch.Size([1])}, "{'a': (1,)}"),
        (torch.float16, "'torch.float16'"),
        (torch.device("cpu"), "'cpu'"),
        ((torch.float16, {"on": torch.device("cpu")}), "('torch.float16', {'on': 'cpu'})"),
        ("text", "'text'"),
        (2**70, str(2**70)),
    ],
)
def test_what_is_observed_is_a_literal(value: object, text: str) -> None:
    assert literal(value) == text


def test_a_large_tensor_is_described_not_written_out() -> None:
    assert literal(torch.zeros(2, 9, 64)) == "tensor of (2, 9, 64), float32, 0.0 … 0.0"
    assert describe(torch.arange(100)) == "tensor of (100,), int64, 0.0 … 99.0"
    assert describe(torch.ones(100, dtype=torch.bool)) == "tensor of (100,), bool"


@pytest.mark.filterwarnings("error")
def test_a_tensor_of_a_graph_is_described_without_a_warning() -> None:
    assert describe(torch.ones(100, requires_grad=True) * 2) == "tensor of (100,), float32, 2.0 … 2.0"


@pytest.mark.parametrize("kind", [torch.Tensor, torch.nn.Parameter, np.ndarray, np.float32, int])
def test_a_class_is_shown_as_one(kind: type) -> None:
    assert describe(kind) == literal(kind) == repr(kind)


class Anything:
    """Answers to every name, as a mock does."""

    def __getattr__(self, name: str) -> object:
        raise KeyError(name)

    def __repr__(self) -> str:
        return "anything"


def test_an_object_is_not_asked_for_what_it_may_not_have() -> None:
    assert describe(Anything()) == literal(Anything()) == "anything"


def test_a_dtype_beside_a_check_is_written_as_torch_writes_it() -> None:
    assert describe(torch.float16) == "torch.float16"
    assert describe((torch.float16, 1)) == "(torch.float16, 1)"


def test_numbers_beside_a_check_have_six_digits() -> None:
    assert describe(torch.tensor([0.1, 1 / 3])) == "[0.1, 0.333333]"
    assert describe((0.1 + 0.2, [1e-9 / 3])) == "(0.3, [3.33333e-10])"


@pytest.mark.parametrize("value", ["x" * 10**6, [0] * 10**6, {n: n for n in range(10**5)}, b"x" * 10**6])
def test_no_value_is_longer_than_its_place(value: object) -> None:
    assert len(describe(value)) <= 200
    assert len(literal(value)) <= 4_000


def test_probabilities_with_a_tokenizer_are_bars_of_the_likeliest_tokens() -> None:
    bars = chart(torch.tensor([0.1, 0.6, 0.3]), Tokenizer(), "next", 2)
    assert bars == {"chart": "bars", "title": "next", "labels": ["<1>", "<2>"], "values": pytest.approx([0.6, 0.3])}


def test_a_matrix_has_names_on_both_sides() -> None:
    heat = chart([[1, 2]], (["row"], ["a", "b"]), "", None)
    assert (heat["rows"], heat["columns"], heat["values"]) == (["row"], ["a", "b"], [[1.0, 2.0]])


def test_names_without_a_pair_serve_both_sides() -> None:
    heat = chart(torch.eye(2), ["a", "b"], "", None)
    assert heat["rows"] == heat["columns"] == ["a", "b"]


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([1, 2, 3]),
        torch.tensor([1.0, 2.0, 3.0], requires_grad=True),
        torch.tensor([1, 2, 3], dtype=torch.bfloat16),
        torch.tensor([1, 2, 3]).to_sparse(),
        torch.tensor([3, 2, 1]).flip(0)[::1],
        np.arange(1, 4),
        np.array([3, 2, 1])[::-1],
        np.float16([1, 2, 3]),
        (1, 2, 3),
        range(1, 4),
        [torch.tensor(1.0), np.int64(2), 3],
        {"a": 1, "b": 2, "c": 3}.values(),
        (n for n in (1, 2, 3)),
        map(float, [1, 2, 3]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_series_is_a_series_whatever_it_is_in(value: object) -> None:
    assert chart(value, None, "", None) == {"chart": "line", "title": "", "values": [1.0, 2.0, 3.0], "count": 3}


@pytest.mark.parametrize(
    "value", [torch.eye(2), torch.eye(2) > 0, np.eye(2), [torch.eye(2)[0], (0, True)], [[1, 0], [0, 1]]]
)
def test_a_matrix_is_a_matrix_whatever_it_is_in(value: object) -> None:
    assert chart(value, None, "", None)["values"] == [[1.0, 0.0], [0.0, 1.0]]


def test_large_whole_numbers_stay_exact() -> None:
    assert chart(torch.tensor([2**40 + 1, 2**53 - 1]), None, "", None)["values"] == [2**40 + 1, 2**53 - 1]


def test_nothing_is_a_chart_of_nothing() -> None:
    assert chart([], None, "", None)["values"] == []
    assert chart(torch.empty(0, 3), None, "", None)["values"] == []
    assert chart(torch.empty(0), Tokenizer(), "", None)["labels"] == []


def test_of_a_long_series_the_largest_of_every_few_is_kept_and_a_nan_too() -> None:
    losses = torch.zeros(5_000)
    losses[1_234], losses[4_000] = 9, torch.nan
    line = chart(losses, None, "loss", None)
    assert (len(line["values"]), line["count"], line["values"][246]) == (1_000, 5_000, 9)
    assert line["values"][800] != line["values"][800]


def test_a_token_without_text_is_named_by_its_number() -> None:
    class Silent:
        def decode(self, ids: list[int]) -> str:
            return ""

    assert chart([0.1, 0.9], Silent(), "", None)["labels"] == ["#1", "#0"]


def test_rows_that_hold_text_are_a_table_with_labels_for_heads() -> None:
    table = chart(zip(["the", "cat"], torch.tensor([5, 7]), strict=True), ["token", "id"], "", None)
    assert (table["columns"], table["rows"]) == (["token", "id"], [["the", "5"], ["cat", "7"]])


def test_names_may_be_anything() -> None:
    assert chart([1, 2], torch.tensor([101, 102]), "", None)["labels"] == ["101", "102"]
    assert chart([1, 2], {"a": 0, "b": 0}.keys(), "", None)["labels"] == ["a", "b"]


def test_a_note_on_what_is_left_out_is_seen_whatever_the_title() -> None:
    assert chart(torch.zeros(500, 300), None, "x" * 200, None)["title"].endswith("… (the first 64 of 500 × 300)")
    wide = chart([{n: n for n in range(20)}] * 60, None, "", None)
    assert wide["title"] == "(the first 50 of 60 rows, the first 12 of 20 columns)"
    assert chart(torch.ones(70), ["a"] * 70, "", None)["title"] == "(the first 64 of 70)"


def test_charts_beyond_those_a_run_may_show_are_told_of_once(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[object] = []
    show = Show(shown.append)
    for n in range(30):
        show([n, n])
    assert len(shown) == 20
    assert capsys.readouterr().out == "show(): a run may show 20 charts; the others are left out.\n"


def test_a_mapping_is_a_table() -> None:
    table = chart({"loss": torch.tensor(0.5), "n": 2}, None, "", None)
    assert table["rows"] == [["loss", "0.5"], ["n", "2"]]


def test_charts_are_bounded_and_say_so() -> None:
    assert len(chart(torch.zeros(10**6), None, "", None)["values"]) <= 1_000
    heat = chart(torch.zeros(500, 300), None, "mask", None)
    assert (len(heat["values"]), len(heat["values"][0])) == (64, 64)
    assert "500 × 300" in heat["title"]
    table = chart([{"a": n} for n in range(10**4)], None, "x" * 1000, None)
    assert len(table["rows"]) == 50
    assert len(chart(torch.zeros(10**5), Tokenizer(), "", 10**5)["values"]) == 64


@pytest.mark.parametrize(
    ("value", "labels", "said"),
    [
        (torch.zeros(2, 2, 2), None, "not in 3; index or squeeze them first"),
        (torch.tensor(1.0), None, r"a single number is for print\(\)"),
        (torch.tensor([1j]), None, "no complex numbers"),
        ([[1, 2], [3]], None, "expected sequence of length 2"),
        ([1, None], None, "NoneType"),
        ("text", None, "not str"),
        (3, None, "not int"),
        (np.array(["a"]), None, "str"),
        (torch.eye(2), Tokenizer(), "names the sides of a matrix by lists"),
        (torch.ones(70), ["a"] * 69, "70 numbers and 69 labels"),
        (object(), None, "not object"),
        ([1, 2], ["a"], "2 numbers and 1 labels"),
        ([[1, 2]], ["a"], "1 labels for 2"),
    ],
)
def test_what_cannot_be_charted_is_refused_in_words(value: object, labels: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        chart(value, labels, "", None)


@pytest.mark.parametrize("k", [0, -1])
def test_no_bars_are_no_chart(k: int) -> None:
    with pytest.raises(TypeError, match="`k` is how many bars: 1 or more"):
        chart([1.0] * 1_000, [str(n) for n in range(1_000)], "", k)


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        (torch.zeros(10**5), None),
        (torch.full((3,), torch.nan), None),
        (torch.zeros(10**3), [str(n) for n in range(10**3)]),
        (torch.full((200, 300), torch.inf), None),
        ([{str(n): n for n in range(100)}] * 100, None),
        ({n: n for n in range(100)}, None),
    ],
    ids=["line", "no numbers", "bars", "heat", "rows", "names"],
)
def test_the_largest_chart_is_one_that_the_app_takes(value: object, labels: object) -> None:
    drawn = read_chart(decode(encode(Frame(Kind.CHART, 1, chart(value, labels, "x" * 1_000, None)))))
    assert drawn.title.startswith("x" * 20)
    assert len(drawn.title) <= 80


def test_a_literal_reads_back() -> None:
    value = {"shape": torch.zeros(2, 3).shape, "ids": torch.tensor([1, 2])}
    assert ast.literal_eval(literal(value)) == {"shape": (2, 3), "ids": [1, 2]}


@pytest.mark.parametrize("name", sorted(TORCH_NAMES | ALIASES.keys()))
def test_what_counts_as_a_name_of_torch_is_what_it_prints(name: str) -> None:
    assert repr(getattr(torch, name)) == f"torch.{ALIASES.get(name, name)}"


@pytest.mark.parametrize("value", [torch.float16, torch.strided, torch.channels_last, torch.tensor(1).dtype])
def test_what_torch_names_is_a_prediction_as_it_stands_without_its_module_and_in_a_set(value: object) -> None:
    for said in (repr(value), repr(value).removeprefix("torch."), repr(repr(value))):
        assert compare(said, literal(value)).matches
    assert compare(f"{{{value!r}}}", literal({value})).matches
