"""The code of a card, numbered and highlighted; after a run, each checked line says how it went."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from textual.content import Content
from textual.geometry import Size
from textual.highlight import highlight
from textual.widget import Widget

from quizapp.cards.proof import Check
from quizapp.cards.sanitize import reveal
from quizapp.tui.text import MUTED, wrapped

PASSED, FAILED = "✓", "✗"


def mark(passed: bool) -> Content:
    """The sign of a check; a shape, so that it reads without colour."""
    return Content.styled(PASSED, "$text-success bold") if passed else Content.styled(FAILED, "$text-error bold")


class SnippetView(Widget):
    """A snippet's source; a line that is too long goes on under itself, beside no number.

    Args:
        code: the source, in which nothing is hidden from the eye.
        hide_checks: show of each `assert` only that it is there, since it says what the learner is to predict;
            `show_checks` shows all.
    """

    DEFAULT_CSS = "SnippetView { height: auto; padding: 0 1; background: $surface; }"

    def __init__(self, code: str, *, hide_checks: bool = False) -> None:
        super().__init__()
        self._code_lines = highlight(reveal(code.rstrip("\n")), language="python").split("\n", allow_blank=True)
        self._hidden = _check_lines(code) if hide_checks else {}
        self._outcome: dict[int, bool] = {}

    def show_all(self) -> None:
        """Show every line."""
        self._hidden = {}
        self.refresh(layout=True)

    def show_checks(self, checks: Iterable[Check]) -> None:
        """Show every line, and mark the lines of these checks."""
        self._outcome = {check.line: check.passed for check in checks}
        self.show_all()

    def render(self) -> Content:
        """The code at the present width."""
        return self._draw(self.size.width or 80)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines the code takes at `width` cells."""
        return self._draw(width).plain.count("\n") + 1

    def _draw(self, width: int) -> Content:
        digits = len(str(len(self._code_lines)))
        room = max(20, width - digits - 4)
        numbered = enumerate(self._code_lines, 1)
        rows = [row for number, line in numbered for row in self._rows(number, line, digits, room)]
        return Content("\n").join(rows)

    def _rows(self, number: int, line: Content, digits: int, room: int) -> Iterator[Content]:
        indent = self._hidden.get(number)
        if indent is not None:
            line = Content.styled(" " * indent + "assert …", MUTED)
        sign = mark(self._outcome[number]) if number in self._outcome else Content(" ")
        gutter = Content.assemble(sign, (f" {number:>{digits}}  ", MUTED))
        for part in wrapped(line, room):
            yield Content.assemble(gutter, part)
            gutter = Content(" " * (digits + 4))


def _check_lines(code: str) -> dict[int, int]:
    """The lines (1-based) that belong to an `assert`, each with the column it starts in."""
    checks = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert)]
    return {line: check.col_offset for check in checks for line in range(check.lineno, (check.end_lineno or 0) + 1)}
