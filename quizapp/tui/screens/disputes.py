"""The claims that held once and do not now, each with both environments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from quizapp.cards.proof import Proof
from quizapp.study.disputes import Dispute
from quizapp.tui.text import MUTED, inline, lines, one_line

ADVICE = (
    "The schedule goes on as if nothing had happened: it is the claim that is in doubt, not you. "
    "`quizapp verify` proves it again; `quizapp verify --diff` says what else changed."
)


class DisputesScreen(ModalScreen[None]):
    """A list to read and close."""

    CSS_PATH = "modal.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d,q,space", "dismiss", "back", id="disputes.back", tooltip="Close this")
    ]

    def __init__(self, disputes: Iterable[Dispute], zone: tzinfo) -> None:
        super().__init__()
        self._rows = [_row(dispute, zone) for dispute in disputes]

    def compose(self) -> ComposeResult:
        """A titled, scrolling box."""
        with VerticalScroll(classes="box") as box:
            box.border_title = "Disputed claims"
            box.border_subtitle = "esc closes"
            yield Static(Content("\n\n").join([*self._rows, inline(ADVICE, MUTED)]), markup=False)


def _row(dispute: Dispute, zone: tzinfo) -> Content:
    before, now = dispute.apart
    return lines(
        one_line(dispute.failed.entry, "bold"),
        _when(f"{dispute.held.verdict.sign} held", before, dispute.held, zone),
        _when(f"{dispute.failed.verdict.sign} {dispute.failed.verdict}", now, dispute.failed, zone),
    )


def _when(word: str, where: str, proof: Proof, zone: tzinfo) -> Content:
    place = f"with {where}" if where else "here"
    return Content.assemble(f"  {word:<11}", one_line(f"{place}, {proof.at.astimezone(zone):%d %b %Y}"))
