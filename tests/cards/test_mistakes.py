"""Every mistake has its line and its sentence."""

from pathlib import Path

import pytest

from quizapp.cards.loader import load_text

HEAD = "deck: d\ntitle: T\ncards:\n"
GOOD = "  - id: good\n    question: q\n    answer: a\n"
LIST = "should be a list: `[one, two]`, or lines that start with `- `."
ID = "which is no id; begin with a letter or digit, then letters, digits, `_`, `.`, `-`, 80 at most."
KEYS = "id, question, answer, section, source, tags, after, choices, type, cloze, predict, vary, corrects, asks, verify"
GOES_ON = "a text that starts with `[`, `{` or a quote and goes on behind it must be in quotes whole, or under `|`."
DELETION = "has a deletion that is not of the form {{c1::text}} or {{c1::text::hint}}; correct it."

CARD_MISTAKES = {
    "no answer": ("id: a\nquestion: q", (1, "card 'a' has no answer; add `answer:`.")),
    "no question": ("id: a\nanswer: q", (1, "card 'a' has no question; add `question:`.")),
    "no id": ("question: q\nanswer: a", (1, "card 1 has no `id`; add it.")),
    "no id at all but its key": ("id:\nquestion: q\nanswer: a", (1, f"`id` of card 1 is '', {ID}")),
    "id with a space": ("id: my card\nquestion: q\nanswer: a", (1, f"`id` of card 'my card' is 'my card', {ID}")),
    "id with a slash": ("id: a/b\nquestion: q\nanswer: a", (1, f"`id` of card 'a/b' is 'a/b', {ID}")),
    "id as a list": ("id: [a]\nquestion: q\nanswer: a", (1, "`id` of card 1 should be a text.")),
    "decomposed id": (
        "id: cafe\u0301\nquestion: q\nanswer: a",
        (
            1,
            "the id of card 'cafe\u0301' has accents written as separate characters; "
            "type it again in composed form (NFC).",
        ),
    ),
    "empty question": (
        "id: a\nquestion:\nanswer: a",
        (2, "`question` of card 'a' is empty; write something, or remove the key."),
    ),
    "a question of spaces": (
        'id: a\nquestion: " "\nanswer: a',
        (2, "`question` of card 'a' is empty; write something, or remove the key."),
    ),
    "a text too long": (
        f"id: a\nquestion: q\nanswer: {'x' * 20_001}",
        (3, "`answer` of card 'a' has 20001 characters, 20000 is the most; shorten it."),
    ),
    "misspelt key": (
        "id: a\nquestion: q\nanwser: x",
        (3, "unknown key 'anwser' in card 'a'; did you mean 'answer'?"),
    ),
    "unknown key": (
        "id: a\nquestion: q\nanswer: x\nzzz: 1",
        (4, f"unknown key 'zzz' in card 'a'; remove it, or use one of {KEYS}."),
    ),
    "a scalar for a part": (
        "id: a\nquestion: q\nanswer: a\npredict: ids.shape\ntype: x\nverify: assert 1",
        (4, "`predict` of card 'a' should be a mapping: `{value: …}`; it may also have `tolerance`."),
        (5, "`type` of card 'a' should be a mapping: `{accept: …}`; it may also have `ignore_case`, `tolerance`."),
        (6, "`verify` of card 'a' should be a mapping: `{model: …, code: …}`."),
    ),
    "a list for a choice": (
        "id: a\nquestion: q\nchoices:\n  - [a]\n  - {text: c, right: true}",
        (
            4,
            "item 1 of `choices` of card 'a' should be a text, or a mapping: `{text: …}`; "
            "it may also have `right`, `why`.",
        ),
    ),
    "several at once": (
        "id: a\nquestion: q\nanswer: [1]\ntags: [x, [y]]\nsection: {a: b}\nsource: [x]",
        (3, "`answer` of card 'a' should be a text."),
        (4, "item 2 of `tags` of card 'a' should be a text."),
        (5, "`section` of card 'a' should be a text."),
        (6, "`source` of card 'a' should be a text."),
    ),
    "tags without a list": ("id: a\nquestion: q\nanswer: a\ntags: x", (4, f"`tags` of card 'a' {LIST}")),
    "a card that is a text": ("just text", (1, "card 1 should be a mapping: `- id: …`, `question: …`.")),
    "two kinds": (
        'id: a\nchoices: [a, {text: b, right: true}]\ncloze: "{{c1::x}}"',
        (3, "card 'a' has `choices` and `cloze`; keep one, it decides how the card is answered."),
    ),
    "one choice": (
        "id: a\nquestion: q\nchoices: [a]",
        (3, "card 'a' gives no choice; list two options or more under `choices`."),
    ),
    "no right choice": (
        "id: a\nquestion: q\nchoices: [a, b]",
        (3, "card 'a' has no right option; mark one with `right: true`."),
    ),
    "two right choices": (
        "id: a\nquestion: q\nchoices:\n  - {text: a, right: true}\n  - text: b\n    right: true",
        (6, "card 'a' has more than one right option; keep `right: true` on one."),
    ),
    "a choice twice": (
        'id: a\nquestion: q\nchoices:\n  - {text: a, right: true}\n  - "a "',
        (5, "card 'a' has this option twice; remove or change one."),
    ),
    "yes is not true": (
        "id: a\nquestion: q\nchoices:\n  - a\n  - {text: b, right: yes}",
        (5, "`right` of item 2 of `choices` of card 'a' should be `true` or `false`, without quotes."),
    ),
    "misspelt key in a choice": (
        "id: a\nquestion: q\nchoices:\n  - {txt: b}\n  - {text: c, right: true}",
        (4, "unknown key 'txt' in item 1 of `choices` of card 'a'; did you mean 'text'?"),
    ),
    "nothing to accept": (
        "id: a\nquestion: q\ntype: {accept: []}",
        (3, "`accept` of `type` of card 'a' is empty; list at least one."),
    ),
    "tolerance without a number": (
        "id: a\nquestion: q\ntype: {accept: [x], tolerance: 0.1}",
        (3, "card 'a' has a tolerance, but this accepted answer is not a number."),
    ),
    "a drawn value among accepted answers": (
        "id: a\nquestion: 'Twice {n}?'\nvary: {n: [1, 2]}\ntype:\n  accept:\n    - x\n    - '{n}{n}'",
        (7, "card 'a' accepts what is typed as it stands here, {n} is not replaced in it; use `predict` instead."),
    ),
    "quoted tolerance": (
        'id: a\nquestion: q\ntype: {accept: [1], tolerance: "0.1"}',
        (3, "`tolerance` of `type` of card 'a' should be a number, without quotes."),
    ),
    "negative tolerance": (
        "id: a\nquestion: q\ntype: {accept: [1], tolerance: -0.5}",
        (3, "`tolerance` of `type` of card 'a' is -0.5; it should be 0 or more."),
    ),
    "infinite tolerance": (
        "id: a\nquestion: q\ntype: {accept: [1], tolerance: 1e999}",
        (3, "`tolerance` of `type` of card 'a' should be a finite number."),
    ),
    "a cloze with a question": (
        'id: a\nquestion: q\ncloze: "{{c1::x}}"',
        (2, "card 'a' is a cloze, its sentence is the question; remove `question:`."),
    ),
    "a cloze without deletion": (
        'id: a\ncloze: "x {c1::x}"',
        (2, "card 'a' has no deletion; put what is to be recalled in {{c1::…}}."),
    ),
    "a malformed deletion": ('id: a\ncloze: "{{c1::x}} {{c2:y}}"', (2, f"card 'a' {DELETION}")),
    "deletion zero": ('id: a\ncloze: "{{c1::x}} {{c0::y}}"', (2, f"card 'a' {DELETION}")),
    "an unclosed deletion": ('id: a\ncloze: "{{c1::x}} {{c2::y}"', (2, f"card 'a' {DELETION}")),
    "nested deletions": ('id: a\ncloze: "{{c1::a {{c2::b}} c}}"', (2, f"card 'a' {DELETION}")),
    "nothing to run": (
        "id: a\nquestion: q\npredict: {value: x}",
        (1, "card 'a' has nothing to run for its prediction; add `verify:` with `model` and `code`."),
    ),
    "a value that is no expression": (
        "id: a\nquestion: q\npredict:\n  value: x = 1\nverify: {model: none, code: assert 1}",
        (4, "the value of card 'a' is not a Python expression: invalid syntax."),
    ),
    "an unknown role": (
        "id: a\nquestion: q\nanswer: a\nverify: {model: casual, code: assert 1}",
        (4, "`model` of `verify` of card 'a' is 'casual'; it should be 'causal', 'masked' or 'none'."),
    ),
    "no role": (
        "id: a\nquestion: q\nanswer: a\nverify:\n  code: assert 1",
        (5, "`verify` of card 'a' has no `model`; add it."),
    ),
    "no claim": (
        "id: a\nquestion: q\nanswer: a\nverify: {model: none, code: x = 1}",
        (4, "the code of card 'a' claims nothing; add an `assert` that fails if the answer is wrong."),
    ),
    "code that is not Python": (
        "id: a\nquestion: q\nanswer: a\nverify:\n  model: none\n  code: |\n\n    # one\n    if x\n      assert x\n",
        (9, "the code of card 'a' is not Python: expected ':'."),
    ),
    "return in code": (
        "id: a\nquestion: q\nanswer: a\nverify:\n  model: none\n  code: |-\n    assert 1\n    return 1",
        (8, "the code of card 'a' is not Python: 'return' outside function."),
    ),
    "code nested without end": (
        f"id: a\nquestion: q\nanswer: a\nverify: {{model: none, code: '{'-' * 5000}1'}}",
        (4, "the code of card 'a' is not Python: nested too deeply."),
    ),
    "names that cannot be varied": (
        'id: a\nquestion: "{class} {model} {_x} {1} {ﬁt}"\nanswer: a\n'
        "vary:\n  class: [1]\n  model: [1]\n  _x: [1]\n  1: [1]\n  ﬁt: [1]",
        *(
            (
                line,
                f"'{name}' in `vary` of card 'a' is not a name Python code can use; "
                "begin with a letter, then letters, digits, `_`.",
            )
            for line, name in ((5, "class"), (7, "_x"), (8, "1"))
        ),
        (6, "'model' in `vary` of card 'a' is a name the snippet already has; choose another."),
        (9, "'ﬁt' in `vary` of card 'a' has characters that Python would replace; write it in plain letters."),
    ),
    "a name that is used nowhere": (
        "id: a\nquestion: '{m}'\nanswer: '{n }'\nvary: {m: [1], n: [1]}",
        (4, "'n' in `vary` of card 'a' is used nowhere; write {n} or remove it."),
    ),
    "values missing or twice": (
        "id: a\nquestion: '{m} {n}'\nanswer: a\nvary:\n  m: []\n  n: [1, 2, 1]",
        (5, "'m' in `vary` of card 'a' has no values; list at least one."),
        (6, "'n' in `vary` of card 'a' lists a value twice; remove one."),
    ),
    "values that are not scalars": (
        "id: a\nquestion: '{m}'\nanswer: a\nvary:\n  m: 3\n  n: [1, [2], {a: b}]",
        (5, f"`m` of `vary` of card 'a' {LIST}"),
        (6, "item 2 of `n` of `vary` of card 'a' should be a number, `true`, `false` or a text."),
        (6, "item 3 of `n` of `vary` of card 'a' should be a number, `true`, `false` or a text."),
    ),
    "a key twice": (
        "id: a\nquestion: q\nanswer: x\nquestion: r",
        (4, "key 'question' is here a second time (first in line 5); keep one."),
    ),
    "tags, anchors, aliases": (
        "id: a\nquestion: !!python/object:os.system x\nanswer: &x b\nsection: *x",
        (2, "tags (`!!python/object:os.system`) are not used in decks; remove it, or quote the text."),
        (3, "anchors (`&x`) are not used in decks; remove it, or quote the text."),
        (4, "aliases (`*x`) are not used in decks; write the value out, or quote it."),
    ),
    "a merge key": (
        "id: a\n<<: {question: x}\nanswer: a",
        (2, "merge keys (`<<`) are not used in decks; write the keys out."),
    ),
    "a list as a key": ("id: a\n? [q]\n: x\nanswer: a", (2, "a key should be text, not a list or a mapping.")),
    "an escape sequence for the terminal": (
        'id: a\nquestion: "\\e[31m"\nanswer: a',
        (2, "the invisible character U+001B; remove it (Python code can write it as an escape)."),
    ),
    "an escape sequence in a key": (
        'id: a\nquestion: q\nanswer: a\n"\\e[31m": a',
        (4, "the invisible character U+001B; remove it (Python code can write it as an escape)."),
        (4, f"unknown key '\ufffd[31m' in card 'a'; remove it, or use one of {KEYS}."),
    ),
}
"""A card's lines to the problems expected: line within the card, sentence."""


