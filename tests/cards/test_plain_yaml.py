import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizapp.cards.content import Content
from quizapp.cards.nodes import Items, Mapping, Scalar
from quizapp.cards.plain_yaml import MAX_BYTES, decode, parse
from quizapp.cards.reading import read, read_text
from quizapp.cards.values import literal

NASTY = {
    "brackets": "[" * 200_000,
    "braces": "{" * 200_000,
    "brackets with keys": "{a: " * 100_000,
    "closed brackets": "[" * 5_000 + "]" * 5_000,
    "blocks": "- " * 200_000,
    "questions": "? " * 200_000,
    "indented": "".join(" " * n + "a:\n" for n in range(1_000)),
    "laughs": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "merge bomb": "a: &a {x: 1}\n" + "".join(f"k{n}: {{<<: [*a, *a, *a]}}\n" for n in range(2_000)),
    "recursion": "&a [*a]",
    "aliases": "a: &a x\nb: [" + "*a, " * 100_000 + "]",
    "huge scalar": "a: " + "x" * 900_000,
    "huge quoted scalar": 'a: "' + "\\x41" * 200_000 + '"',
    "huge block": "a: |\n" + "  x\n" * 200_000,
    "huge comment": "#" * 1_000_000,
    "many comments": "#\n" * 400_000,
    "blank lines": "\n" * 1_000_000,
    "spaces": " " * 1_000_000,
    "many items": "[" + "a," * 400_000 + "]",
    "many keys": "".join(f"k{n}: 1\n" for n in range(80_000)),
    "equal keys": "a: 1\n" * 150_000,
    "tags": "a: [" + "!!str x, " * 80_000 + "]",
    "objects": "!!python/object/apply:os.system [echo]",
    "directive": "%YAML " + "9" * 10_000 + ".1\n---\na",
    "escape out of range": 'a: "\\UFFFFFFFF"',
    "surrogate": 'a: "\\ud800"',
    "tag out of range": "!%F0%9F x",
    "many cards": "deck: d\ntitle: t\ncards: [" + "{}," * 16_000 + "]",
    "many wrong cards": "deck: d\ntitle: t\ncards: [" + "{z: 1}," * 12_000 + "]",
    "many wrong keys": "deck: d\ntitle: t\ncards:\n- {" + ",".join(f"k{n}: 1" for n in range(24_000)) + "}",
    "many names": "deck: d\ntitle: t\ncards:\n- {id: a, question: q, answer: a, vary: {"
    + ",".join(f"k{n}: [1]" for n in range(16_000))
    + "}}",
    "many deletions": "deck: d\ntitle: t\ncards:\n- {id: a, cloze: '" + "{{c1::" * 3_000 + "'}",
}

LONG = ("many cards", "many wrong cards")
TOLD = {"tags": 101, "many names": 20, "many wrong keys": 22}
"""How many problems, where there are more than can be read."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] if name in LONG else []) for name in NASTY]
)
def test_nasty_files_are_problems_and_nothing_worse(name):
    content = read(NASTY[name].encode("utf-8", "surrogatepass"))
    assert content.header is None
    assert content.faults
    if name in TOLD:
        assert len(content.faults) == TOLD[name]


def test_deep_nesting_needs_little_stack():
    results: list[Content] = []
    threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: results.append(read(b"{a: [" * 100_000)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(0)
    assert results[0].faults


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (b"deck: d\ntitle: \xff\n", 2, "0xff is not UTF-8"),
        ("deck: d".encode("utf-16"), 1, "is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), 1, "larger than 1024 KiB"),
    ],
)
def test_bytes_that_are_no_deck_are_told_at_their_line(data, line, word):
    (fault,) = read(data).faults
    assert fault.line == line
    assert word in fault.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((text, text) for text in ("no", "yes", "~", "null", "012", "2024-01-01", "1:30", "NaN", ".inf", "nan", "x")),
        *((text, text) for text in ("1__0", "1_", "_1", "1e", "1.2.3", "+-1", "TRUE", "1" * 41, "0x", "１", "1j", ".")),
        ("3.10", 3.1),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ('"7"', "7"),
        ("'true'", "true"),
        ("|-\n  7", "7"),
    ],
)
def test_a_plain_scalar_is_a_number_only_where_python_reads_one(written, meant):
    root, complaints = parse(f"a: {written}\n")
    assert not complaints
    value = literal(root.get("a"))
    assert (type(value), value) == (type(meant), meant)


def test_scalars_stay_text_where_text_is_meant():
    text = (
        "deck: 012\ntitle: no\ncards:\n"
        "  - {id: 3.10, question: ~, answer: 2024-01-01, tags: [true, 1e3, null], section: 2-2, corrects: on}\n"
    )
    content = read_text(text)
    assert not content.faults
    assert (content.header.deck, content.header.title) == ("012", "no")
    entry = content.entries[0].entry
    assert (entry.id, entry.question, entry.answer) == ("3.10", "~", "2024-01-01")
    assert (entry.tags, entry.section, entry.corrects) == (("true", "1e3", "null"), "2-2", "on")


def test_places_are_lines_from_one_and_offsets_into_the_text():
    text = "甲: 乙\nb:\n  - |\n    c\n  - {d: 'e'}\n"
    root, _ = parse(text)
    assert isinstance(root, Mapping)
    first, second = root.get("甲"), root.get("b")
    assert isinstance(first, Scalar)
    assert (first.line, text[first.start : first.end]) == (1, "乙")
    assert isinstance(second, Items)
    assert [item.line for item in second.items] == [3, 5]
    assert text[second.items[1].start : second.items[1].end] == "{d: 'e'}"


SIGNS = st.lists(
    st.sampled_from([*"abc:-?[]{},#&*!|>'\"%@` \n\t~.0\\", "题", "\u0301", "\r\n", "deck: d\n", "- id: x\n", "{{c1::"])
).map("".join)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_deck_or_problems(data):
    content = read(data)
    assert content.header is not None or content.faults


@settings(max_examples=settings.default.max_examples * 4)
@given(SIGNS)
@example("? |\n x")
@example("- !<\n")
def test_any_text_is_a_deck_or_problems_at_lines_it_has(text):
    content = read_text("deck: d\ntitle: t\ncards:\n" + text)
    last = text.count("\n") + 5
    assert all(1 <= fault.line <= last for fault in content.faults)


@given(st.text())
def test_decoding_gives_back_the_text(text):
    encodable = text.encode("utf-8", "ignore")
    assert decode(b"\xef\xbb\xbf" + encodable) == encodable.decode()
