"""One line that says what the lab is doing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from quizapp.lab.client import LabState, Phase
from quizapp.tui.text import fit, one_line

SIGNS = {Phase.OFF: "○", Phase.STARTING: "◌", Phase.READY: "●", Phase.BROKEN: "✗"}
SANDBOX = {"strong": "sandboxed", "basic": "no sandbox", "none": "no sandbox, no limits"}
"""The levels of the sandbox in plain words."""
SHORTEST_NAME = 4
"""Cells that a model's name keeps in a narrow terminal."""


class LabLine(Widget):
    """`lab ● cpu · causal … · no sandbox · ready`; models without their owners, so that there is room."""

    DEFAULT_CSS = "LabLine { height: 1; padding: 0 1; color: $text-muted; }"

    state: reactive[LabState | None] = reactive(None, init=False)

    def render(self) -> Content:
        """The state, with the longest names of models cut until all of it can be read."""
        return described(self.state, self.size.width) if self.state is not None else Content()


def described(state: LabState, width: int) -> Content:
    """The line, in so many cells where names can be cut to that."""
    names = [one_line(model.rpartition("/")[2] if model != role else "") for role, model in state.models]
    while (line := _line(state, names)).cell_length > width:
        longest = max(names, key=lambda name: name.cell_length, default=Content())
        if longest.cell_length <= SHORTEST_NAME:
            break
        names[names.index(longest)] = fit(longest, longest.cell_length - 1)
    return line


def _line(state: LabState, names: Sequence[Content]) -> Content:
    pairs = zip((one_line(role) for role, _ in state.models), names, strict=True)
    roles = [Content(" ").join(filter(None, pair)) for pair in pairs]
    parts = [one_line(state.device), *roles, Content(SANDBOX.get(state.sandbox, ""))]
    parts.append(one_line(state.message or state.phase.value))
    return Content.assemble(f"lab {SIGNS[state.phase]} ", Content(" · ").join(part for part in parts if part))
