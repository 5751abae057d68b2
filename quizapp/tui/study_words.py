"""What a learner is told around a card: what the keys do before its answer is shown, and what was just written."""

from __future__ import annotations

from collections.abc import Callable

from quizapp.cards.card import Kind
from quizapp.study.events import Event, EventKind
from quizapp.study.scheduler import Scheduler


def asking(kind: Kind, key: Callable[[str], str]) -> str:
    """What may be done with a question of this kind; `key` names the key of a binding."""
    reveal, run = key("study.reveal"), key("study.run")
    match kind:
        case Kind.PREDICT:
            return f"enter predicts and runs · esc leaves the line, then {run} runs and {reveal} reveals"
        case Kind.TYPE:
            return f"enter answers · esc leaves the line, then {reveal} reveals"
        case Kind.CHOICES:
            return f"↑↓ or a number points, enter chooses · {reveal} reveals"
        case _:
            return f"{reveal} reveals"


def done(event: Event, scheduler: Scheduler) -> str:
    """A word on what was just written, where the screen does not show it by itself."""
    name = event.card.name if event.card is not None else ""
    words = {
        EventKind.SUSPEND: f"Suspended {name}. u takes it back now; later, ctrl+p finds it.",
        EventKind.BURY: f"Buried {name} until tomorrow.",
        EventKind.UNDO: f"Undone: {name}.",
    }
    return words.get(event.kind, "") or _leech(event, scheduler)


def _leech(event: Event, scheduler: Scheduler) -> str:
    """A word on a card that is forgotten again and again, at the lapses where that should be said."""
    before, after = event.before, event.after
    if event.review is None or before is None or after is None or after.lapses == before.lapses:
        return ""
    if not scheduler.marks_leech(after.lapses):
        return ""
    return f"A leech: {event.card} was forgotten {after.lapses} times. Reword it, or suspend it with s next time."
