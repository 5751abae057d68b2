"""One line that says what the lab is doing."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from quizapp.lab.client import LabState, Phase
from quizapp.tui.text import one_line

SIGNS = {Phase.OFF: "○", Phase.STARTING: "◌", Phase.READY: "●", Phase.BROKEN: "✗"}


SANDBOX = {"strong": "sandboxed", "basic": "no sandbox", "none": "no sandbox, no limits"}
"""The levels of the sandbox in plain words."""


class LabLine(Static):
    """`lab ● cpu · causal … · no sandbox · ready`; models without their owners, so that there is room."""

    DEFAULT_CSS = "LabLine { height: 1; padding: 0 1; color: $text-muted; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def show(self, state: LabState) -> None:
        """Describe the state."""
        parts = [state.device, *(_called(role, model) for role, model in state.models)]
        if state.sandbox:
            parts.append(SANDBOX[state.sandbox])
        parts.append(state.message or state.phase.value)
        self.update(Content.assemble(f"lab {SIGNS[state.phase]} ", one_line(" · ".join(p for p in parts if p))))


def _called(role: str, model: str) -> str:
    name = model.rpartition("/")[2]
    return role if role == name else f"{role} {name}"
