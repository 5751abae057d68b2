"""The JSON Schema of a deck, for editors: completion, descriptions, and most mistakes while typing.

It says less than the loader, which also knows what a schema cannot: ids that repeat, code that does not parse, names
that are used nowhere. Every deck without problems fits it, but that the texts `~` and `null` must be
quoted: to an editor they are a key without a value, the more likely mistake.
"""

from __future__ import annotations

from typing import Any

from quizapp.cards.deck import DeckFile
from quizapp.cards.identity import ID_PATTERN

TITLE = "A quizapp deck"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EDITOR_ID = r"^[^\s/#._-][^\s/#]{0,79}$"
"""As `ID_PATTERN`, in what every dialect of patterns understands: JavaScript's `\\w` knows ASCII only."""
SCALAR = ["string", "number", "boolean"]
"""What a text may look like to an editor: YAML guesses that `no` and `3.10` are no texts, the loader does not."""

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "DeckFile": {
        "deck": "Stable id of the deck; the learner's history hangs on it, the file may be renamed or moved.",
        "title": "What the deck is called on the screen.",
        "notes": "A file in the configured notes folder, which `section` of the cards refers to.",
        "cards": "The cards, in the order they are introduced.",
    },
    "Entry": {
        "id": "Stable id, unique in the deck; the learner's history hangs on it.",
        "question": "Markdown. `{name}` shows a value drawn from `vary`.",
        "answer": "Markdown. For other kinds than plain recall: what is said besides.",
        "section": "Heading in the notes, such as `2-2`.",
        "source": "Where this can be read, such as an address.",
        "tags": "Words to find the card by.",
        "after": "Cards that are to be learnt before this one is asked: ids of this deck, or `deck/card`.",
        "choices": "Options, exactly one of them right; their order is shuffled.",
        "type": "Answers that count when typed.",
        "cloze": "A sentence with deletions `{{c1::text}}` or `{{c1::text::hint}}`; each number is a card of its own.",
        "predict": "What the learner predicts, to be compared with what the model does.",
        "vary": "Names with the values to draw from; each is bound as a variable before the code runs.",
        "corrects": "What the note said, where the note is wrong.",
        "asks": "What the notes ask and this card asks in other words: a piece of the notes' line each.",
        "verify": "The snippet that proves the claim.",
    },
    "Choice": {
        "text": "The option, in Markdown.",
        "right": "True for the one right option.",
        "why": "Shown after the answer: why it is right, or what it mistakes.",
    },
    "TypedAnswer": {
        "accept": "The answers that count; the first is shown as the answer.",
        "ignore_case": "Whether capital letters do not matter.",
        "tolerance": "For numbers: how far off still counts.",
    },
    "Prediction": {
        "value": "A Python expression, evaluated after the code.",
        "tolerance": "For numbers: how far off still counts.",
    },
    "Verify": {
        "model": "The role of the model: the learner's settings say which model that is.",
        "code": "Python. `model`, `tokenizer`, `device`, `torch` and `show` are there; each `assert` is a claim.",
    },
}

EXAMPLES: dict[str, dict[str, list[object]]] = {
    "DeckFile": {"deck": ["logits-and-loss"], "title": ["Logits, heads and loss"], "notes": ["course.md"]},
    "Entry": {
        "id": ["logits-are-not-probabilities"],
        "question": ["Do the scores a language-model head returns for one position sum to 1?"],
        "answer": ["No. They are scores; `softmax` makes probabilities of them."],
        "section": ["2-2"],
        "source": ["https://huggingface.co/learn/llm-course/chapter2/2"],
        "tags": [["logits", "softmax"]],
        "after": [["logits-are-scores"], ["logits-and-loss/logits-are-scores"]],
        "corrects": ["The note calls logits probabilities."],
        "asks": [["how does padding work"]],
        "choices": [["vocab_size", {"text": "hidden_size", "right": True, "why": "the head has not run yet"}]],
        "type": [{"accept": ["-100", "minus 100"], "ignore_case": True}],
        "cloze": ["Labels of {{c1::-100}} are ignored by {{c2::cross-entropy}}."],
        "predict": [{"value": "tuple(hidden.shape)"}],
        "vary": [{"short": [2, 3], "long": [5, 7, 9]}],
        "verify": [{"model": "causal", "code": "assert model.config.vocab_size == len(tokenizer)\n"}],
    },
    "Choice": {"text": ["hidden_size"], "right": [True], "why": ["The head has not run yet."]},
    "TypedAnswer": {"accept": [["-100", "minus 100"]], "ignore_case": [True], "tolerance": [0.01]},
    "Prediction": {"value": ["tuple(hidden.shape)"], "tolerance": [0.01]},
    "Verify": {"model": ["causal"], "code": ["assert model.config.vocab_size == len(tokenizer)\n"]},
}

REQUIRED = {
    "recall": ("question", "answer"),
    "choices": ("question", "choices"),
    "type": ("question", "type"),
    "cloze": ("cloze",),
    "predict": ("question", "predict", "verify"),
}
"""By kind, the keys it needs."""


def deck_schema() -> dict[str, Any]:
    """The schema of a deck file, draft 2020-12."""
    schema = _without_null(DeckFile.model_json_schema())
    parts = {**schema.pop("$defs"), "DeckFile": schema}
    for name, part in parts.items():
        _describe(part, DESCRIPTIONS[name], EXAMPLES.get(name, {}))
    entry = parts.pop("Entry")
    del parts["DeckFile"]
    entry["oneOf"] = [_of_kind(kind, keys) for kind, keys in REQUIRED.items()]
    entry["properties"]["after"]["uniqueItems"] = True
    entry["properties"]["choices"].update(minItems=2, items={"anyOf": [{"type": SCALAR}, {"$ref": "#/$defs/Choice"}]})
    entry["properties"]["vary"]["additionalProperties"].update(minItems=1, uniqueItems=True)
    return {"$schema": DIALECT, **schema, "title": TITLE, "$defs": {"Entry": entry, **parts}}


def _describe(part: dict[str, Any], descriptions: dict[str, str], examples: dict[str, list[object]]) -> None:
    """Add what an editor shows; a text may be any scalar, an id has a pattern that every editor reads."""
    for key, value in part["properties"].items():
        value.pop("title", None)
        if value.get("pattern") == ID_PATTERN:
            value["pattern"] = EDITOR_ID
        value["description"] = descriptions[key]
        if key in examples:
            value["examples"] = examples[key]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without `null`, which is how pydantic says that a key may be left out; a deck has no null."""
    schema = {key: _inside(value) for key, value in schema.items() if not (key == "default" and value is None)}
    options = schema.get("anyOf", [])
    if {"type": "null"} in options:
        (option,) = (option for option in options if option != {"type": "null"})
        del schema["anyOf"]
        schema |= option
    if schema.get("type") == "string" and "enum" not in schema:
        schema["type"] = SCALAR
    return schema


def _inside(value: object) -> object:
    if isinstance(value, list):
        return [_inside(item) for item in value]
    return _without_null(value) if isinstance(value, dict) else value


def _of_kind(kind: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """A card of one kind: its keys are there, those of other kinds are not."""
    others = {"choices", "type", "cloze", "predict"} - {kind} | ({"question"} if kind == "cloze" else set())
    return {"required": list(keys), "not": {"anyOf": [{"required": [other]} for other in sorted(others)]}}
