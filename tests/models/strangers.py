"""Models unlike the shipped ones in all that a claim must not depend on: kind, sizes, vocabulary, special tokens.

Their weights are random and drawn as transformers draws them, so that making one takes a moment and no network.
"""

from __future__ import annotations

import argparse
import inspect
import re
import string
import typing
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

TEXT = inspect.getsource(argparse) + inspect.getsource(typing)
"""English and Python to take a vocabulary from."""

TURNS = (
    "{{ bos_token }}{% for message in messages %}<turn>{{ message.role }}\n{{ message.content }}{{ eos_token }}"
    "{% endfor %}{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)
"""A chat template."""

BERT_SPECIALS = {
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "unk_token": "[UNK]",
    "mask_token": "[MASK]",
    "pad_token": "[PAD]",
}


def gpt2(folder: Path) -> Path:
    """Absolute positions, an untied head, weights in bfloat16; no pad token, nothing in front, padding on the left."""
    end = "<|endoftext|>"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_pairs(3001, [end]), bos_token=end, eos_token=end, unk_token=end, padding_side="left"
    )
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=80,
        n_layer=3,
        n_head=5,
        n_positions=512,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return saved(folder, GPT2LMHeadModel, config, tokenizer, torch.bfloat16)


def llama(folder: Path) -> Path:
    """Fewer key heads than heads, more logits than tokens, and an untied head; its special tokens come last."""
    names = {"unk_token": "<?>", "eos_token": "<end>", "bos_token": "<begin>", "pad_token": "<fill>"}
    backend = byte_pairs(2003, [])
    backend.add_special_tokens([*names.values(), "<turn>"])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=wrapped(backend, "<begin> $A"),
        **names,
        additional_special_tokens=["<turn>"],
        chat_template=TURNS,
        model_max_length=1000,
    )
    config = LlamaConfig(
        vocab_size=len(tokenizer) + 37,
        hidden_size=72,
        intermediate_size=100,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=1000,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return saved(folder, LlamaForCausalLM, config, tokenizer)


def bert(folder: Path, *, cased: bool = True) -> Path:
    """Special tokens at the end of the vocabulary, an untied head; uncased it knows letters and no words."""
    signs = string.digits + string.ascii_letters + string.punctuation
    words = set(re.findall(r"\b[a-zA-Z]{2,9}\b", TEXT)) if cased else set()
    pieces = sorted({*words, *signs, *(f"##{sign}" for sign in signs)}, reverse=True)
    vocabulary = {piece: place for place, piece in enumerate([*pieces, *BERT_SPECIALS.values()])}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=not cased)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=wrapped(backend, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1"),
        **BERT_SPECIALS,
        model_max_length=400,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=60,
        intermediate_size=90,
        num_hidden_layers=3,
        num_attention_heads=3,
        max_position_embeddings=400,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    return saved(folder, BertForMaskedLM, config, tokenizer)


def byte_pairs(size: int, specials: Sequence[str]) -> Tokenizer:
    """Byte-level BPE of so many tokens."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(specials), initial_alphabet=alphabet, show_progress=False
    )
    backend.train_from_iterator([TEXT], trainer)
    assert backend.get_vocab_size() == size
    return backend


def wrapped(backend: Tokenizer, single: str, pair: str | None = None) -> Tokenizer:
    """The tokenizer, putting special tokens around texts as the templates say."""
    names = [name for name in single.split() if not name.startswith("$")]
    known = [(name, backend.token_to_id(name)) for name in names]
    backend.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=known)
    return backend


def saved(
    folder: Path,
    kind: type[PreTrainedModel],
    config: object,
    tokenizer: PreTrainedTokenizerFast,
    dtype: torch.dtype = torch.float32,
) -> Path:
    """A folder as `from_pretrained` reads it, with the same weights each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        kind(config).to(dtype).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
