"""Deck text as Markdown, with everything that could act taken out."""

from __future__ import annotations

from markdown_it import MarkdownIt
from textual.widgets import Markdown, Static

from quizapp.cards.sanitize import clean
from quizapp.tui.text import foreign

ACTIVE_RULES = ["link", "image", "autolink", "html_inline", "html_block", "reference", "entity"]
MOST_BLOCKS = 60
"""Each block is a widget; text with more of them is shown as it is written, at once, not after seconds."""


def _parser() -> MarkdownIt:
    """CommonMark with tables; links, images and HTML stay the text they were written as."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(ACTIVE_RULES)


def prose(text: str, *, id: str | None = None) -> Markdown | Static:
    """A widget for deck text: Markdown, or the plain text where that has very many blocks."""
    blocks = sum(token.nesting >= 0 and token.block for token in _parser().parse(clean(text)))
    return Prose(text, id=id) if blocks <= MOST_BLOCKS else Static(foreign(text), id=id, markup=False)


class Prose(Markdown):
    """A question, an answer or a note."""

    DEFAULT_CSS = """
    Prose { padding: 0 1; }
    Prose MarkdownParagraph { margin: 0 0 1 0; }
    Prose MarkdownFence { margin: 0 0 1 0; }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(clean(text), id=id, parser_factory=_parser, open_links=False)
