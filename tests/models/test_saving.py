"""Saving, loading, and other number formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoTokenizer

from tests.models.conftest import LONG, SHORT, Specimen, same


def test_a_model_saved_and_loaded_is_the_same(either: Specimen, tmp_path: Path) -> None:
    either.model.save_pretrained(tmp_path)
    loaded = either.kind.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        assert torch.equal(loaded(**either.batch(LONG)).logits, either.logits(**either.batch(LONG)))
    assert loaded.config.to_diff_dict() == either.model.config.to_diff_dict()
    assert type(loaded) is type(either.model)


def test_a_tokenizer_saved_and_loaded_is_the_same(either: Specimen, tmp_path: Path) -> None:
    either.tokenizer.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.get_vocab() == either.tokenizer.get_vocab()
    assert loaded.special_tokens_map == either.tokenizer.special_tokens_map
    assert loaded(SHORT, LONG) == either.tokenizer(SHORT, LONG)
    assert (loaded.padding_side, loaded.model_max_length) == (
        either.tokenizer.padding_side,
        either.tokenizer.model_max_length,
    )


def test_weights_lie_in_safetensors_and_a_tied_head_is_stored_once(either: Specimen) -> None:
    config = json.loads((either.folder / "config.json").read_text())
    with safe_open(either.folder / "model.safetensors", "pt") as stored:
        names = set(stored.keys())
        assert {stored.get_slice(name).get_dtype() for name in names} == {"F32"}
    heads = {name for name in names if name in {"lm_head.weight", "cls.predictions.decoder.weight"}}
    assert bool(heads) != config["tie_word_embeddings"]


def test_loading_finds_every_weight_and_leaves_none_over(either: Specimen) -> None:
    _, found = either.kind.from_pretrained(either.folder, output_loading_info=True, local_files_only=True)
    assert not any(found[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_the_digits_say_nearly_the_same(either: Specimen, dtype: torch.dtype) -> None:
    whole = either.logits(**either.batch(LONG))
    half = either.fresh(dtype=dtype)
    with torch.no_grad():
        logits = half(**either.batch(LONG)).logits
    assert logits.dtype == half.dtype == dtype
    assert {weight.dtype for weight in half.parameters()} == {dtype}
    assert (logits.float() - whole).abs().mean() < 0.05 * whole.std()


def test_a_model_stored_in_bfloat16_loads_so_or_as_is_asked(either: Specimen, tmp_path: Path) -> None:
    either.fresh(dtype=torch.bfloat16).save_pretrained(tmp_path)
    assert AutoConfig.from_pretrained(tmp_path).dtype == torch.bfloat16
    for asked, got in (("auto", torch.bfloat16), (torch.float32, torch.float32)):
        assert either.kind.from_pretrained(tmp_path, dtype=asked).dtype == got


def test_weights_go_from_one_format_to_another_and_back(either: Specimen) -> None:
    model = either.fresh().half().float()
    with torch.no_grad():
        assert same(model(**either.batch(LONG)).logits, either.logits(**either.batch(LONG)), off=5e-2)


def test_the_configuration_tells_what_the_tokenizer_says(either: Specimen) -> None:
    config, tokenizer = either.model.config, either.tokenizer
    assert config.pad_token_id == tokenizer.pad_token_id is not None
    assert config.bos_token_id == tokenizer.bos_token_id
    assert config.eos_token_id == tokenizer.eos_token_id
    assert config.architectures == [type(either.model).__name__]


def test_each_head_has_its_share_of_the_hidden_size_or_the_size_that_is_named(either: Specimen) -> None:
    config = either.model.config
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    queries = next(weight for name, weight in either.model.named_parameters() if "q_proj" in name or "query" in name)
    assert queries.shape[0] == config.num_attention_heads * size


def test_a_tokenizer_cuts_at_the_longest_text_its_model_reads(either: Specimen) -> None:
    longest = either.model.config.max_position_embeddings
    assert either.tokenizer.model_max_length == longest
    cut = either.tokenizer(LONG * 100, truncation=True, return_tensors="pt")
    assert cut["input_ids"].shape == (1, longest)
    assert either.logits(**cut).isfinite().all()
