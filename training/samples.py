"""What the models say: ten beginnings to go on from, ten gaps to fill, and questions to answer."""

import torch
from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerFast

BEGINNINGS = (
    "A horse is",
    "The king of England",
    "She went to the market to buy",
    "In the beginning",
    "To swim is to",
    "The American people",
    "The function returns",
    "The model is trained on",
    "Many years ago there was a",
    "def read_file(",
)
GAPS = (
    ("He went [MASK] the house.", {"to", "into", "in", "on", "from", "through", "at", "out"}),
    ("They [MASK] not want to go.", {"did", "do", "does", "can", "should", "would", "could", "will"}),
    ("The children [MASK] playing in the garden.", {"are", "were"}),
    ("Paris is the [MASK] and largest city of France.", {"capital"}),
    ("She drank a cup of [MASK].", {"water", "tea", "coffee", "milk", "wine"}),
    ("To swim is [MASK] move through water.", {"to"}),
    ("A violin is a musical [MASK].", {"instrument"}),
    ("The United States of [MASK] is a large country.", {"america"}),
    ("We must work together for peace and [MASK].", {"security", "freedom", "prosperity", "justice", "progress"}),
    ("The function returns a [MASK] of strings.", {"list", "tuple", "sequence", "set", "number", "dictionary"}),
)
"""Gaps, and words that fit; the most frequent pieces of the text do not."""
QUESTIONS = ("What is a horse?", "What does it mean to swim?", "What does happy mean?")
NEW_TOKENS = 20


def continued(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, beginning: str) -> list[int]:
    """The ids that greedy decoding adds, at most `NEW_TOKENS`."""
    return _generated(model, tokenizer(beginning, return_tensors="pt"), NEW_TOKENS)


def answered(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, question: str) -> str:
    """What the model answers in a conversation, by greedy decoding."""
    messages = [{"role": "user", "content": question}]
    batch = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True, return_tensors="pt")
    ids = _generated(model, batch, 2 * NEW_TOKENS)
    return str(tokenizer.decode(ids, skip_special_tokens=True)).strip()


def loops(ids: list[int]) -> bool:
    """Whether some run of pieces comes three times on end."""
    lengths = range(1, len(ids) // 3 + 1)
    return any(
        ids[at : at + n] == ids[at + n : at + 2 * n] == ids[at + 2 * n : at + 3 * n]
        for n in lengths
        for at in range(len(ids) - 3 * n + 1)
    )


def filled(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, text: str) -> list[str]:
    """The five likeliest pieces for the `[MASK]` in the text, the likeliest first."""
    batch = tokenizer(text, return_tensors="pt").to(model.device)
    with torch.inference_mode():
        logits = model(**batch).logits[batch["input_ids"] == tokenizer.mask_token_id]
    pieces: list[str] = tokenizer.convert_ids_to_tokens(logits[0].topk(5).indices.tolist())
    return pieces


def _generated(model: PreTrainedModel, batch: BatchEncoding, most: int) -> list[int]:
    batch = batch.to(model.device)
    with torch.inference_mode():
        ids = model.generate(**batch, max_new_tokens=most, do_sample=False)[0]
    added: list[int] = ids[batch["input_ids"].shape[1] :].tolist()
    return added
