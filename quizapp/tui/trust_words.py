"""What a learner is told of code that asks to run: what was decided before, and what it could do here."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from quizapp.lab.client import LabState
from quizapp.lab.protocol import NO_MODEL
from quizapp.lab.settings import LabSettings
from quizapp.lab.trust_code import Code
from quizapp.lab.trust_standing import Standing
from quizapp.tui.text import lines, one_line

WARNING = "$text-warning bold"


def history(standing: Standing, *, kept: bool, shipped: bool) -> str:
    """Why code asks although something was decided before, or came with the project; else empty."""
    if standing is Standing.SANDBOX:
        return f"{standing.sentence}, which is not there now."
    if standing is Standing.CHANGED:
        told = "+ is new, - is gone." if kept else "what it was then was not kept."
        return f"{standing.sentence}: {told}"
    if standing is Standing.REFUSED:
        return f"{standing.sentence}: forged, edited or copied. It does not count."
    return "This deck came with quizapp, but not with this code: it was edited." if shipped else ""


def could_do(codes: Iterable[Code], lab: LabSettings, state: LabState) -> Content:
    """What the code will have and will not have, as far as that is known; a warning comes first."""
    models = dict.fromkeys(code.model for code in codes if code.model != NO_MODEL)
    limits = [*(f"the model {model}" for model in models), f"{lab.timeout:g} s", f"{lab.memory_gb:g} GB"]
    has = one_line(f"It will have: {', '.join(limits)}.")
    if state.sandbox == "strong":
        return lines(Content.assemble(has, "  It will not have: the network, your files."))
    if state.sandbox:
        unheld = f"No sandbox holds it here ({state.sandbox}): it can read and change your files and use the network."
        return lines(one_line(unheld, WARNING), has)
    unknown = "Not known yet whether a sandbox holds it; without one it can read your files and use the network."
    return lines(one_line(unknown, WARNING), has)
