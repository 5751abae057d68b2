"""The tables of the README that the code knows best; `make docs` writes them, a test compares them."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from quizapp.cards.card import Kind
from quizapp.config import Settings
from quizapp.lab.anatomy.card import read_card
from quizapp.lab.settings import SHIPPED_MODELS, LabSettings
from quizapp.tui import keys
from quizapp.tui.app import QuizApp
from tests.shipped import library

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def keys_table() -> str:
    """Every key that the footer or the help shows, by screen."""
    places = [(place, keys.bindings(place)) for place in keys.PLACES] + [("Everywhere", list(QuizApp.BINDINGS))]
    rows = ["| Where | Key | Does | Id |", "|---|---|---|---|"]
    for place, bindings in places:
        for binding in bindings:
            if binding.tooltip:
                shown = (binding.key_display or binding.key).replace(",", "`, `")
                rows.append(f"| {place} | `{shown}` | {binding.tooltip} | `{binding.id}` |")
    return "\n".join(rows)


def settings_table() -> str:
    """Every setting with its default and its sentence."""
    rows = ["| Setting | Default | What it is |", "|---|---|---|"]
    rows += [f"| `{name}` | {default} | {sentence} |" for name, default, sentence in settings()]
    return "\n".join(rows)


def decks_table() -> str:
    """The shipped decks, with their cards: how many, how many ask for a prediction, how many set a note right."""
    rows = ["| Deck | Cards | Predictions | Corrections |", "|---|--:|--:|--:|"]
    decks = library().decks
    for name, cards in [(deck.title, deck.cards) for deck in decks] + [("**All**", sum((d.cards for d in decks), ()))]:
        predicted = sum(card.kind is Kind.PREDICT for card in cards)
        rows.append(f"| {name} | {len(cards)} | {predicted} | {sum(bool(card.entry.corrects) for card in cards)} |")
    return "\n".join(rows)


def figures_table() -> str:
    """How well each shipped model does on text it never saw, beside simpler means, as its card has it."""
    rows = ["| Model | On text it never saw | It | Simpler means |", "|---|---|---|---|"]
    for role in LabSettings().models:
        card = read_card((SHIPPED_MODELS / role / "README.md").read_text("utf-8"))
        (_, _, *others), *figures = card.figures
        for measure, ours, *theirs in figures:
            beside = " · ".join(f"{name} {figure}" for name, figure in zip(others, theirs, strict=True))
            rows.append(f"| `{role}` | {measure} | **{ours}** | {beside} |")
    return "\n".join(rows)


def settings(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Name, default and sentence of each setting, sections last."""
    sentences = field_docstrings(model)
    sections = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            sections.append((field.annotation, f"{prefix}{name}."))
        else:
            yield f"{prefix}{name}", shown_default(field), sentences[name]
    for section, section_prefix in sections:
        yield from settings(section, section_prefix)


def shown_default(field: FieldInfo) -> str:
    """The default as it stands in a TOML file; one that a machine decides is told in words."""
    if field.default_factory is not None:
        if field.annotation is Path:
            return "*see below*"
        return "*the shipped ones*" if field.get_default(call_default_factory=True) else ""
    value = field.default
    if value is None or value == ():
        return ""
    plain = [str(part) for part in value] if isinstance(value, tuple) else value
    return f"`{json.dumps(plain, default=str)}`"


def field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring under each field, which is the one place where a setting is described."""
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(field.target, ast.Name):
            assert isinstance(after.value, ast.Constant)
            found[field.target.id] = " ".join(str(after.value.value).split())
    return found


def filled(text: str) -> str:
    """The README with its tables as the code has them now."""
    tables = (
        ("decks", decks_table()),
        ("keys", keys_table()),
        ("figures", figures_table()),
        ("settings", settings_table()),
    )
    for name, table in tables:
        pattern = re.compile(rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert pattern.search(text), f"the README has no place for the {name}"
        text = pattern.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text()))
    print(f"{README.name}: its tables are written")
