"""All keys of the program, by place: for the README, and to check a learner's own keymap."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, KEY_TO_UNICODE_NAME, Keys

from quizapp.tui.screens.disputes import DisputesScreen
from quizapp.tui.screens.help import HelpScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.note import NoteScreen
from quizapp.tui.screens.outline import OutlineScreen
from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen
from quizapp.tui.screens.trust import TrustScreen
from quizapp.tui.widgets.answer_area import AnswerLine, ChoiceList
from quizapp.tui.widgets.confidence_line import ConfidenceLine
from quizapp.tui.widgets.deck_list import DeckList

MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "hyper", "meta"})
CHARACTERS = {unicodedata.name(chr(code), "") for code in range(0x21, 0x250)}
NAMED = frozenset(
    {key.value.rpartition("+")[2] for key in Keys}
    | {*KEY_TO_UNICODE_NAME, *KEY_NAME_REPLACEMENTS.values()}
    | {name.lower().replace("-", "_").replace(" ", "_") for name in CHARACTERS}
) - {""}
"""Keys that have a name: those that write nothing, and characters as the framework names them."""

PLACES: Mapping[str, tuple[type[DOMNode], ...]] = {
    "Decks": (DeckList, HomeScreen),
    "Disputed": (DisputesScreen,),
    "Outline": (OutlineScreen,),
    "Card": (StudyScreen,),
    "Answer line": (AnswerLine,),
    "Confidence": (ConfidenceLine,),
    "Choices": (ChoiceList,),
    "End": (SummaryScreen,),
    "Trust": (TrustScreen,),
    "Note": (NoteScreen,),
    "Keys": (HelpScreen,),
}


def bindings(place: str) -> list[Binding]:
    """The bindings of a place, as they are without a keymap."""
    return [binding for owner in PLACES[place] for binding in owner.BINDINGS if isinstance(binding, Binding)]


def usable(keymap: Mapping[str, str]) -> dict[str, str]:
    """What of a learner's keymap names keys that there are; the other bindings keep their own.

    A binding that shares a key with one that is mapped is mapped to its own keys, for the framework would drop it.
    """
    mapped = {name: given for name, given in keymap.items() if all(map(_is_key, _keys(given)))}
    kept = {}
    for place in PLACES:
        freed = {key for binding in bindings(place) if binding.id in mapped for key in _keys(binding.key)}
        sharing = (b for b in bindings(place) if b.id and b.id not in mapped and freed.intersection(_keys(b.key)))
        kept.update({binding.id: binding.key for binding in sharing if binding.id})
    return mapped | kept


def problems(keymap: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a learner's keymap, in sentences: ids that are none, keys that would do two things."""
    ids = {binding.id for place in PLACES for binding in bindings(place) if binding.id} | {"app.help", "app.quit"}
    for name in keymap.keys() - ids:
        near = get_close_matches(name, ids, 1)
        yield f"keys: there is no {name!r}" + (
            f"; did you mean {near[0]!r}?" if near else "; the README lists the ids."
        )
    for name, given in keymap.items():
        if wrong := [key for key in _keys(given) if not _is_key(key)]:
            yield f"keys: {name!r} is set to {wrong[0]!r}, which is no key; write one such as x, f5 or ctrl+r."
    keymap = usable(keymap)
    for place in PLACES:
        owner: dict[str, str] = {}
        for binding in bindings(place):
            mapped = binding.id in keymap
            for key in _keys(keymap.get(binding.id or "", binding.key)):
                other = owner.setdefault(key, binding.id or "")
                if other != binding.id and (mapped or other in keymap):
                    yield f"keys: {key!r} would be both {other!r} and {binding.id!r}; give one another key."


def _keys(written: str) -> list[str]:
    return [key.strip() for key in written.split(",")]


def _is_key(name: str) -> bool:
    """Whether this names a key: `x`, `+`, `f5`, `ctrl+r`, `question_mark`. Not every terminal sends every one."""
    *modifiers, key = [name] if name == "+" else name.split("+")
    return MODIFIERS.issuperset(modifiers) and (key in NAMED or (len(key) == 1 and key.isprintable()))
