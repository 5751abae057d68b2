"""Foreign text made safe to show: a deck's words, a model's output, what a learner typed.

Nothing that a terminal obeys or an eye cannot see is left. Pictures stand for control characters (`␛`), names in
brackets for the invisible (`⟨U+202E⟩`); only what `clean` takes out whole, colours and cursor movements, has no trace.
What comes in pieces is for `Cleaner`, which gives the same however it was cut.
"""

from __future__ import annotations

import re

TAB = 4
"""Columns of a tab stop."""

_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_INVISIBLE = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]{0,64}[ -/]{0,4}[@-~]")
_BEGUN = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,4})?\Z")
"""A control sequence that may go on in the next piece."""
_FOREIGN = re.compile(
    f"(?P<joint>(?<=[{_EMOJI}])\ufe0f|(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}]))"
    f"|[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{_INVISIBLE}]"
)


def clean(text: str, *, newlines: bool = True) -> str:
    """Text to show: colours are taken out, line ends are newlines, tabs are spaces, the rest is made visible.

    Args:
        text: anything, lone surrogates too.
        newlines: False puts it on one line, a space for each line's end.
    """
    return reveal(_CONTROL_SEQUENCE.sub("", text), newlines=newlines)


class Cleaner:
    """`clean`, for text that comes in pieces: what it gives, put together, is the whole text cleaned.

    It holds back the little that the next piece may change: a control sequence, a line's end or a joined picture that
    has only begun.
    """

    def __init__(self) -> None:
        self._begun = ""
        self._joint = ""
        self._before = ""
        """The last two characters given, which say how a joint after them is shown."""
        self._column = 0

    def feed(self, piece: str, *, last: bool = False) -> str:
        """What can be shown of the text so far and was not given yet; all of it with the `last` piece."""
        text = self._begun + piece
        begun = None if last else _BEGUN.search(text)
        self._begun = begun[0] if begun else ""
        return self._show(_CONTROL_SEQUENCE.sub("", text.removesuffix(self._begun)), last)

    def _show(self, text: str, last: bool) -> str:
        text = self._joint + text
        self._joint = text[-1:] if text.endswith(("\r", "\u200d")) and not last else ""
        text = _line_ends(text.removesuffix(self._joint))
        line = (" " * self._column + text).expandtabs(TAB)
        text, known = line[self._column :], self._before
        self._column = len(line.rpartition("\n")[2]) % TAB
        self._before = (known + text)[-2:]
        return _FOREIGN.sub(_visible, known + text)[len(_FOREIGN.sub(_visible, known)) :]


def reveal(text: str, *, newlines: bool = True) -> str:
    """The same, but nothing is taken out: for code that is about to be trusted."""
    if not (text.isascii() and text.isprintable()):
        text = _FOREIGN.sub(_visible, _line_ends(text).expandtabs(TAB))
    return text if newlines else text.replace("\n", " ")


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def hidden(text: str) -> int:
    """How many characters `reveal` has to make visible; line ends and tabs are none."""
    plain = text.replace("\r", "\n").replace("\t", " ")
    return sum(match["joint"] is None for match in _FOREIGN.finditer(plain))


def _visible(match: re.Match[str]) -> str:
    if match["joint"]:  # joined pictures are one picture
        return match[0]
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"⟨U+{code:04X}⟩"
