"""The models that ship: they load offline, keep the promises that cards rely on, and have learnt something."""

import gzip
import hashlib
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
import training.causal
import training.masked
from training import samples
from training.__main__ import HELD_OUT
from training.baselines import compressed_bits_per_byte
from training.corpus import ORIGINS

Causal = tuple[LlamaForCausalLM, PreTrainedTokenizerFast]
Masked = tuple[BertForMaskedLM, PreTrainedTokenizerFast]

MODELS = Path(quizapp.__file__).parent / "lab" / "models"
LARGEST = 24_000_000
"""Bytes of both folders together."""

SENTENCES = [
    "A horse is a large animal with four legs.",
    "The children are playing in the garden.",
    "He was the king of England from 1760 to 1820.",
    "To run is to move fast by using the feet.",
    "The method returns a list of strings.",
]


@pytest.fixture(scope="module")
def held_out() -> list[str]:
    """A part of the documents that neither model has seen, as the training wrote them down."""
    return [json.loads(line) for line in gzip.decompress(HELD_OUT.read_bytes()).splitlines()][::5]


def figures(role: str, measure: str) -> dict[str, float]:
    """A row of the card's table: the figure by the name of what reached it, on all that was held out."""
    lines = (MODELS / role / "README.md").read_text("utf-8").splitlines()
    rows = {cells[0]: cells[1:] for line in lines if (cells := [cell.strip() for cell in line.strip("|").split("|")])}
    return {name: float(value.rstrip("%")) for name, value in zip(rows["Measure"], rows[measure], strict=True)}


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
        expected = {
            "README.md",
            "loss.svg",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
        }
        more = {"generation_config.json", "chat_template.jinja"} if role == "causal" else set()
        assert {file.name for file in (MODELS / role).iterdir()} == expected | more

    def test_its_tokenizer_is_named_as_transformers_4_knows_it_too(self, role: str) -> None:
        config = json.loads((MODELS / role / "tokenizer_config.json").read_text("utf-8"))
        assert config["tokenizer_class"] == "PreTrainedTokenizerFast"

    def test_its_card_names_the_sources_the_command_and_the_licences(self, role: str) -> None:
        card = (MODELS / role / "README.md").read_text("utf-8")
        for promised in (f"python -m training {role}", "WordNet 3.0 Copyright 2006", "The scikit-learn developers"):
            assert promised in card
        for origin in ORIGINS:
            assert f"| {origin.title} | {origin.package} | {origin.licence} |" in card

    def test_its_card_says_what_each_file_hashes_to(self, role: str) -> None:
        card = (MODELS / role / "README.md").read_text("utf-8")
        for file in sorted((MODELS / role).iterdir()):
            if file.name != "README.md":
                content = file.read_bytes()
                assert f"| {file.name} | {len(content):,} | `{hashlib.sha256(content).hexdigest()}` |" in card


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
        assert tokenizer.convert_tokens_to_ids(["<pad>", "<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>"]) == [
            *range(6)
        ]
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

    def test_it_needs_fewer_bits_than_compressors_and_a_bigram(self, causal: Causal, held_out: list[str]) -> None:
        ours = training.causal.bits_per_byte(*causal, held_out)
        said = figures("causal", "bits per byte")
        assert ours == pytest.approx(said["this model"], rel=0.04)
        assert ours < 0.9 * said["bigram"]
        assert ours < 0.75 * min(compressed_bits_per_byte(held_out).values())
        assert ours < 0.75 * min(said["gzip -9"], said["bzip2 -9"], said["xz -9e"])

    @pytest.mark.parametrize("beginning", samples.BEGINNINGS)
    def test_its_greedy_continuation_does_not_fall_into_a_loop(self, causal: Causal, beginning: str) -> None:
        assert not samples.loops(samples.continued(*causal, beginning))

    @pytest.mark.parametrize(
        ("question", "word"), [("What is a horse?", "horse"), ("What does it mean to swim?", "swim")]
    )
    def test_asked_in_a_conversation_it_answers_and_ends(self, causal: Causal, question: str, word: str) -> None:
        answer = samples.answered(*causal, question)
        assert word in answer.lower()
        assert answer.endswith(".")
        assert "user" not in answer

    def test_greedy_generation_ends_by_itself(self, causal: Causal) -> None:
        model, tokenizer = causal
        ids = model.generate(**tokenizer("A horse is", return_tensors="pt"), max_new_tokens=150)[0].tolist()
        assert ids[-1] == tokenizer.eos_token_id


class TestLoops:
    def test_a_phrase_three_times_on_end_is_one(self) -> None:
        assert samples.loops([5, 1, 2, 3, 1, 2, 3, 1, 2, 3])
        assert samples.loops([7, 7, 7])

    def test_a_word_that_comes_back_is_none(self) -> None:
        assert not samples.loops([1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 2, 7])


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

    def test_it_guesses_better_than_counts_of_pieces_and_trigrams(self, masked: Masked, held_out: list[str]) -> None:
        first, five = training.masked.accuracy(*masked, held_out)
        for ours, measure in ((first, "hidden piece is the first guess"), (five, "hidden piece is among five guesses")):
            said = figures("masked", measure)
            assert 100 * ours == pytest.approx(said["this model"], abs=3)
            assert 100 * ours > said["trigram"] > said["unigram"]

    @pytest.mark.parametrize(("text", "fitting"), samples.GAPS)
    def test_it_fills_a_gap_with_a_fitting_word(self, masked: Masked, text: str, fitting: set[str]) -> None:
        assert fitting & set(samples.filled(*masked, text))


def _mean_loss(causal: Causal, sentences: list[str]) -> float:
    """Nats per token over all sentences."""
    model, tokenizer = causal
    batch = tokenizer(sentences, return_tensors="pt", padding=True)
    labels = batch.input_ids.masked_fill(batch.attention_mask == 0, -100)
    with torch.inference_mode():
        loss: float = model(**batch, labels=labels).loss.item()
    return loss
