"""Models as `quizapp models` prints them, within the width of the terminal; all names are foreign text."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

from quizapp.cards.sanitize import clean
from quizapp.lab.anatomy.shape import Shape
from quizapp.lab.anatomy.tokens import Special, Tokens
from quizapp.lab.anatomy.weights import Weights
from quizapp.lab.anatomy.whole import Anatomy
from quizapp.lab.catalogue import Entry
from quizapp.lab.pulling.watching import told

Value = str | list[str]
"""What is said of a property: words, or parts that are not parted."""
LABEL = 15
"""Cells that the name of a property has."""
COLUMNS = (("KIND", "<7"), ("SIZE", ">8"), ("PARAMETERS", ">10"), ("ROLE", "<9"))
"""The columns of a list beside the name, and how each is set."""
FEW_TOKENS = 8
"""Special tokens without a role that are told one by one."""
LONGEST_CELL = 200
LEAST_ROOM = 20
ORDER = (
    "architecture", "parameters", "size", "layers", "hidden size", "heads", "vocabulary", "head", "context",
    "tokenizer", "special tokens", "other tokens", "chat template",
)  # fmt: skip
PLACES = {"yours": "", "elsewhere": "elsewhere", "to pull": "to pull"}
"""What is said of where a model is, in the place of the role that has it."""


def as_list(entries: Iterable[Entry]) -> Iterator[str]:
    """A line for each model, and what is wrong with it below."""
    room = max(LEAST_ROOM, _width() - sum(2 + int(setting[1:]) for _, setting in COLUMNS))
    yield _row("NAME", [name for name, _ in COLUMNS], room)
    for entry in entries:
        name = clean(entry.name, newlines=False)
        if cell_len(name) > room:
            yield from chop_cells(name, _width())
            name = ""
        size = told(entry.size) if entry.size is not None else "–"
        use = ", ".join(entry.roles) or PLACES.get(entry.place, "")
        yield _row(name, [entry.kind or "–", size, short_count(entry.parameters), use], room)
        for sentence in entry.lacks:
            yield from _folded(sentence.split(" "), "  ✗ ")


def as_text(anatomy: Anatomy, properties: Mapping[str, Value]) -> Iterator[str]:
    """All that is known of a model, a property a line.

    Args:
        anatomy: What its files say.
        properties: What else there is to say, which goes first.
    """
    known = _of_shape(anatomy.shape) | _of_weights(anatomy.weights, anatomy) | _of_tokens(anatomy.tokens)
    ordered = {label: known[label] for label in ORDER if label in known}
    for label, value in {**properties, **ordered}.items():
        words = value.split(" ") if isinstance(value, str) else [*(f"{part} ·" for part in value[:-1]), *value[-1:]]
        yield from _folded(words, f"{label:<{LABEL}} ")
    if anatomy.card is not None and anatomy.card.figures:
        yield "figures, as its card has them"
        yield from table(anatomy.card.figures)
    for problem in filter(None, (*anatomy.lacks, anatomy.card_problem)):
        yield from _folded(problem.split(" "), "✗ ")


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows of cells, in columns that fit; what does not is cut."""
    room = _width() - 2
    cleaned = [[clean(cell[:LONGEST_CELL], newlines=False) for cell in row] for row in rows]
    columns = max(map(len, cleaned))
    widths = [max((cell_len(row[at]) for row in cleaned if at < len(row)), default=0) for at in range(columns)]
    while sum(widths) + 2 * (columns - 1) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    for row in cleaned:
        yield ("  " + "  ".join(map(_cut, row, widths))).rstrip()[: _width()]


def short_count(number: int | None) -> str:
    """`2.4 M`, `1.7 B`."""
    if number is None:
        return "–"
    return f"{number / 1e9:.1f} B" if number >= 1e9 else f"{number / 1e6:.1f} M"


def _of_shape(shape: Shape | None) -> dict[str, Value]:
    if shape is None:
        return {}
    heads = _number(shape.heads)
    if shape.key_value_heads != shape.heads:
        heads += f", which share {_number(shape.key_value_heads)} for keys and values"
    return {
        "architecture": shape.architecture or "not told",
        "layers": _number(shape.layers),
        "hidden size": _number(shape.hidden_size),
        "heads": heads,
        "context": f"{_number(shape.context)} tokens",
        "vocabulary": _number(shape.vocabulary),
    }


def _of_weights(weights: Weights | None, anatomy: Anatomy) -> dict[str, Value]:
    if weights is None:
        return {}
    stored = ", ".join(weights.dtypes) or "nothing"
    tied = "tied to the embeddings" if anatomy.tied else "untied: a matrix of its own"
    return {"head": tied, "parameters": f"{weights.parameters:,}, stored as {stored}", "size": told(anatomy.size)}


def _of_tokens(tokens: Tokens | None) -> dict[str, Value]:
    if tokens is None:
        return {}
    special = [f"{role} {_token(token)}" for role, token in tokens.special.items()]
    others = [_token(token) for token in tokens.others[:FEW_TOKENS]]
    if (more := len(tokens.others) - FEW_TOKENS) > 0:
        others.append(f"and {more} more")
    template = tokens.chat_template
    return {
        "tokenizer": f"{_number(tokens.size)} pieces, padding side {tokens.padding_side}",
        "special tokens": special or "none",
        **({"other tokens": others} if others else {}),
        "chat template": f"{len(template):,} characters" if template is not None else "none",
    }


def _token(token: Special) -> str:
    return f"{token.text} {token.id if token.id is not None else '?'}"


def _number(number: int | None) -> str:
    return f"{number:,}" if number is not None else "not told"


def _row(name: str, cells: Sequence[str], room: int) -> str:
    shown = [set_cell_size(name, room)]
    shown += [format(cell, setting) for (_, setting), cell in zip(COLUMNS, cells, strict=True)]
    return "  ".join(shown).rstrip()


def _folded(words: Iterable[str], label: str) -> Iterator[str]:
    """Words beside a label, on as many lines as they need."""
    room = max(LEAST_ROOM, _width() - cell_len(label))
    line = ""
    for word in words:
        for part in chop_cells(clean(word, newlines=False), room) or [""]:
            if line and cell_len(line) + 1 + cell_len(part) > room:
                yield label + line
                label, line = " " * cell_len(label), part
            else:
                line = f"{line} {part}" if line else part
    yield (label + line).rstrip()


def _cut(cell: str, width: int) -> str:
    return set_cell_size(cell, width) if cell_len(cell) <= width else set_cell_size(cell, max(0, width - 1)) + "…"


def _width() -> int:
    return shutil.get_terminal_size().columns
