"""Texts that try to be more than text, and how to tell from raw bytes whether one of them got through."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

SEQUENCES = {
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;PWNED\x07",
    "title, ended otherwise": "\x1b]0;PWNED\x1b\\",
    "link": "\x1b]8;;http://pwned.invalid\x1b\\PWNED\x1b]8;;\x1b\\",
    "clear": "\x1b[2J",
    "where is the cursor": "\x1b[6n",
    "what is the title": "\x1b[21t",
    "move": "\x1b[77;77H",
    "mode": "\x1b[?1047h",
    "colour": "\x1b[53;73m",
    "reset": "\x1bc",
    "device control": "\x1bP$qPWNED\x1b\\",
    "application command": "\x1b_PWNED\x1b\\",
    "privacy message": "\x1b^PWNED\x1b\\",
    "start of string": "\x1bXPWNED\x1b\\",
    "C1 control": "\x9b2J",
    "C1 title": "\x9d0;PWNED\x9c",
    "C1 device control": "\x90PWNED\x9c",
    "bell": "\x07",
    "backspace": "\x08",
    "other character set": "\x0e",
    "half a sequence": "\x1b[é",
}
"""What a terminal obeys."""
UNSEEN = {
    "right to left": "PWN\u202eED",
    "isolate": "PWN\u2066ED",
    "zero width": "PWN\u200bED",
    "joiner": "PWN\u200dED",
    "soft hyphen": "PWN\u00adED",
    "byte order mark": "PWN\ufeffED",
    "tag": "PWN\U000e0041ED",
    "line separator": "PWN\u2028ED",
}
"""What an eye cannot see."""
MARKUP = (
    "[@click=app.quit]PWNED[/]",
    "[/x]",
    "y[i]",
    "[link=javascript:PWNED]z[/link]",
    "[bold red]",
    "$error",
)
"""What the framework would read."""
MARKDOWN = (
    "[press](javascript:PWNED)",
    "[press](file:///etc/PWNED)",
    "[press](x-man-page://PWNED)",
    "<javascript:PWNED>",
    "https://pwned.invalid",
    "![press](https://pwned.invalid/x.png)",
    "<a href='vbscript:PWNED'>press</a>",
    "&#27;]0;PWNED&#7;",
    "&#x202e;",
)
"""What a reader of Markdown would make links, or characters, of."""
EVERYTHING = " ".join([*SEQUENCES.values(), *UNSEEN.values(), *MARKUP])
WRITABLE = f"{UNSEEN['zero width']} {UNSEEN['joiner']} {UNSEEN['soft hyphen']} {UNSEEN['tag']} {' '.join(MARKUP)}"
"""What of it a deck may hold; the rest is refused when the file is read."""
NOTES = f"Notes {WRITABLE.replace('/', '')}.md"
NOTE = f"# Section {WRITABLE}\n\nNoted {EVERYTHING} {' '.join(MARKDOWN)}\n"
FILE = f"{SEQUENCES['title']}{SEQUENCES['C1 title']}{UNSEEN['right to left']}[x].yaml"

SHOWS = f"""\
import sys, torch
everything = {EVERYTHING!a}
class Tokenizer:
    def decode(self, ids): return everything
show(torch.tensor([0.5, 0.25]), labels=Tokenizer(), title="Bars " + everything)
show(torch.eye(2), labels=["Heat " + everything, everything], title=everything)
show([3.0, 1.0], title="Line " + everything)
show({{everything: "Cell " + everything}}, title=everything)
for character in "Printed " + everything + "\\n":
    sys.stdout.write(character)
    sys.stdout.flush()
sys.stderr.write("Complained " + everything + "\\n")
sys.stdout.buffer.write(b"Bytes \\xff\\x9b2J\\x1b[2J\\x1b]0;PWNED\\x07\\n")
assert everything != "values"
assert everything == "", "Message " + everything
"""
"""Runs without a model, and says all of it in every way that a snippet has."""
RAISES = f"raise ValueError('Raised ' + {EVERYTHING!a}); assert True"


def deck() -> str:
    """A deck that says it wherever a deck says anything."""
    marked = " ".join([WRITABLE, *MARKDOWN])
    cards: list[dict[str, object]] = [
        {
            "id": "predict",
            "question": f"Question {{drawn}} {marked}",
            "answer": f"Answer {marked}\n\n# Heading {marked}\n\n- Item {marked}\n\n```[/x]\nFence {marked}\n```",
            "section": f"Section {WRITABLE}",
            "source": f"javascript:PWNED {WRITABLE}",
            "corrects": f"Corrects {marked}",
            "tags": [f"Tag {WRITABLE}"],
            "vary": {"drawn": [f"Drawn {WRITABLE}"]},
            "predict": {"value": "everything"},
            "verify": {"model": "none", "code": SHOWS},
        },
        {
            "id": "choices",
            "question": "Which {drawn}?",
            "vary": {"drawn": [f"Drawn {marked}"]},
            "choices": [{"text": f"Right {marked}", "right": True, "why": f"Why {marked}"}, f"Wrong {marked}"],
        },
        {
            "id": "raises",
            "question": "What does it raise?",
            "answer": "An error.",
            "verify": {"model": "none", "code": RAISES},
        },
    ]
    header = {"deck": "hostile", "title": f"Title {WRITABLE}", "notes": NOTES}
    return json.dumps({**header, "cards": cards}, ensure_ascii=False, indent=1)


_SEQUENCE = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # to the system
    r"|\x1b[PX^_].*?\x1b\\"  # strings
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # control sequences
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_OUR_OWN = re.compile(
    r"\x1b\[[\d;]*m"  # colours and weights
    r"|\x1b\[\d+;\d+H"  # the cursor, to draw
    r"|\x1b\[\?(?:25|7|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]"  # modes: the screen, the mouse, pasting
    r"|\x1b\[\?\d+\$p"  # what the terminal can do
    r"|\x1b\[[<>]\d*u"  # how keys are told
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the pointer
    r"|\x1b\[2K"  # a line of progress that is written again
)
"""All that the framework and this program themselves send."""
_HARMLESS = set("\r\n")
_UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def got_through(raw: bytes) -> set[str]:
    """What of the bytes sent to a terminal is neither text nor drawing, or is one of the sequences above."""
    text = raw.decode("utf-8", "surrogateescape")
    return {*_foreign_sequences(text), *_foreign_characters(text)}


def _foreign_sequences(text: str) -> Iterator[str]:
    yield from (found for found in _SEQUENCE.findall(text) if not _OUR_OWN.fullmatch(found))
    yield from (sequence for sequence in SEQUENCES.values() if sequence.startswith("\x1b") and sequence in text)


def _foreign_characters(text: str) -> Iterator[str]:
    left = set(_SEQUENCE.sub("", text)) - _HARMLESS
    yield from (character for character in left if unicodedata.category(character) in _UNWANTED)


def is_only_text(text: str) -> bool:
    """Whether a terminal would obey nothing of it, and an eye sees all."""
    return not set(_foreign_characters(text))
