"""A new deck is right as it is written, whatever its name; names that cannot be are refused in a sentence."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from quizapp.cards.card import Kind
from quizapp.cards.loader import load_file, load_text
from quizapp.cards.mending.fixing import fixed
from quizapp.cards.template import SCHEMA_FILE, TEMPLATE, Name, is_outdated, schema_text, template, write_deck
from quizapp.errors import DeckError

NAMES = {
    "attention-masks": ("attention-masks", "Attention masks"),
    "Attention Masks": ("attention-masks", "Attention Masks"),
    "  LoRA  ": ("LoRA", "LoRA"),
    "x.yaml": ("x", "X"),
    "v1.5_notes": ("v1.5_notes", "V1.5 notes"),
    "注意力": ("注意力", "注意力"),
    "注意力 掩码": ("注意力-掩码", "注意力 掩码"),
    "cafe\u0301": ("caf\u00e9", "Caf\u00e9"),
    "no": ("no", "No"),
    "2026-01-01": ("2026-01-01", "2026 01 01"),
    "x-": ("x-", "X"),
    "my-TITLE": ("my-TITLE", "My TITLE"),
    "NAME": ("NAME", "NAME"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_id_and_the_title_come_from_the_name(name, tmp_path):
    named = Name.of(name)
    assert (named.id, named.title.strip()) == NAMES[name]
    path = write_deck(named, tmp_path)
    loaded = load_file(path)
    assert (loaded.problems, loaded.suggestions) == ((), ())
    assert (loaded.deck.id, loaded.deck.title) == NAMES[name]
    assert path == tmp_path / f"{NAMES[name][0]}.yaml"
    validator = Draft202012Validator(json.loads((tmp_path / SCHEMA_FILE).read_text()))
    assert list(validator.iter_errors(yaml.safe_load(path.read_text()))) == []


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "../x", ".hidden", "-x", "a#b", "what?", "a\x1b[31m", "x" * 81, "a\nb/"]
)
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(DeckError, match="cannot be the name of a deck"):
        Name.of(name)


@given(st.text(max_size=12))
def test_any_name_makes_a_right_deck_or_none(text):
    try:
        name = Name.of(text)
    except DeckError:
        return
    loaded = load_text(template(name), TEMPLATE)
    assert loaded.problems == ()
    assert loaded.deck.id == name.id
    assert fixed(template(name)) == (template(name), [])


def test_it_has_a_card_of_each_kind_and_shows_the_rest():
    cards = load_text(template(Name.of("x")), TEMPLATE).deck.cards
    assert {card.kind for card in cards} == set(Kind)
    assert any(card.entry.vary for card in cards)
    assert any(card.entry.after for card in cards)


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "x.yaml").write_text("mine")
    with pytest.raises(DeckError, match="is there already; edit it, or choose another name"):
        write_deck(Name.of("x"), tmp_path)
    assert (tmp_path / "x.yaml").read_text() == "mine"


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeckError, match="cannot be written: Not a directory"):
        write_deck(Name.of("x"), tmp_path / "file" / "in")


def test_the_first_line_leads_editors_to_the_schema_beside_it(tmp_path):
    path = write_deck(Name.of("x"), tmp_path / "new" / "folder")
    first = path.read_text().splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = path.parent / first.partition("=")[2]
    assert not is_outdated(schema)
    schema.write_text(schema_text().replace('"after"', '"before"'))
    assert is_outdated(schema)
    assert not is_outdated(tmp_path / SCHEMA_FILE)


@pytest.mark.parametrize("content", [b"mine", b"\xff", b"{}"])
def test_what_only_has_the_name_of_the_schema_is_left_alone(tmp_path, content):
    (tmp_path / SCHEMA_FILE).write_bytes(content)
    assert not is_outdated(tmp_path / SCHEMA_FILE)
    with pytest.raises(DeckError, match="is something else than the schema of a deck"):
        write_deck(Name.of("x"), tmp_path)
    assert (tmp_path / SCHEMA_FILE).read_bytes() == content
    assert not (tmp_path / "x.yaml").exists()


def test_nothing_is_written_through_a_link_in_the_place_of_the_schema(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(before := schema_text().replace('"after"', '"before"'))
    (tmp_path / SCHEMA_FILE).symlink_to(kept)
    write_deck(Name.of("x"), tmp_path)
    assert kept.read_text() == before
