"""Foreign text made safe to show: a deck's words, a model's output, what a learner typed.

Nothing that a terminal obeys or an eye cannot see is left. Pictures stand for control characters (`␛`), names in
brackets for the invisible (`⟨U+202E⟩`); only what `clean` takes out whole, colours and cursor movements, has no trace.
"""

from __future__ import annotations

import re

TAB = 4
"""Columns of a tab stop."""

_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_INVISIBLE = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]{0,64}[ -/]{0,4}[@-~]")
_FOREIGN = re.compile(
    f"(?P<emoji>[{_EMOJI}]\ufe0f?(?:\u200d[{_EMOJI}]\ufe0f?)*)"  # joined pictures are one picture
    f"|[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{_INVISIBLE}]"
)


def clean(text: str, *, newlines: bool = True) -> str:
    """Text to show: colours are taken out, line ends are newlines, tabs are spaces, the rest is made visible.

    Args:
        text: anything, lone surrogates too.
        newlines: False puts it on one line, a space for each line's end.
    """
    return reveal(_CONTROL_SEQUENCE.sub("", text), newlines=newlines)


def reveal(text: str, *, newlines: bool = True) -> str:
    """The same, but nothing is taken out: for code that is about to be trusted."""
    if not (text.isascii() and text.isprintable()):
        text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(TAB)
        text = _FOREIGN.sub(_visible, text)
    return text if newlines else text.replace("\n", " ")


def hidden(text: str) -> int:
    """How many characters `reveal` has to make visible; line ends and tabs are none."""
    plain = text.replace("\r", "\n").replace("\t", " ")
    return sum(match["emoji"] is None for match in _FOREIGN.finditer(plain))


def _visible(match: re.Match[str]) -> str:
    if match["emoji"]:
        return match[0]
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"⟨U+{code:04X}⟩"
