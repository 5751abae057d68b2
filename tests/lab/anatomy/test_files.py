"""What a model's other files say: its configuration, its tokenizer, its card."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from quizapp.lab.anatomy.card import LONGEST_ROW, MOST_ROWS, read_card
from quizapp.lab.anatomy.files import Unreadable
from quizapp.lab.anatomy.shape import shape_of
from quizapp.lab.anatomy.tokens import Special, tokens_of
from quizapp.lab.heads import kind_of


def write(folder: Path, **files: object) -> Path:
    """Files in a folder, by name without the ending: objects as JSON."""
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ("LlamaForCausalLM", "causal"),
        ("GPT2LMHeadModel", "causal"),
        ("BertForMaskedLM", "masked"),
        ("BertForPreTraining", "masked"),
        ("BertModel", None),
        ("T5ForConditionalGeneration", None),
        ("LlamaForSequenceClassification", None),
        ("None", None),
    ],
)
def test_the_head_is_known_by_the_name_of_the_architecture(architecture: str, kind: str | None) -> None:
    assert kind_of(architecture) == kind


@pytest.mark.parametrize(
    "config",
    [
        {"num_hidden_layers": 3, "hidden_size": 80, "num_attention_heads": 5, "max_position_embeddings": 512},
        {"n_layer": 3, "n_embd": 80, "n_head": 5, "n_positions": 512, "n_ctx": 99},
        {"n_layers": 3, "dim": 80, "n_heads": 5, "max_position_embeddings": 512},
        {"text_config": {"num_layers": 3, "d_model": 80, "num_heads": 5, "n_ctx": 512}, "vision_config": {}},
    ],
)
def test_sizes_are_known_by_whatever_name_the_architecture_has_for_them(config: dict[str, Any]) -> None:
    shape = shape_of(config)
    assert (shape.layers, shape.hidden_size, shape.heads, shape.key_value_heads, shape.context) == (3, 80, 5, 5, 512)


def test_what_a_configuration_does_not_say_is_not_known() -> None:
    shape = shape_of({"hidden_size": "wide", "vocab_size": True, "architectures": "Llama", "tie_word_embeddings": 1})
    assert (shape.architecture, shape.hidden_size, shape.vocabulary, shape.tied) == (None, None, None, None)


ADDED = [{"id": 2, "content": "<s>", "special": True}, {"id": 3, "content": "<extra>", "special": True}]


def test_special_tokens_have_their_ids_whichever_file_says_so(tmp_path: Path) -> None:
    write(
        tmp_path,
        tokenizer={"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}}, "added_tokens": ADDED},
        tokenizer_config={
            "bos_token": "<s>",
            "pad_token": {"content": "<p>"},
            "eos_token": None,
            "unk_token": "<never>",
            "added_tokens_decoder": {"7": {"content": "<p>"}},
            "padding_side": "left",
        },
        special_tokens_map={"bos_token": "<other>"},
    )
    tokens = tokens_of(tmp_path)
    assert tokens.special == {"bos": Special("<s>", 2), "unk": Special("<never>", None), "pad": Special("<p>", 7)}
    assert (tokens.others, tokens.padding_side, tokens.chat_template) == ((Special("<extra>", 3),), "left", None)


@pytest.mark.parametrize(
    ("pieces", "roles"),
    [
        (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat"], {"unk": 1, "pad": 0, "cls": 2, "sep": 3, "mask": 4}),
        (
            ["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
            {"bos": 0, "eos": 2, "unk": 3, "pad": 1, "cls": 0, "sep": 2, "mask": 4},
        ),
        (["a", "<|endoftext|>"], {"bos": 1, "eos": 1, "unk": 1}),
        (["a", "b"], {}),
    ],
)
def test_where_no_file_names_special_tokens_the_classes_of_old_models_do(
    tmp_path: Path, pieces: list[str], roles: dict[str, int]
) -> None:
    """As in the files of bert-base-uncased, roberta-base and gpt2."""
    (tmp_path / "vocab.txt").write_text("\n".join(pieces))
    write(tmp_path, tokenizer_config={"model_max_length": 512})
    assert {role: token.id for role, token in tokens_of(tmp_path).special.items()} == roles


def test_a_number_that_no_token_has_is_passed_over(tmp_path: Path) -> None:
    added = {"9" * 5000: {"content": "<s>"}, "3": {"content": "</s>"}}
    write(tmp_path, vocab={"a": 0}, tokenizer_config={"bos_token": "<s>", "added_tokens_decoder": added})
    assert (tokens_of(tmp_path).special["bos"], tokens_of(tmp_path).size) == (Special("<s>", None), 2)


def test_pieces_in_rows_with_scores_are_counted(tmp_path: Path) -> None:
    write(tmp_path, tokenizer={"model": {"type": "Unigram", "vocab": [["a", -1.0], ["b", -2.0]]}})
    assert tokens_of(tmp_path).size == 2


@pytest.mark.parametrize("written", ["file", "text", "several"])
def test_a_chat_template_is_found_wherever_it_is_written(tmp_path: Path, written: str) -> None:
    template: dict[str, object] = {"text": "{{x}}", "several": [{"name": "default", "template": "{{x}}"}]}
    write(tmp_path, vocab={"a": 0}, tokenizer_config={"chat_template": template.get(written)})
    if written == "file":
        (tmp_path / "chat_template.jinja").write_text("{{x}}")
    assert tokens_of(tmp_path).chat_template == "{{x}}"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "There is no tokenizer"),
        ({"tokenizer": []}, "tokenizer.json is damaged: it holds no JSON object"),
        ({"tokenizer": {}}, "tokenizer.json is damaged: it describes no tokenizer"),
        ({"tokenizer": {"model": {"vocab": [3]}}}, "describes no tokenizer"),
        ({"tokenizer": {"model": {"vocab": {}}, "added_tokens": [{"content": "a", "id": "x"}]}}, "no tokenizer"),
        ({"tokenizer": {"model": {"vocab": {}}, "added_tokens": [{"content": "a", "id": math.inf}]}}, "no tokenizer"),
        ({"vocab": 3}, "vocab.json is damaged"),
    ],
)
def test_a_damaged_tokenizer_is_a_sentence(tmp_path: Path, files: dict[str, object], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        tokens_of(write(tmp_path, **files))


CARD = """\
---
language: en
license: apache-2.0
---
# A model

