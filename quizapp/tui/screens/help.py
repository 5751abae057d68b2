"""Every key of the screen below, from its bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from quizapp.tui.text import ACCENT, MUTED, lines

KEY_CELLS = 12


class HelpScreen(ModalScreen[None]):
    """A list to read and close."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,space", "dismiss", "back", id="help.back", tooltip="Close this")
    ]

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._rows = [
            _row(", ".join(active.node.app.get_key_display(b) for b in group), active.binding.tooltip, active.enabled)
            for active, group in _grouped(of)
        ]

    def compose(self) -> ComposeResult:
        """A titled, scrolling box."""
        with VerticalScroll(classes="box") as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            yield Static(lines(*self._rows), markup=False)


def _grouped(screen: Screen[object]) -> list[tuple[ActiveBinding, list[Binding]]]:
    """The bindings that say what they do, each with all of its keys."""
    groups: dict[str, tuple[ActiveBinding, list[Binding]]] = {}
    for active in screen.active_bindings.values():
        if active.binding.tooltip and active.binding.id:
            groups.setdefault(active.binding.id, (active, []))[1].append(active.binding)
    return list(groups.values())


def _row(keys: str, does: str, enabled: bool) -> Content:
    return Content.assemble((keys.ljust(KEY_CELLS), f"bold {ACCENT}"), " ", (does, "" if enabled else MUTED))
