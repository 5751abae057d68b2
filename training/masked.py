"""The masked model: a small BERT that fills gaps, and how well it does on text it never saw."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from training.fitting import BATCH_TOKENS, Loss, fit
from training.shape import SHAPE
from training.vocabularies import CONTEXT, MASKED_SPECIALS

LENGTHS = [32, 32, 32, 64, 64, 128, CONTEXT]
"""Sequence lengths, each step draws one: mostly short, and long enough often enough to learn every position."""

MASKED_SHARE = 0.15
MASK_ID = list(MASKED_SPECIALS).index("mask_token")
PEAK_RATE = 1e-3


def build(tokenizer: PreTrainedTokenizerFast) -> BertForMaskedLM:
    """A BERT with random weights; input and output embeddings are one matrix."""
    config = BertConfig(
        vocab_size=len(tokenizer),
        **SHAPE,
        pad_token_id=tokenizer.pad_token_id,
    )
    return BertForMaskedLM(config)


def train(
    model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, documents: Sequence[str], minutes: float, seed: int
) -> int:
    """Train on documents packed into sequences of several lengths; returns the steps taken."""
    encoded = _encoded(tokenizer, documents)
    packed = {length: pack(encoded, length, tokenizer) for length in set(LENGTHS)}
    return fit(model, _loss(model, packed, seed), minutes, PEAK_RATE)


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
    for ids, chosen in _questions(tokenizer, documents):
        with torch.inference_mode():
            hidden = ids.masked_fill(chosen, MASK_ID)
            logits = model(input_ids=hidden, attention_mask=ids.ne(tokenizer.pad_token_id)).logits[chosen]
        hits.append(logits.topk(5).indices == ids[chosen][:, None])
    found = torch.cat(hits).float()
    return found[:, 0].mean().item(), found.sum(-1).mean().item()


def unigram_accuracy(
    tokenizer: PreTrainedTokenizerFast, train: Sequence[str], held_out: Sequence[str]
) -> tuple[float, float]:
    """The same two figures for whoever always guesses the pieces that are most frequent in `train`."""
    counts = np.bincount(np.concatenate(_encoded(tokenizer, train)), minlength=len(tokenizer))
    guesses = torch.from_numpy(np.argsort(-counts)[:5].copy())
    answers = torch.cat([ids[chosen] for ids, chosen in _questions(tokenizer, held_out)])
    found = (answers[:, None] == guesses).float()
    return found[:, 0].mean().item(), found.sum(-1).mean().item()


def _loss(model: BertForMaskedLM, packed: dict[int, NDArray[np.int64]], seed: int) -> Loss:
    rows = np.random.default_rng(seed)
    masks = torch.Generator().manual_seed(seed)
    vocabulary = model.config.vocab_size

    def hidden_word_loss() -> torch.Tensor:
        """Scores the chosen positions alone: the head is the dearest layer."""
        length = int(rows.choice(LENGTHS))
        ids = torch.from_numpy(packed[length][rows.integers(0, len(packed[length]), size=BATCH_TOKENS // length)])
        corrupted, chosen = corrupt(ids, vocabulary, masks)
        hidden = model.bert(corrupted, attention_mask=ids.ne(model.config.pad_token_id)).last_hidden_state
        return cross_entropy(model.cls(hidden[chosen]), ids[chosen])

    return hidden_word_loss


def _questions(
    tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of ids (64, 64) and the positions to guess; the same ones each time."""
    random = torch.Generator().manual_seed(0)
    rows = pack(_encoded(tokenizer, documents), 64, tokenizer)
    for start in range(0, len(rows), 64):
        ids = torch.from_numpy(rows[start : start + 64])
        yield ids, corrupt(ids, len(tokenizer), random)[1]


def _encoded(tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> list[list[int]]:
    """Each document's ids without `[CLS]` and `[SEP]`, of any length."""
    encodings = tokenizer.backend_tokenizer.encode_batch_fast(documents, add_special_tokens=False)
    return [encoding.ids for encoding in encodings if encoding.ids]


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