| Not | this |
|---|---|

## Figures on the held-out text

Some words.

| **Measure** | [Value](https://x) |
|:---|---:|
| `bits` per byte | 1.6 |
| a \\| b | 2 |

| Nor | this |
"""


def test_a_card_has_a_licence_and_a_table_of_figures() -> None:
    card = read_card(CARD)
    assert card.licence == "apache-2.0"
    assert card.figures == (("Measure", "Value"), ("bits per byte", "1.6"), ("a | b", "2"))


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("", None),
        ("license: mit", None),
        ("---\nlicense: other\nlicense_name: llama3\n---", "llama3"),
        ('---\nlicense: "mit"\n---', "mit"),
        ("---\nlicense:\n- mit\n---", None),
    ],
)
def test_the_licence_is_what_the_head_of_the_card_names(text: str, licence: str | None) -> None:
    assert read_card(text).licence == licence
    assert read_card(text).figures == ()


def test_a_row_that_no_table_has_is_cut_before_it_is_read() -> None:
    for row in ("[" * 100_000, "|" * 100_000):
        (figures,) = read_card(f"# Results\n|{row}|\n").figures
        assert sum(map(len, figures)) <= LONGEST_ROW


def test_a_long_table_is_cut() -> None:
    rows = "".join(f"| {n} | x |\n" for n in range(1000))
    assert len(read_card(f"# Results\n| a | b |\n|---|---|\n{rows}").figures) == MOST_ROWS + 1