@pytest.mark.parametrize("mistake", CARD_MISTAKES)
def test_a_wrong_card_is_told_at_its_lines_and_hides_no_other(mistake):
    body, *expected = CARD_MISTAKES[mistake]
    lines = body.split("\n")
    card = "  - " + "\n".join("    " + line for line in lines).lstrip() + "\n"
    loaded = load_text(HEAD + card + GOOD, Path("d.yaml"))
    found = sorted((problem.line - 3, problem.message) for problem in loaded.problems)
    assert found == sorted(expected)
    assert [str(card.id) for card in loaded.deck.cards] == ["d/good"]


DECK_MISTAKES = {
    "nothing": ("", (1, "this is no deck; begin with `deck:`, `title:` and `cards:`.")),
    "a list": ("- a\n", (1, "this is no deck; begin with `deck:`, `title:` and `cards:`.")),
    "no cards": ("deck: d\ntitle: T\n", (1, "the deck has no cards; list them under `cards:`, each with `- id:`.")),
    "empty cards": (
        "deck: d\ntitle: T\ncards: []\n",
        (3, "the deck has no cards; list them under `cards:`, each with `- id:`."),
    ),
    "a wrong header": (
        f"deck: a b\ntitle:\nnote: x\nnotes: [y]\ncards:\n{GOOD}",
        (1, f"`deck` of the deck is 'a b', {ID}"),
        (2, "`title` of the deck is empty; write something, or remove the key."),
        (3, "unknown key 'note' in the deck; did you mean 'notes'?"),
        (4, "`notes` of the deck should be a text."),
    ),
    "a decomposed deck id": (
        f"deck: cafe\u0301\ntitle: T\ncards:\n{GOOD}",
        (
            1,
            "the id of the deck has accents written as separate characters; type it again in composed form (NFC).",
        ),
    ),
    "the deck's id twice": (
        f"deck: d\ntitle: T\ndeck: e\ncards:\n{GOOD}",
        (3, "key 'deck' is here a second time (first in line 1); keep one."),
    ),
    "two documents": (
        f"{HEAD}{GOOD}---\n{HEAD}{GOOD}",
        (7, "a second document starts here; one file is one deck."),
    ),
    "a directive": (
        f"%YAML 1.1\n---\n{HEAD}{GOOD}",
        (1, "directives (`%…`) are not used in decks; remove the line or quote the text."),
    ),
    "a tab": (f"{HEAD}\t- id: a\n", (4, 'a tab; use spaces (inside double quotes a tab is written "\\t").')),
    "a null byte": (
        f"{HEAD}{GOOD}\x00",
        (7, "the invisible character U+0000; remove it (Python code can write it as an escape)."),
    ),
    "text that reads in another order": (
        f"{HEAD}  - question: \u202ex",
        (4, "the invisible character U+202E; remove it (Python code can write it as an escape)."),
    ),
    "an old line end": (
        "deck: d\rtitle: T\n",
        (1, "the invisible character U+000D; remove it (Python code can write it as an escape)."),
    ),
    "an open quote": (
        f'{HEAD}  - id: a\n    question: "q\n    answer: a\n',
        (5, "the quote that opens here is never closed."),
    ),
    "a colon in a text": (
        f"{HEAD}  - id: a\n    question: what: now\n",
        (5, "a `:` where none can be; put a text that contains `: ` in quotes, or check the indentation."),
    ),
    "a line without a colon": (
        f"{HEAD}  - id: a\n    question q\n    answer: a\n",
        (6, "a line that is neither `key: value` nor part of a text; indent or quote it."),
    ),
    "a backquote first": (
        f"{HEAD}  - id: a\n    question: `x`\n",
        (5, "a text that starts with this sign must be in quotes."),
    ),
    "an asterisk first": (
        f"{HEAD}  - id: a\n    question: *very* well\n",
        (5, "a text that starts with `*` must be in quotes."),
    ),
    "a bracket first": (f"{HEAD}  - id: a\n    question: q\n    answer: [CLS] is\n", (6, GOES_ON)),
    "a brace first": (f"{HEAD}  - id: a\n    question: {{x}} is?\n    answer: a\n", (5, GOES_ON)),
    "a quotation first": (f'{HEAD}  - id: a\n    question: "q" or\n      not?\n', (5, GOES_ON)),
    "a quote within quotes": (f"{HEAD}  - id: a\n    question: 'it's'\n", (5, GOES_ON)),
    "a bracket first in a list": (f"{HEAD}  - id: a\n    choices:\n      - [CLS] is\n      - b\n", (6, GOES_ON)),
    "two brackets": (f"{HEAD}  - id: a\n    answer: [0], [1]\n", (5, GOES_ON)),
    "a line that is indented too little": (
        f"{HEAD}  - id: a\n    question: q\n   or not\n",
        (6, "the indentation does not match the lines above (or a list lacks its `- `)."),
    ),
    "uneven indentation": (
        f"{HEAD}  - id: a\n   question: x\n",
        (5, "the indentation does not match the lines above (or a list lacks its `- `)."),
    ),
    "an open list": (
        f"{HEAD}  - id: a\n    tags: [x, y\n    answer: a\n",
        (6, "a list in `[…]` that is not closed, or a comma is missing."),
    ),
    "an unknown escape": (
        f'{HEAD}  - id: a\n    question: "\\d"\n',
        (5, "in double quotes a backslash starts an escape; use single quotes or `|`."),
    ),
    "nested without end": ("a: " + "[" * 200_000, (1, "nested more than 20 levels deep; a deck needs fewer than 10.")),
    "nested in blocks": ("- " * 200_000, (1, "nested more than 20 levels deep; a deck needs fewer than 10.")),
}


