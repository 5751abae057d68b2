import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.outline import find_section, outline, section_text

NOTES = """\
随便写的开头。

## NLP course

### 第二章

2-2{space}

pad 是因为不同的 batch 不一样长.

2-3 models

config load 的时候可以直接改 config.
2-9 not a heading: it goes on a sentence

```python
# a comment, not a heading

9-9 prose in a fence
```

### 第七章

7-3

````
```
# still inside
````

7-6 Training from scratch

1-2 epochs are enough.

#### generate

logits

## attention mask 问题

end

# Lora ##
last
""".replace("{space}", " ")


def titles():
    return [(section.title, section.level) for section in outline(NOTES)]


def test_the_outline_has_markdown_headings_and_numbered_lines_but_nothing_from_fences():
    assert titles() == [
        ("NLP course", 2),
        ("第二章", 3),
        ("2-2", 7),
        ("2-3 models", 7),
        ("第七章", 3),
        ("7-3", 7),
        ("7-6 Training from scratch", 7),
        ("generate", 4),
        ("attention mask 问题", 2),
        ("Lora", 1),
    ]


def test_a_section_ends_at_the_next_heading_of_its_level_or_a_higher_one():
    assert section_text(NOTES, "2-2") == "2-2 \n\npad 是因为不同的 batch 不一样长."
    assert section_text(NOTES, "7-6").endswith("1-2 epochs are enough.")
    chapter = section_text(NOTES, "第七章")
    assert chapter.startswith("### 第七章")
    assert chapter.endswith("#### generate\n\nlogits")
    assert section_text(NOTES, "lora") == "# Lora ##\nlast"


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("2-3", "2-3 models"),
        ("2-3 models", "2-3 models"),
        ("2-3 what it was called before", "2-3 models"),
        ("## attention  mask 问题", "attention mask 问题"),
        ("Attention mask", "attention mask 问题"),
        ("**generate**", "generate"),
    ],
)
def test_a_section_is_found_by_title_beginning_or_number(wanted, title):
    assert find_section(NOTES, wanted).title == title


@pytest.mark.parametrize("wanted", ["", "  ", "2", "2-", "9-9", "1-2", "attention mas", "#", "still inside"])
def test_what_is_no_section_is_not_found(wanted):
    assert section_text(NOTES, wanted) is None


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("#", ""),
        ("# #", ""),
        ("## ##", ""),
        ("#\tC#", "C#"),
        ("# C # ##  ", "C #"),
        (f"# a{' ' * 300_000}b", f"a{' ' * 300_000}b"),
        (f"# a{' #' * 150_000}b", f"a{' #' * 150_000}b"),
    ],
    ids=["empty", "closed", "closed twice", "letter", "sign", "wide", "signs"],
)
def test_a_title_is_what_stands_between_the_signs_however_long_it_is(line, title):
    assert [section.title for section in outline(line)] == [title]


def test_line_ends_and_a_byte_order_mark_change_nothing():
    assert section_text("\ufeff# A\r\ntext\r\n# B\r\n", "A") == "# A\ntext"


@given(st.text(st.sampled_from("#`~ \n12-a题\r\t")), st.text(max_size=5))
def test_any_notes_can_be_outlined(notes, section):
    sections = outline(notes)
    assert [found.line for found in sections] == sorted({found.line for found in sections})
    assert all(found.line <= found.end for found in sections)
    section_text(notes, section)
