import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from quizapp.cards.files import deck_files
from quizapp.cards.loader import load_text
from quizapp.cards.schema import deck_schema
from quizapp.cards.template import TEMPLATE
from tests.cards.test_mistakes import CARD_MISTAKES
from tests.cards.test_round_trip import DECK
from tests.cards.test_variation import DECK as VARIED

SHIPPED = sorted(deck_files([Path(__file__).parents[2] / "decks"]))
VALIDATOR = Draft202012Validator(deck_schema())
HEAD = "deck: d\ntitle: T\ncards:\n"

REFUSED = (
    "no answer",
    "no question",
    "no id",
    "id with a space",
    "id as a list",
    "empty question",
    "a text too long",
    "misspelt key",
    "unknown key",
    "several at once",
    "tags without a list",
    "a card that is a text",
    "two kinds",
    "one choice",
    "misspelt key in a choice",
    "nothing to accept",
    "quoted tolerance",
    "negative tolerance",
    "a cloze with a question",
    "nothing to run",
    "an unknown role",
    "no role",
    "values missing or twice",
    "values that are not scalars",
)
"""Mistakes that a schema can tell."""


def errors(text: str) -> list[str]:
    """As an editor sees them: it reads YAML with YAML's guesses."""
    return [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(deck_schema())
    assert json.loads(json.dumps(deck_schema())) == deck_schema()


def test_every_key_has_a_description():
    schema = deck_schema()
    for part in (schema, *schema["$defs"].values()):
        for key, value in part["properties"].items():
            assert len(value["description"]) > 10, key


def test_every_key_has_an_example():
    schema = deck_schema()
    for part in (schema, *schema["$defs"].values()):
        for key, value in part["properties"].items():
            assert value.get("examples") or key == "cards", key


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_deck_fits(path):
    assert errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [DECK, VARIED, TEMPLATE.read_text(encoding="utf-8")])
def test_a_deck_of_every_kind_fits(text):
    assert errors(text) == []


@pytest.mark.parametrize("scalar", ["no", "3.10", "012", "1e3", "true", "'x'", "2-2"])
def test_texts_that_yaml_takes_for_something_else_fit_as_they_are_read(scalar):
    text = f"{HEAD}  - {{id: a, question: {scalar}, answer: {scalar}, section: {scalar}, tags: [{scalar}]}}\n"
    assert not load_text(text, Path("d.yaml")).problems
    assert errors(text) == []


@pytest.mark.parametrize("mistake", REFUSED)
def test_typical_mistakes_are_refused(mistake):
    lines = CARD_MISTAKES[mistake][0].split("\n")
    assert errors(HEAD + "  - " + "\n".join("    " + line for line in lines).lstrip() + "\n")


def test_examples_fit_their_own_schema():
    schema = deck_schema()
    for name, part in (("deck", schema), *schema["$defs"].items()):
        for key, value in part["properties"].items():
            validator = Draft202012Validator({**value, "$defs": schema["$defs"]})
            for example in value.get("examples", ()):
                assert not list(validator.iter_errors(example)), (name, key)
