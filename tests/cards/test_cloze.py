import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from quizapp.cards import cloze

SENTENCE = "Labels of {{c1::-100}} are ignored by {{c2::cross-entropy::a loss}}, {{c1::always}}."


def test_each_number_is_a_card_whose_siblings_are_shown():
    assert cloze.numbers(SENTENCE) == ("c1", "c2")
    assert cloze.question(SENTENCE, "c1") == "Labels of […] are ignored by cross-entropy, […]."
    assert cloze.question(SENTENCE, "c2") == "Labels of -100 are ignored by [a loss], always."
    assert cloze.answer(SENTENCE, "c2") == "Labels of -100 are ignored by **cross-entropy**, always."


def test_numbers_are_ordered_as_numbers():
    assert cloze.numbers("{{c10::a}} {{c2::b}} {{c1::c}} {{c2::d}}") == ("c1", "c2", "c10")


@pytest.mark.parametrize(
    ("sentence", "deletion"),
    [
        ("{{c1::{n}}}", "{n}"),
        ("{{c1::a: b}}", "a: b"),
        ("{{c1::{'a': {}}}}", "{'a': {}}"),
        ("{{c1::x}} and }} then", "x"),
        ("{{c1::two\nlines}}", "two\nlines"),
    ],
)
def test_braces_inside_a_deletion_are_text(sentence, deletion):
    assert not cloze.malformed(sentence)
    assert f"**{deletion}**" in cloze.answer(sentence, "c1")


@pytest.mark.parametrize("sentence", ["{{ content }}", "{{cat}}", "{c1::x}", "{% if c1 %}", "}}", "{{}}"])
def test_other_braces_are_no_deletions(sentence):
    assert cloze.numbers(sentence) == ()
    assert not cloze.malformed(sentence)


@pytest.mark.parametrize(
    "sentence", ["{{c1::}}", "{{c1:x}}", "{{c::x}}", "{{c1 ::x}}", "{{C1::x}}", "{{c1::a", "{{c100::x}}"]
)
def test_what_is_almost_a_deletion_is_malformed(sentence):
    assert cloze.malformed(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "标签是{{c1::-100}}的位置",
        "叫做{{c1::`logits`}}的张量",
        "{{c1::（一）}}二",
        "a{{c1::.b.}}c",
        "是{{c1::**x**}}的",
        "{{c1:: x }}y",
    ],
)
def test_the_answer_is_bold_whatever_stands_beside_it(sentence):
    assert "<strong>" in MarkdownIt().render(cloze.answer(sentence, "c1"))


@given(st.lists(st.sampled_from([*"{}c12:ab ", "{{c1::", "}}", "::"])).map("".join))
def test_a_sentence_without_malformed_parts_hides_every_deletion_of_its_card(sentence):
    if cloze.malformed(sentence):
        return
    for number in cloze.numbers(sentence):
        assert "[" in cloze.question(sentence, number)
        assert f"{{{{{number}::" not in cloze.question(sentence, number)
