"""What can be asked for, and where it is kept: never outside the folder of all models."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.errors import PullError
from quizapp.lab.pulling.asked import Asked, parse
from quizapp.lab.pulling.place import Places
from quizapp.lab.pulling.watching import told

PLACES = Places(Path("/data/models"), Path("/cache/models"))


@pytest.mark.parametrize(
    ("text", "name", "revision"),
    [
        ("gpt2", "gpt2", None),
        ("HuggingFaceTB/SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M", None),
        (" google-bert/bert-base-uncased ", "google-bert/bert-base-uncased", None),
        ("a/b@main", "a/b", "main"),
        ("a/b@refs/pr/3", "a/b", "refs/pr/3"),
        ("a/b@v1.0+cpu", "a/b", "v1.0+cpu"),
    ],
)
def test_names_with_and_without_a_revision(text: str, name: str, revision: str | None) -> None:
    assert parse(text) == Asked(name, revision)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "/",
            "a/b/c",
            "a//b",
            "../b",
            "a/..",
            ".a",
            "a/.b",
            "a--b",
            "a/b.git",
            "a b",
            "ä/b",
            "a/b\n@x",
            "-a",
            "a/b-",
        ],
        *["https://example.org/a/b", "a/b@", "a/b@-x", "a/b@x y", "a/b@../..", "a/b@@", "a\0b", "a/b@x\0", "A" * 97],
    ],
)
def test_what_names_no_model_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(PullError, match=r"is no (name of a model|revision); write"):
        parse(text)


@given(st.from_regex(r"[\w./@ -]{1,20}") | st.text())
@example("a/b")
def test_whatever_is_asked_for_is_kept_among_the_models(text: str) -> None:
    try:
        name = parse(text).name
    except PullError:
        return
    for place, root in [
        (PLACES.model(name), PLACES.models),
        (PLACES.work(name), PLACES.models),
        (PLACES.parts(name), PLACES.cache),
    ]:
        assert place.parent == root
        assert ".." not in place.parts
    assert not PLACES.model(name).name.startswith("."), "that is how what is half made is told from models"
    assert PLACES.work(name).name.startswith(".")


@given(st.integers(0, 10**15))
def test_a_size_is_told_in_few_characters(size: int) -> None:
    assert len(told(size)) <= len("999.9 GB") + 1


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (92_871_040, "93 MB"),
        (1_234_000_000, "1.2 GB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_sizes_are_told_in_units_that_fit(size: int, text: str) -> None:
    assert told(size) == text
