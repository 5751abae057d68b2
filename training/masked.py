"""The masked model: a small BERT that fills gaps, and how well it does on text it never saw."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from training.baselines import Counts, guessed
from training.corpus import Corpus
from training.fitting import BATCH_TOKENS, Course, Curve, Loss, fit
from training.shape import SHAPE
from training.vocabularies import CONTEXT, MASKED_SPECIALS, encoded

LENGTHS = [32, 32, 32, 64, 64, 128, CONTEXT]
"""Sequence lengths, each step draws one: mostly short, and long enough often enough to learn every position."""

MASKED_SHARE = 0.15
MASK_ID = list(MASKED_SPECIALS).index("mask_token")
PEAK_RATE = 3e-3
WAVES = 0.03
"""Size of the waves that the position embeddings begin as, about that of the pieces' embeddings."""
MEASURED = 800
"""Documents never seen that are looked at while the training goes on."""


def build(tokenizer: PreTrainedTokenizerFast) -> BertForMaskedLM:
    """A BERT with random weights; input and output embeddings are one matrix.

    The position embeddings begin as sines and cosines (Vaswani et al. 2017) rather than as noise: so what stands next
    to what can be learnt once for all positions, and the loss leaves its first plateau in a third of the steps.
    """
    config = BertConfig(
        vocab_size=len(tokenizer),
        **SHAPE,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = BertForMaskedLM(config)
    table = model.bert.embeddings.position_embeddings.weight
    with torch.no_grad():
        table.copy_(WAVES * _waves(*table.shape))
    return model


def train(model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, text: Corpus, course: Course) -> Curve:
    """Train on documents packed into sequences of several lengths."""
    ids = _encoded(tokenizer, text.train)
    packed = {length: pack(ids, length, tokenizer) for length in set(LENGTHS)}
    sample = text.held_out[:MEASURED]
    return fit(model, _loss(model, packed, course), course, lambda: accuracy(model, tokenizer, sample)[0])


def pack(documents: Sequence[Sequence[int]], length: int, tokenizer: PreTrainedTokenizerFast) -> NDArray[np.int64]:
    """Rows of `[CLS] ... [SEP]`, padded to `length`: as many whole documents as fit, long ones cut."""
    rows = [[tokenizer.cls_token_id, *row, tokenizer.sep_token_id] for row in _filled(documents, length - 2)]
    packed = np.full((len(rows), length), tokenizer.pad_token_id, dtype=np.int64)
    for index, row in enumerate(rows):
        packed[index, : len(row)] = row
    return packed


def corrupt(ids: torch.Tensor, vocabulary: int, random: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Hide 15 % of the words in `ids` (batch, length): 80 % as `[MASK]`, 10 % as a random piece, 10 % left as is.

    Returns the new ids and where they were chosen (bool, same shape); special tokens are never chosen.
    """
    chosen = (torch.rand(ids.shape, generator=random) < MASKED_SHARE) & (ids >= len(MASKED_SPECIALS))
    fate = torch.rand(ids.shape, generator=random)
    words = torch.randint(len(MASKED_SPECIALS), vocabulary, ids.shape, generator=random)
    corrupted = torch.where(chosen & (fate < 0.8), MASK_ID, ids)
    return torch.where(chosen & (fate >= 0.9), words, corrupted), chosen


def accuracy(
    model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]
) -> tuple[float, float]:
    """How often the hidden piece is the model's first guess, and among its first five (0-1).

    The documents are packed to 64 pieces; a fixed 15 % of the pieces are hidden, all of them as `[MASK]`.
    """
    hits: list[torch.Tensor] = []
    for ids, chosen in questions(tokenizer, documents):
        hidden = ids.masked_fill(chosen, MASK_ID).to(model.device)
        with torch.inference_mode():
            logits = model(input_ids=hidden, attention_mask=hidden.ne(tokenizer.pad_token_id)).logits[chosen]
        hits.append(logits.topk(5).indices.cpu() == ids[chosen][:, None])
    found = torch.cat(hits).float()
    return found[:, 0].mean().item(), found.sum(-1).mean().item()


def counted_accuracy(
    tokenizer: PreTrainedTokenizerFast, train: Sequence[str], held_out: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """The same two figures for whoever guesses by counts in `train`: of trigrams, and of pieces alone."""
    wrapped = ([tokenizer.cls_token_id, *ids, tokenizer.sep_token_id] for ids in _encoded(tokenizer, train))
    return guessed(Counts(wrapped, len(tokenizer)), questions(tokenizer, held_out), MASK_ID)


def _loss(model: BertForMaskedLM, packed: dict[int, NDArray[np.int64]], course: Course) -> Loss:
    vocabulary = model.config.vocab_size

    def hidden_word_loss(step: int) -> torch.Tensor:
        """Scores the chosen positions alone: the head is the dearest layer."""
        rows = np.random.default_rng((course.seed, step))
        length = int(rows.choice(LENGTHS))
        ids = torch.from_numpy(packed[length][rows.integers(0, len(packed[length]), size=BATCH_TOKENS // length)])
        masks = torch.Generator().manual_seed(int(rows.integers(2**62)))
        corrupted, chosen = (part.to(course.device) for part in corrupt(ids, vocabulary, masks))
        ids = ids.to(course.device)
        hidden = model.bert(corrupted, attention_mask=ids.ne(model.config.pad_token_id)).last_hidden_state
        return cross_entropy(model.cls(hidden[chosen]), ids[chosen])

    return hidden_word_loss


def questions(
    tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of ids (64, 64) and the positions (bool, same shape) to guess; the same ones each time."""
    random = torch.Generator().manual_seed(0)
    rows = pack(_encoded(tokenizer, documents), 64, tokenizer)
    for start in range(0, len(rows), 64):
        ids = torch.from_numpy(rows[start : start + 64])
        yield ids, corrupt(ids, len(tokenizer), random)[1]


def _waves(positions: int, size: int) -> torch.Tensor:
    """Sines and cosines of falling frequency, (positions, size)."""
    frequencies = torch.exp(-math.log(10_000) * torch.arange(0, size, 2) / size)
    angles = torch.arange(positions)[:, None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def _encoded(tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> list[list[int]]:
    """Each document's ids without `[CLS]` and `[SEP]`, of any length."""
    return [ids for ids in encoded(tokenizer, documents, special=False) if ids]


def _filled(documents: Sequence[Sequence[int]], width: int) -> Iterator[list[int]]:
    """Rows of at most `width` ids; a document goes into the row before it only when it fits as a whole."""
    row: list[int] = []
    for ids in documents:
        for start in range(0, len(ids), width):
            piece = ids[start : start + width]
            if len(row) + len(piece) > width:
                yield row
                row = []
            row = [*row, *piece]
    if row:
        yield row
