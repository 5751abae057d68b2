"""The models that ship: they load offline, keep the promises that cards rely on, and have learnt something."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoTokenizer,
    BertForMaskedLM,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

import quizapp

Causal = tuple[LlamaForCausalLM, PreTrainedTokenizerFast]
Masked = tuple[BertForMaskedLM, PreTrainedTokenizerFast]

MODELS = Path(quizapp.__file__).parent / "lab" / "models"
LARGEST = 21_000_000
"""Bytes of both folders together."""

SENTENCES = [
    "A horse is a large animal with four legs.",
    "The children are playing in the garden.",
    "He was the king of England from 1760 to 1820.",
    "To run is to move fast by using the feet.",
    "The method returns a list of strings.",
]
GAPS = [
    ("He went [MASK] the house.", {"to", "into", "in", "on", "from"}),
    ("They [MASK] not want to go.", {"did", "do", "does", "can", "should", "would", "could"}),
    ("The children [MASK] playing in the garden.", {"are", "were"}),
    ("Paris is the [MASK] of France.", {"capital"}),
    ("She drank a cup of [MASK].", {"water", "tea", "coffee", "milk", "wine"}),
    ("To swim is [MASK] move through water.", {"to"}),
]
"""Gaps, and words that fit; the most frequent words of the text do not."""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small are fastest on one thread, and other tests keep theirs."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def causal() -> Causal:
    return (
        AutoModelForCausalLM.from_pretrained(MODELS / "causal", local_files_only=True),
        AutoTokenizer.from_pretrained(MODELS / "causal", local_files_only=True),
    )


@pytest.fixture(scope="module")
def masked() -> Masked:
    return (
        AutoModelForMaskedLM.from_pretrained(MODELS / "masked", local_files_only=True),
        AutoTokenizer.from_pretrained(MODELS / "masked", local_files_only=True),
    )


@pytest.mark.parametrize("role", ["causal", "masked"])
class TestFolder:
    def test_it_holds_what_the_hub_expects_and_no_other_weights(self, role: str) -> None:
        expected = {"README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
        optional = {"generation_config.json"} if role == "causal" else set()
        assert {file.name for file in (MODELS / role).iterdir()} == expected | optional

    def test_its_tokenizer_is_named_as_transformers_4_knows_it_too(self, role: str) -> None:
        config = json.loads((MODELS / role / "tokenizer_config.json").read_text("utf-8"))
        assert config["tokenizer_class"] == "PreTrainedTokenizerFast"

    def test_its_card_names_the_sources_the_command_and_the_licence(self, role: str) -> None:
        card = (MODELS / role / "README.md").read_text("utf-8")
        for promised in (f"python -m training {role}", "wordnet-base", "python3.11-doc", "WordNet 3.0 Copyright 2006"):
            assert promised in card


def test_both_folders_together_are_small() -> None:
    assert sum(file.stat().st_size for file in MODELS.rglob("*") if file.is_file()) < LARGEST


class TestCausal:
    def test_it_is_a_tied_llama_in_fp32(self, causal: Causal) -> None:
        model, tokenizer = causal
        assert isinstance(model, LlamaForCausalLM)
        assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
        assert model.lm_head.weight is model.model.embed_tokens.weight
        assert model.config.vocab_size == len(tokenizer) == 4096
        assert model.config.max_position_embeddings == tokenizer.model_max_length == 256

    def test_its_tokenizer_begins_with_bos_and_leaves_the_end_open(self, causal: Causal) -> None:
        _, tokenizer = causal
        ids = tokenizer("The cat sat on the mat.").input_ids
        assert tokenizer.is_fast
        assert ids[0] == tokenizer.bos_token_id
        assert tokenizer.eos_token_id not in ids
        assert tokenizer("The cat", add_special_tokens=False).input_ids == tokenizer("The cat").input_ids[1:]

    def test_its_special_tokens_agree_with_the_configs(self, causal: Causal) -> None:
        model, tokenizer = causal
        assert tokenizer.convert_tokens_to_ids(["<pad>", "<s>", "</s>", "<unk>"]) == [0, 1, 2, 3]
        assert tokenizer.padding_side == "right"
        for config in (model.config, model.generation_config):
            assert (config.pad_token_id, config.bos_token_id, config.eos_token_id) == (0, 1, 2)
        assert model.generation_config.do_sample is False

    def test_every_text_survives(self, causal: Causal) -> None:
        _, tokenizer = causal
        text = " Zürich, 漢字 und\n\ttabs 🙂"
        assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True) == text

    def test_it_expects_english(self, causal: Causal) -> None:
        assert _mean_loss(causal, SENTENCES) < math.log(4096) - 3.5

    def test_it_expects_sense_more_than_the_same_words_reversed(self, causal: Causal) -> None:
        reversed_words = [" ".join(sentence[:-1].split()[::-1]) + "." for sentence in SENTENCES]
        assert _mean_loss(causal, SENTENCES) < _mean_loss(causal, reversed_words) - 1

    def test_greedy_generation_ends_by_itself(self, causal: Causal) -> None:
        model, tokenizer = causal
        ids = model.generate(**tokenizer("A horse is", return_tensors="pt"), max_new_tokens=80)[0].tolist()
        assert ids[-1] == tokenizer.eos_token_id


class TestMasked:
    def test_it_is_a_tied_bert_in_fp32(self, masked: Masked) -> None:
        model, tokenizer = masked
        assert isinstance(model, BertForMaskedLM)
        assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
        assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
        assert model.config.vocab_size == len(tokenizer) == 6144
        assert model.config.max_position_embeddings == tokenizer.model_max_length == 256

    def test_its_tokenizer_wraps_pairs_and_numbers_the_segments(self, masked: Masked) -> None:
        _, tokenizer = masked
        batch = tokenizer("The Cat", "the dog")
        assert tokenizer.is_fast
        assert tokenizer.convert_ids_to_tokens(batch.input_ids) == [
            "[CLS]",
            "the",
            "cat",
            "[SEP]",
            "the",
            "dog",
            "[SEP]",
        ]
        assert batch.token_type_ids == [0, 0, 0, 0, 1, 1, 1]

    def test_its_special_tokens_have_the_promised_ids(self, masked: Masked) -> None:
        _, tokenizer = masked
        assert tokenizer.convert_tokens_to_ids(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]) == [0, 1, 2, 3, 4]
        assert tokenizer("漢字").input_ids == [2, 1, 1, 3]
        assert tokenizer.padding_side == "right"

    @pytest.mark.parametrize(("text", "fitting"), GAPS)
    def test_it_fills_a_gap_with_a_fitting_word(self, masked: Masked, text: str, fitting: set[str]) -> None:
        model, tokenizer = masked
        batch = tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            logits = model(**batch).logits[batch.input_ids == tokenizer.mask_token_id]
        assert fitting & set(tokenizer.convert_ids_to_tokens(logits[0].topk(5).indices.tolist()))


def _mean_loss(causal: Causal, sentences: list[str]) -> float:
    """Nats per token over all sentences."""
    model, tokenizer = causal
    batch = tokenizer(sentences, return_tensors="pt", padding=True)
    labels = batch.input_ids.masked_fill(batch.attention_mask == 0, -100)
    with torch.inference_mode():
        loss: float = model(**batch, labels=labels).loss.item()
    return loss
