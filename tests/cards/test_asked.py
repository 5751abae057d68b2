"""What counts as a question or a TODO of the notes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.cards.asked import asked, shown
from quizapp.cards.outline import find_section, lines_of

NOTES = """\
前言, 为什么学?

# Optimizers

3-1 warmup

warmup 是什么? 学习率从零慢慢升上去.
The schedule is linear. Is it stepped per batch? See https://example.org/a?b=c

quiz:

- Adam 存几份状态
- What does `weight_decay=0` skip?

todo

3-2 schedulers

todo: read the cosine part
- [ ] plot one
- [x] is this done?

```python
loss.backward()  # TODO: why twice?
pattern = re.compile("a?b?")  # 看长啥样
梯度什么时候清零?
# todo
step(optimizer)
```

## TODO

1. clip gradients
2. try bf16

## Is the last batch dropped?
怎么丢掉它
"""


def found(notes: str) -> list[tuple[int, str, str | None, bool]]:
    return [(one.line, one.text, one.section and one.section.title, one.todo) for one in asked(notes)]


def test_questions_quizzes_and_todos_are_found_with_their_lines_and_sections() -> None:
    assert found(NOTES) == [
        (1, "前言, 为什么学?", None, False),
        (7, "warmup 是什么?", "3-1 warmup", False),
        (8, "The schedule is linear. Is it stepped per batch?", "3-1 warmup", False),
        (12, "Adam 存几份状态", "3-1 warmup", False),
        (13, "What does `weight_decay=0` skip?", "3-1 warmup", False),
        (15, "3-1 warmup", "3-1 warmup", True),
        (19, "read the cosine part", "3-2 schedulers", True),
        (20, "plot one", "3-2 schedulers", True),
        (24, "why twice?", "3-2 schedulers", False),
        (26, "梯度什么时候清零?", "3-2 schedulers", False),
        (27, "3-2 schedulers", "3-2 schedulers", True),
        (33, "clip gradients", "TODO", True),
        (34, "try bf16", "TODO", True),
        (36, "Is the last batch dropped?", "Is the last batch dropped?", False),
        (37, "怎么丢掉它", "Is the last batch dropped?", False),
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("> **Why** pad at all?", "**Why** pad at all?"),
        ("**Why pad?** Because of batches.", "**Why pad?**"),
        ("(does it? or not)", "(does it?"),
        ("为什么要 mask？因为要算 loss。", "为什么要 mask？"),
        ("一样吗?！ 不一样", "一样吗?！"),
        ("| Is it? | No. |", "Is it?"),
        ("Q: explain the shift", "explain the shift"),
        ("问题：偏移在哪里", "偏移在哪里"),
        ("<!-- TODO(me): check the shape -->", "check the shape"),
        ("todo , 继续看", "继续看"),
        ("TODO: is it shifted? I think so", "is it shifted?"),
        ("label 怎么设置.", "label 怎么设置."),
        ("这样对吗", "这样对吗"),
        ("See [why?](https://example.org/a?b) Because.", "See [why?](https://example.org/a?b)"),
        ("**Why [pad](a.md)?** So.", "**Why [pad](a.md)?**"),
        ("**TODO**: *plot* it", "*plot* it"),
        ("**TODO:** *plot* it", "*plot* it"),
        ("__Q:__ explain the shift", "explain the shift"),
    ],
)
def test_a_line_asks(line: str, text: str) -> None:
    assert [one.text for one in asked(line)] == [text]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "???",
        "- ?",
        "https://example.org/page?fw=pt",
        "see https://example.org/?",
        "the pattern `a?` is greedy",
        "Todo-list.md has more",
        "The question is settled.",
        "- [x] why do we pad?",
        "吗啡",
        "x" * 500 + "?",
    ],
)
def test_a_line_asks_nothing(line: str) -> None:
    assert asked(line) == ()


@pytest.mark.parametrize(
    "line", ['print("是吗?")', "a = b ? c : d;", "loss?.item()", "# why", "看长啥样", "see // http://a?"]
)
def test_code_asks_nothing(line: str) -> None:
    assert asked(f"```\n{line}\n```") == ()


def test_a_todo_that_says_nothing_is_about_the_line_below_or_its_section() -> None:
    assert found("# A\ntodo\nread on\n") == [(3, "read on", "A", True)]
    assert found("# A\ntodo:\n\nread on\n") == [(2, "A", "A", True)]
    assert found("todo") == []
    assert found("# TODO\n") == []


def test_a_label_may_be_emphasised() -> None:
    assert found("# A\n**Quiz**\n- the loss\n\n__todo:__\n- the mask\n") == [
        (3, "the loss", "A", False),
        (6, "the mask", "A", True),
    ]


def test_front_matter_asks_nothing_and_has_no_sections() -> None:
    front = "---\ntitle: 什么是 mask?\ntags:\n  - todo\n  - ml\n# a comment\n---\n# A\nWhy?\n"
    assert found(front) == [(9, "Why?", "A", False)]
    assert [line for line, *_ in found("---\n\nWhy?\n---\n")] == [3]  # rules, and text between them
    assert [line for line, *_ in found("---\nNote: between rules\n\nWhy?\n---\n")] == [4]
    assert [line for line, *_ in found("---\nkey: never closed\nWhy?\n")] == [3]


def test_a_list_under_a_todo_ends_with_the_list() -> None:
    assert [one.text for one in asked("todo\n\n- a\n\n- b\ntext\n- c")] == ["a", "b"]


def test_the_same_question_of_a_section_is_told_once() -> None:
    assert [one.line for one in asked("# A\nWhy pad?\n**Why** pad??\n# B\nWhy pad?")] == [2, 5]


def test_a_section_that_cannot_be_named_leaves_its_questions_to_the_one_around_it() -> None:
    titles = [one.section and one.section.title for one in asked("#\nOne?\n# A\n## `*`\nTwo?\n## A\nThree?\n")]
    assert titles == [None, "A", "A"]


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert found("## a\u200bb\n# A\tB\nwhy\x1b[31m\u202e\x07\tso?") == [(3, "why⟨U+202E⟩␇ so?", "A\tB", False)]


PIECES = [*"#`~?？ \n12-a题吗:[]x\r\t\u202e", "todo", "quiz:", "\n- ", "\n```\n", "\n# ", "2-3 a", "为什么"]
ANY_NOTES = st.lists(st.sampled_from(PIECES)).map("".join) | st.text()


@given(ANY_NOTES)
@example("# todo\n\n- [ ] \n")
def test_whatever_is_found_is_in_the_notes_and_its_section_is_found_again(notes: str) -> None:
    lines = [shown(line) for line in lines_of(notes)]
    for one in asked(notes):
        assert one.text in lines[one.line - 1] or (one.todo and one.section and one.text in shown(one.section.title))
        assert one.text.strip() == one.text != ""
        assert one.section is None or find_section(notes, one.section.title) == one.section
