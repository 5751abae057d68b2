"""What PyYAML says of a text that is not YAML, as sentences that say what to do."""

from __future__ import annotations

from yaml.error import MarkedYAMLError

from quizapp.cards.nodes import Complaint

EXPLANATIONS = (
    (
        "mapping values are not allowed",
        "a `:` where none can be; put a text that contains `: ` in quotes, or check the indentation.",
    ),
    ("sequence entries are not allowed", "a `- ` where no list can be; start the list on the next line."),
    ("could not find expected ':'", "a line that is neither `key: value` nor part of a text; indent or quote it."),
    ("found unexpected end of stream", "the quote that opens here is never closed."),
    ("found unexpected document separator", "the quote that opens here is never closed."),
    ("that cannot start any token", "a text that starts with this sign must be in quotes."),
    ("expected <block end>", "the indentation does not match the lines above (or a list lacks its `- `)."),
    ("expected ',' or ']'", "a list in `[…]` that is not closed, or a comma is missing."),
    ("expected ',' or '}'", "a mapping in `{…}` that is not closed, or a comma is missing."),
    ("unknown escape character", "in double quotes a backslash starts an escape; use single quotes or `|`."),
    ("expected escape sequence", "in double quotes a backslash starts an escape; use single quotes or `|`."),
    ("found a directive", "directives (`%…`) are not used in decks; remove the line or quote the text."),
    ("while scanning an alias", "a text that starts with `*` must be in quotes."),
    ("while scanning an anchor", "a text that starts with `&` must be in quotes."),
    ("while scanning a tag", "a text that starts with `!` must be in quotes."),
    ("while scanning a block scalar", "after `|` or `>` the text starts on the next line, indented."),
    ("expected <document start>", "the text goes on after its end; check the indentation."),
)
"""What PyYAML says, and what helps."""
GOES_ON = "a text that starts with `[`, `{` or a quote and goes on behind it must be in quotes whole, or under `|`."
"""What is said instead of the indentation where something stands in the same line before what YAML cannot place."""


def explain(error: Exception, line: int, text: str) -> Complaint:
    """A complaint in words for what PyYAML raised at a text, at its place or else at `line`, where the parser was."""
    if not isinstance(error, MarkedYAMLError):
        return Complaint(line, f"this is not YAML: {error}.")
    said = f"{error.context or ''} {error.problem or ''}"
    unclosed = "quoted scalar" in said and ("end of stream" in said or "document separator" in said)
    mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    message = next((text for part, text in EXPLANATIONS if part in said), f"this is not YAML: {said.strip()}.")
    if mark and "expected <block end>" in said and text[mark.index - mark.column : mark.index].strip():
        message = GOES_ON
    return Complaint(mark.line + 1 if mark else line, message)
