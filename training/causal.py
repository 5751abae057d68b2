"""The causal model: a small Llama that continues text, and how well it does on text it never saw."""

import math
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from training.baselines import bigram_bits
from training.corpus import Corpus
from training.fitting import BATCH_TOKENS, Course, Curve, Loss, fit
from training.polish import polishing_loss
from training.shape import SHAPE
from training.vocabularies import CONTEXT, encoded

CHUNK = 256
"""Positions whose logits are computed at once."""

PEAK_RATE = 3e-3
POLISHING_RATE = 1e-4
COMPILED_FROM = 500
"""Steps from which on compiling pays."""
IGNORED = -100
"""The label that the loss leaves out."""
MEASURED = 400
"""Documents never seen that are looked at while the training goes on."""


def build(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A Llama (RMSNorm, rotary positions, SwiGLU) with random weights; input and output embeddings are one matrix."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        **SHAPE,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        use_cache=True,
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        do_sample=False,
    )
    return model


def lessons(tokenizer: PreTrainedTokenizerFast, text: Corpus) -> list[list[int]]:
    """What is learnt from, documents and conversations, each as its ids, in an order that means nothing."""
    documents = [*text.train, *(conversation(tokenizer, *pair) for pair in text.conversations)]
    random.Random(0).shuffle(documents)
    return _encoded(tokenizer, documents)


def train(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    ids: Sequence[Sequence[int]],
    held_out: Sequence[str],
    course: Course,
) -> Curve:
    """Train on windows at random places of the lessons laid end to end."""
    return fit(model, _loss(model, ids, course), course, lambda: bits_per_byte(model, tokenizer, held_out[:MEASURED]))


def polish(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    ids: Sequence[Sequence[int]],
    held_out: Sequence[str],
    course: Course,
) -> Curve:
    """Teach a trained model not to repeat itself, while it goes on learning the lessons."""
    loss = polishing_loss(model, ids, _loss(model, ids, course), course.seed)
    return fit(model, loss, course, lambda: bits_per_byte(model, tokenizer, held_out[:MEASURED]))


def conversation(tokenizer: PreTrainedTokenizerFast, question: str, answer: str) -> str:
    """A question and its answer in the words of the chat template, without the `<s>` that tokenizing adds."""
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    written: str = tokenizer.apply_chat_template(messages, tokenize=False)
    return written.removeprefix(tokenizer.bos_token).strip()


def bits_per_byte(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> float:
    """The bits the model needs for each document alone, its end included, over the documents' UTF-8 bytes.

    A document longer than the context is cut into pieces, each of which starts anew from `<s>`.
    """
    nats = 0.0
    pieces = sorted(_pieces(tokenizer, documents), key=len)
    for start in range(0, len(pieces), 64):
        batch = torch.nn.utils.rnn.pad_sequence(pieces[start : start + 64], batch_first=True, padding_value=IGNORED)
        batch = batch.to(model.device)
        with torch.inference_mode():
            logits = model(input_ids=batch.clamp(min=0)).logits
        loss = cross_entropy(
            logits[:, :-1].flatten(0, 1), batch[:, 1:].flatten(), ignore_index=IGNORED, reduction="sum"
        )
        nats += loss.item()
    return nats / math.log(2) / sum(len(document.encode()) for document in documents)


def bigram_bits_per_byte(tokenizer: PreTrainedTokenizerFast, train: Sequence[str], held_out: Sequence[str]) -> float:
    """The same figure for a bigram model of the same pieces, counted in `train`."""
    bits = bigram_bits(_encoded(tokenizer, train), _encoded(tokenizer, held_out), len(tokenizer))
    return bits / sum(len(document.encode()) for document in held_out)


def _loss(model: LlamaForCausalLM, ids: Iterable[Sequence[int]], course: Course) -> Loss:
    stream: NDArray[np.int64] = np.fromiter(chain.from_iterable(ids), dtype=np.int64)
    # Compiling takes most of the first minute and then doubles the speed.
    worth_it = shutil.which("g++") and course.steps >= COMPILED_FROM
    body: Callable[..., Any] = torch.compile(model.model) if worth_it else model.model
    offsets = np.arange(CONTEXT)

    def next_token_loss(step: int) -> torch.Tensor:
        """Goes through the head a few positions at a time: so the logits stay in the processor's cache."""
        starts = np.random.default_rng((course.seed, step)).integers(
            0, len(stream) - CONTEXT, size=BATCH_TOKENS // CONTEXT
        )
        batch = torch.from_numpy(stream[starts[:, None] + offsets]).to(course.device)
        hidden = body(batch, use_cache=False).last_hidden_state[:, :-1].flatten(0, 1)
        labels = batch[:, 1:].flatten()
        chunks = [slice(start, start + CHUNK) for start in range(0, len(labels), CHUNK)]
        losses = [cross_entropy(model.lm_head(hidden[chunk]), labels[chunk], reduction="sum") for chunk in chunks]
        return torch.stack(losses).sum() / len(labels)

    return next_token_loss


def _encoded(tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> list[list[int]]:
    """Each document's ids between `<s>` and `</s>`, of any length."""
    return [[*ids, tokenizer.eos_token_id] for ids in encoded(tokenizer, documents, special=True)]


def _pieces(tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> list[torch.Tensor]:
    """Each document's ids in pieces of at most `CONTEXT`, all of which begin with `<s>`."""
    width = CONTEXT - 1
    return [
        torch.tensor([tokenizer.bos_token_id, *ids[start : start + width]])
        for bos, *ids in _encoded(tokenizer, documents)
        for start in range(0, len(ids), width)
    ]
