"""What the benchmark says of what it measured."""

from __future__ import annotations

from collections import defaultdict

from bench.subject import subjects
from bench.table import table

LAB = {
    "warm → output": [5.0],
    "fresh → end": [3000.0],
    "r → output": [7.0, 8.0, 90.0],
    "r → verdict": [10.0],
    "r at once → output": [50.0],
}


def test_it_compares_medians_for_each_model() -> None:
    told = table(defaultdict(list, {("causal", what): values for what, values in LAB.items()}))
    assert "causal   r → output                        3       8.0      90.0" in told
    assert "causal: r to the first output +3.0 ms to a warm interpreter's first run" in told
    assert "a fresh interpreter takes 300 times as long" in told
    assert "the next spare is ready 42 ms after a verdict" in told
    assert "kernel" not in told
    assert "touching" not in told


def test_it_tells_of_kernels_and_of_pages_where_they_were_measured() -> None:
    more = {
        "kernel → output": [9.5],
        "untouched → end": [100.0],
        "touched → end": [86.0],
        "touching ahead": [7.0],
    }
    told = table(defaultdict(list, {("large", what): values for what, values in (LAB | more).items()}))
    assert "a Jupyter kernel's first run +1.5 ms to the lab's" in told
    assert "touching the weights takes 14.0 ms off a run, 7.0 ms ahead of it" in told


def test_the_same_code_is_loaded_and_run_everywhere() -> None:
    for subject in subjects("/a/large/model"):
        compile(subject.load + subject.code, subject.name, "exec")
        assert (subject.role == "none") == ("from_pretrained" not in subject.load)
    assert [subject.name for subject in subjects(None)] == ["causal", "masked", "none"]
    assert subjects("/a/large/model")[-1].settings.models["causal"] == "/a/large/model"