@pytest.mark.parametrize("mistake", DECK_MISTAKES)
def test_what_is_wrong_with_a_deck_as_a_whole_is_told_at_its_line(mistake):
    text, *expected = DECK_MISTAKES[mistake]
    loaded = load_text(text, Path("d.yaml"))
    assert [(problem.line, problem.message) for problem in loaded.problems] == expected
    assert loaded.deck is None


def test_a_problem_names_file_line_and_card():
    loaded = load_text(f"{HEAD}{GOOD}  - id: b\n    question: q\n", Path("decks/d.yaml"))
    (problem,) = loaded.problems
    assert str(problem) == "decks/d.yaml:7: card 'b' has no answer; add `answer:`."
    assert problem.as_dict() == {
        "path": "decks/d.yaml",
        "line": 7,
        "column": 5,
        "width": 5,
        "card": "b",
        "message": "card 'b' has no answer; add `answer:`.",
    }


@pytest.mark.parametrize(
    ("line", "width"),
    [("question: r", 8), ("? [q, r]\n    : x", 1), ("section: *more", 5), ("section: &more x", 7), ("<<: {}", 2)],
)
def test_what_yaml_allows_and_decks_do_not_is_pointed_at_whole(line, width):
    (problem,) = load_text(f"{HEAD}{GOOD}    {line}\n", Path("d.yaml")).problems
    assert (problem.line, problem.width) == (7, width)


