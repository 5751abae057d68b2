"""Deck text as Markdown, with everything that could act taken out."""

from __future__ import annotations

from markdown_it import MarkdownIt
from textual.widgets import Markdown

from quizapp.cards.sanitize import clean

ACTIVE_RULES = ["link", "image", "autolink", "html_inline", "html_block", "reference"]


def _parser() -> MarkdownIt:
    """CommonMark with tables; links, images and HTML stay the text they were written as."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(ACTIVE_RULES)


class Prose(Markdown):
    """A question, an answer or a note."""

    DEFAULT_CSS = """
    Prose { padding: 0 1; }
    Prose MarkdownParagraph { margin: 0 0 1 0; }
    Prose MarkdownFence { margin: 0 0 1 0; }
    """

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(clean(text), id=id, parser_factory=_parser, open_links=False)

    async def show(self, text: str) -> None:
        """Replace the text; empty text takes no room."""
        self.display = bool(text.strip())
        await self.update(clean(text))
