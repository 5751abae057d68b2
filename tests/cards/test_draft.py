"""A draft is a deck that lacks nothing but its answers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.asked import asked, shown
from quizapp.cards.covered import places, unasked
from quizapp.cards.draft import MOST, draft
from quizapp.cards.loader import load_text
from quizapp.cards.outline import find_section, lines_of, outline
from quizapp.cards.plain_yaml import MAX_BYTES
from tests.cards.test_asked import ANY_NOTES, NOTES

PATH = Path("drafted.yaml")


def answered(text: str) -> str:
    return text.replace("    # answer:\n", "    answer: So.\n")


def cards_of(text: str) -> list:
    loaded = load_text(answered(text), PATH)
    assert loaded.problems == ()
    assert loaded.deck
    return list(loaded.deck.cards)


def test_check_names_each_missing_answer_and_nothing_else() -> None:
    found = asked(NOTES)
    problems = load_text(draft(found, "my notes.md"), PATH).problems
    assert len(problems) == len(found)
    assert all(problem.message.endswith(" has no answer; add `answer:`.") for problem in problems)


def test_with_answers_it_is_a_deck_that_asks_what_the_notes_ask_where_they_ask_it() -> None:
    found = asked(NOTES)
    cards = cards_of(draft(found, "my notes.md"))
    assert [(card.question, card.entry.section) for card in cards] == [
        (one.text, one.section and one.section.title) for one in found
    ]
    assert unasked(found, cards, places(cards, outline(NOTES))) == []


def test_a_stub_reads_well() -> None:
    text = draft(asked("# 优化\nAdam 是什么? 一种优化器\n- [ ] plot: loss\n"), "笔记.md", taken={"笔记"})
    assert text[text.index("deck:") :] == (
        "deck: 笔记-2\n"
        'title: "笔记"\n'
        'notes: "笔记.md"\n'
        "cards:\n"
        "  # 笔记.md:2\n"
        "  - id: adam-是什么\n"
        '    section: "优化"\n'
        "    question: |\n"
        "      Adam 是什么?\n"
        "    # answer:\n"
        "\n"
        "  # 笔记.md:3, to be done: make a question of it\n"
        "  - id: plot-loss\n"
        '    section: "优化"\n'
        "    question: |\n"
        "      plot: loss\n"
        "    # answer:\n"
    )


def test_each_comment_names_the_line_it_stands_for() -> None:
    windows = "\ufeff" + NOTES.replace("\n", "\r\n")
    text = draft(asked(windows), "n.md")
    for one in asked(NOTES):
        after = text[text.index(f"  # n.md:{one.line}") :]
        assert one.text in after[: after.index("# answer")]


def test_a_draft_is_never_too_large_to_be_read() -> None:
    title = "题" * 480
    notes = f"# {title}\n" + "".join(f"{number}{'问' * 490}?\n" for number in range(MOST + 50))
    text = draft(asked(notes), f"{'n' * 250}.md")
    assert len(text.encode()) < MAX_BYTES
    assert len(cards_of(text)) == MOST


@given(ANY_NOTES, st.text(min_size=1, max_size=20))
def test_any_notes_make_a_deck_whose_questions_are_their_lines(notes: str, name: str) -> None:
    found = asked(notes)
    if not found:
        return
    lines = [shown(line) for line in lines_of(notes)]
    cards = cards_of(draft(found, name))
    assert len({card.id for card in cards}) == len(found)
    for card in cards:
        assert any(card.question in line for line in lines)
        assert card.entry.section is None or find_section(notes, card.entry.section)
    assert unasked(found, cards, places(cards, outline(notes))) == []