def test_the_second_card_of_an_id_is_left_out():
    loaded = load_text(f"{HEAD}{GOOD}{GOOD}", Path("d.yaml"))
    assert [problem.message for problem in loaded.problems] == [
        "card 'good' has the id of the card in line 4; give it another."
    ]
    assert [(str(card.id), card.line) for card in loaded.deck.cards] == [("d/good", 4)]


def test_cards_without_ids_are_not_taken_for_one_another():
    no_id = "  - question: q\n    answer: a\n"
    loaded = load_text(f"{HEAD}{no_id}{no_id}{GOOD.replace('good', 'x')}", Path("d.yaml"))
    assert [(problem.line, problem.message) for problem in loaded.problems] == [
        (4, "card 1 has no `id`; add it."),
        (6, "card 2 has no `id`; add it."),
    ]
    assert [str(card.id) for card in loaded.deck.cards] == ["d/x"]


def test_a_wrong_card_has_its_id_all_the_same():
    loaded = load_text(f"{HEAD}{GOOD.replace('answer', 'anwser')}{GOOD}", Path("d.yaml"))
    assert "card 'good' has the id of the card in line 4; give it another." in [p.message for p in loaded.problems]


def test_lines_are_right_with_windows_line_ends_and_a_byte_order_mark():
    text = "\ufeff" + (HEAD + GOOD + "  - id: b\n    question: q\n    anwser: a\n").replace("\n", "\r\n")
    assert [problem.line for problem in load_text(text, Path("d.yaml")).problems] == [9]


def test_what_a_message_quotes_is_kept_short_and_on_one_line():
    text = f'{HEAD}  - id: a\n    question: q\n    answer: a\n    ? "{"x" * 5000}\\n\\n"\n    : 1\n'
    (problem,) = load_text(text, Path("d.yaml")).problems
    assert len(problem.message) < 400
    assert "\n" not in problem.message
    assert problem.message.endswith("asks, verify.")
