"""What is safe is put right and said at its line; every other byte stays, and what is not sure is left alone."""

import re
import resource
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.loader import load_text
from quizapp.cards.mending.fixing import fix_file, fixed
from quizapp.errors import DeckError

HEAD = "deck: d # mine\ntitle: T\ncards:\n"
CASES = {
    "a misspelt key": (
        "- id: a\n  question: q\n  anwser: a # why\n",
        "- id: a\n  question: q\n  answer: a # why\n",
        [(6, "the key `anwser` is now `answer`.")],
    ),
    "in capitals and quoted": (
        '- id: a\n  "Question": q\n  answer: a\n',
        "- id: a\n  question: q\n  answer: a\n",
        [(5, "the key `Question` is now `question`.")],
    ),
    "a misspelt id that comes first": (
        "- ids: a\n  question: q\n  answer: a\n",
        "- id: a\n  question: q\n  answer: a\n",
        [(4, "the key `ids` is now `id`.")],
    ),
    "no id, and a misspelt key first": (
        "- quesiton: Why?\n  answer: a\n- id: b\n  question: q\n  anwser: a\n",
        "- id: why\n  question: Why?\n  answer: a\n- id: b\n  question: q\n  answer: a\n",
        [
            (4, "the card has an id now: `why`."),
            (5, "the key `quesiton` is now `question`."),
            (9, "the key `anwser` is now `answer`."),
        ],
    ),
    "in the parts of a card": (
        "- id: a\n  question: q\n  choices: [{txt: b, rigth: true}]\n  verify:\n    model: none\n    Code: assert x\n",
        "- id: a\n  question: q\n  choices: [{text: b, right: true}]\n  verify:\n    model: none\n    code: assert x\n",
        [
            (6, "the key `txt` is now `text`."),
            (6, "the key `rigth` is now `right`."),
            (9, "the key `Code` is now `code`."),
        ],
    ),
    "a list of one": (
        "- id: a\n  question: q\n  answer: a\n  tags: 'x' # 1\n  after: b\n- {id: b, question: q, answer: a, tags: y}",
        "- id: a\n  question: q\n  answer: a\n  tags: ['x'] # 1\n  after: [b]\n"
        "- {id: b, question: q, answer: a, tags: [y]}",
        [
            (7, "`tags` is now a list of one: `['x']`."),
            (8, "`after` is now a list of one: `[b]`."),
            (9, "`tags` is now a list of one: `[y]`."),
        ],
    ),
    "a misspelt list of one": (
        "- id: a\n  question: q\n  answer: a\n  tag: x\n",
        "- id: a\n  question: q\n  answer: a\n  tags: [x]\n",
        [(7, "the key `tag` is now `tags`."), (7, "`tags` is now a list of one: `[x]`.")],
    ),
    "an id of loose accents": (
        "- id: cafe\u0301\n  question: q\n  answer: a\n",
        "- id: caf\u00e9\n  question: q\n  answer: a\n",
        [(4, "the characters of the id 'caf\u00e9' are now composed ones.")],
    ),
    "tabs": (
        "\t- id: a\n\t  question: q\n\t  answer: |\n\t\t\tone\n\t\t\ttwo\n",
        "  - id: a\n    question: q\n    answer: |\n      one\n      two\n",
        [(4, "the tabs before the text of 5 lines are now 2 spaces each.")],
    ),
    "tabs and windows": (
        "\t- id: a\r\n\t  question: q\r\n\t  answer: a\r\n",
        "  - id: a\r\n    question: q\r\n    answer: a\r\n",
        [(4, "the tabs before the text of 3 lines are now 2 spaces each.")],
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_it_is_put_right_and_nothing_else_changes(case, mark):
    before, after, told = CASES[case]
    text, fixes = fixed(mark + HEAD + before)
    assert text == mark + HEAD + after
    assert [(fix.line, fix.message) for fix in fixes] == told
    assert fixed(text) == (text, [])
    assert len(load_text(text, Path("d.yaml")).problems) < len(load_text(HEAD + before, Path("d.yaml")).problems)


NESTED = "".join(f"\t\t\t{line}\n" for line in ("assert a", "if a:", "  if b:", "    if c:", "        d", "\te"))
UNSURE = {
    "code that means another thing with wider tabs": (
        f"- id: a\n  question: q\n  answer: a\n  verify:\n\t\tmodel: none\n\t\tcode: |\n{NESTED}"
    ),
    "two keys it could be": "- id: a\n  question: q\n  answer: a\n  sourc: x\n  sorce: y\n",
    "the key it could be is there": "- id: a\n  question: q\n  answer: a\n  anwser: b\n",
    "nothing near": "- id: a\n  question: q\n  answer: a\n  hint: b\n",
    "several words": "- id: a\n  question: q\n  answer: a\n  tags: x, y\n",
    "an id of two words": "- id: a b\n  question: q\n  answer: a\n",
    "a tab whose width matters": "- id: a\n  question: q\n  answer: a\n\ttags: [x]\n",
    "a tab in a text": "- id: a\n  question: q\t?\n  answer: a\n",
    "an alias": "- id: a\n  question: &x q\n  answer: *x\n",
    "a key twice": "- id: a\n  question: q\n  question: r\n  answer: a\n",
    "no YAML": "- id: [a\n  anwser: q\n",
}


@pytest.mark.parametrize("case", UNSURE)
def test_what_is_not_sure_is_left_alone(case):
    text = HEAD + UNSURE[case]
    assert fixed(text) == (text, [])
    assert load_text(text, Path("d.yaml")).problems


KEYS = ["question", "qestion", "Answer", "answer", "tags", "tag", "sources", "x", "afer", "id", "verify"]


@given(st.lists(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=5), min_size=1, max_size=4))
def test_any_deck_has_fewer_problems_after_the_fix_and_loses_no_value(cards):
    values = iter(range(100))
    text = HEAD + "".join("- " + "\n  ".join(f"{key}: V{next(values)} # c" for key in card) + "\n" for card in cards)
    changed, fixes = fixed(text)
    assert re.findall(r"V\d+|# c", changed) == re.findall(r"V\d+|# c", text)
    before, after = (unknown_keys(one) for one in (text, changed))
    assert not after - before
    assert "qestion" not in after or "question" in text
    assert fixes or changed == text


def unknown_keys(text: str) -> Counter[str]:
    messages = [problem.message for problem in load_text(text, Path("d.yaml")).problems]
    return Counter(key for message in messages for key in re.findall("unknown key '(.*?)'", message))


@pytest.fixture
def misspelt(tmp_path) -> Path:
    path = tmp_path / "d.yaml"
    path.write_text(HEAD + CASES["a misspelt key"][0])
    return path


def test_nothing_is_written_through_a_link_that_lies_in_wait(misspelt):
    kept = misspelt.with_name("kept")
    kept.write_text("mine")
    misspelt.with_name(".d.yaml.new").symlink_to(kept)
    assert fix_file(misspelt)
    assert kept.read_text() == "mine"
    assert not misspelt.is_symlink()


def test_through_a_link_the_file_is_fixed_and_the_link_stays(misspelt):
    link = misspelt.with_name("link.yaml")
    link.symlink_to(misspelt)
    assert fix_file(link)
    assert link.is_symlink()
    assert "answer: a" in misspelt.read_text()


def test_what_is_saved_meanwhile_stays(misspelt, monkeypatch):
    def slowly(text):
        misspelt.write_text("saved")
        return fixed(text)

    monkeypatch.setattr("quizapp.cards.mending.fixing.fixed", slowly)
    with pytest.raises(DeckError, match="was saved while it was being fixed"):
        fix_file(misspelt)
    assert misspelt.read_text() == "saved"


def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_besides(misspelt):
    before = misspelt.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limits[1]))
    try:
        with pytest.raises(DeckError, match="cannot be fixed: File too large"):
            fix_file(misspelt)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name: path.read_bytes() for path in misspelt.parent.iterdir()} == {"d.yaml": before}


def test_a_file_is_replaced_whole_with_its_permissions(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text(HEAD + CASES["a misspelt key"][0])
    path.chmod(0o640)
    assert [fix.line for fix in fix_file(path)] == [6]
    assert path.read_text() == HEAD + CASES["a misspelt key"][1]
    assert path.stat().st_mode & 0o777 == 0o640
    assert fix_file(path) == []
    assert fix_file(tmp_path / "none.yaml") == []
