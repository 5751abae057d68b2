"""No claim is idle: change what a snippet's claim is about, and one of its asserts must notice."""

from __future__ import annotations

import pytest

from quizapp.cards.deck import Entry
from tests.decks.bench import ENTRIES, Bench, Values, draws

COUNT_PADS = 'masked_fill(batch["attention_mask"] == 0, -100)'
ONE_SIDED = "model(attention_mask=torch.ones(1, 1, *[ids.shape[1]] * 2).tril().bool(), input_ids="

LOGITS_AND_LOSS = [
    ("logits-are-scores", "probs = logits.softmax(-1)", "probs = logits.sigmoid()"),
    ("logits-are-scores", ".logits[0]", ".logits[0].softmax(-1)"),
    ("softmax-sees-differences", "logits + 10", "logits * 10"),
    ("softmax-sees-differences", "logits * 2", "logits + 2"),
    ("softmax-sees-differences", "logits / 2", "logits / 0.5"),
    ("why-logits", "200.0", "20.0"),
    ("why-logits", "apart = -logits.softmax(-1)[label].log()", "apart = -logits.log_softmax(-1)[label]"),
    ("softmax-before-the-loss", "cross_entropy(logits.softmax(-1), label)", "cross_entropy(logits, label)"),
    ("softmax-before-the-loss", "100.0", "1.0"),
    ("loss-of-a-blank-model", "torch.zeros(8, tokens)", "torch.randn(8, tokens)"),
    ("loss-of-a-causal-model", "out.logits[0, :-1], ids[1:]", "out.logits[0, 1:], ids[:-1]"),
    ("loss-of-a-causal-model", "out.logits[0, :-1], ids[1:]", "out.logits[0], ids"),
    ("cross-entropy-in-words", "softmax(-1)", "sigmoid()"),
    ("cross-entropy-in-words", ".log()", ".log2()"),
    ("cross-entropy-in-words", 'labels=batch["input_ids"]', 'labels=batch["input_ids"].roll(1)'),
    ("which-way-the-labels-move", 'labels=batch["input_ids"]', 'labels=batch["input_ids"].roll(1)'),
    ("which-way-the-labels-move", "logits = out.logits[0]", "logits = out.logits[0].roll(1, 0)"),
    ("shifted-twice", "labels=shifted", "labels=ids"),
    ("ignored-label", "labels[:, :3] = -100", "labels[:, :2] = -100"),
    ("ignored-label", "labels[:, :3] = -100", "labels[:, :3] = 0"),
    ("positions-that-learn", "labels[:, :prompt] = -100", "labels[:, :prompt] = 0"),
    ("positions-that-learn", "labels[:, :prompt] = -100", "labels[:, : prompt + 1] = -100"),
    ("loss-of-a-batch", COUNT_PADS, "clone()"),
    ("loss-of-a-batch", 'padding_side = "right"', 'padding_side = "left"'),
    ("loss-of-a-batch", "return loss.item(),", "return loss.item() * len(texts),"),
    (
        "loss-of-a-batch",
        '"Zebras yawn.", "The cat',
        '"The cat sat on the mat and then the cat sat on the mat again.", "The cat',
    ),
    ("body-without-a-head", "out = body(**batch)", "out = model(**batch)"),
    ("body-without-a-head", "body = model.base_model", "body = model"),
    ("body-without-a-head", "in model(**batch)", "in body(**batch)"),
    ("head-of-a-causal-model", "get_output_embeddings", "get_input_embeddings"),
    ("head-of-a-causal-model", ".last_hidden_state", ".last_hidden_state.tanh()"),
    ("classification-head", "config.num_labels = labels", "config.num_labels = labels + 1"),
    ("classification-head", "SequenceClassification", "TokenClassification"),
    ("train-with-forward", '["input_ids"]).loss', '["input_ids"]).loss.detach()'),
    ("train-with-forward", "written = model.generate", "written = model.generate.__wrapped__.__get__(model)"),
]
BATCHING_AND_TOKENIZERS = [
    ("padded-columns", "tokenizer(sentences, padding=True", 'tokenizer(sentences, padding="max_length", max_length=20'),
    ("padded-columns", "sentences[:1]", "sentences"),
    ("attention-mask", 'mask = batch["attention_mask"]', 'mask = torch.ones_like(batch["attention_mask"])'),
    ("attention-mask", 'mask = batch["attention_mask"]', 'mask = 1 - batch["attention_mask"]'),
    ("padding-without-a-mask", 'model(input_ids=batch["input_ids"])', "model(**batch)"),
    ("padding-without-a-mask", "with_mask = model(**batch)", 'with_mask = model(input_ids=batch["input_ids"])'),
    ("side-of-the-padding", "padding_side = side", 'padding_side = "right"'),
    ("side-of-the-padding", "with_mask = model(**batch, ", 'with_mask = model(input_ids=batch["input_ids"], '),
    ("pads-saved", "(short, short, long, long)", "(short, long, short, long)"),
    ("pads-saved", "WithPadding(tokenizer)", "WithPadding(tokenizer, pad_to_multiple_of=16)"),
    ("tokenize-or-call", "called = tokenizer(text)", "called = tokenizer(text, add_special_tokens=False)"),
    ("tokenize-or-call", "add_special_tokens=False", "add_special_tokens=True"),
    ("no-end-token", 'True)["input_ids"]', 'True)["input_ids"] + [tokenizer.eos_token_id]'),
    ("why-separators-repeat", '"far too long"])', '"far too long"], add_special_tokens=False)'),
    ("why-separators-repeat", '"a fine film", add_special_tokens=False', '"a fine film"'),
    ("decode-without-specials", 'tokenizer("the cat sat")', 'tokenizer("the cat sat", add_special_tokens=False)'),
    ("decode-without-specials", ", skip_special_tokens=True", ""),
    ("return-tensors", 'return_tensors="tf"', 'return_tensors="np"'),
    ("return-tensors", 'return_tensors="pt"', 'return_tensors="np"'),
    ("word-ids", "[word for word in batch.word_ids() if word is not None]", "list(range(len(batch.tokens()) - 2))"),
    ("word-ids", "tokenizer(text)", "tokenizer(text, add_special_tokens=False)"),
    ("overflowing-tokens", ", return_overflowing_tokens=True", ""),
    ("overflowing-tokens", "cut = tokenizer([text], truncation=True", "cut = tokenizer([text], truncation=False"),
    ("overflowing-tokens", "return_overflowing_tokens=True", "return_overflowing_tokens=True, stride=2"),
]
MASKED_AND_CAUSAL = [
    ("two-objectives", "mlm=True", "mlm=False"),
    ("two-objectives", "mlm=False", "mlm=True"),
    ("who-sees-a-change", "other[0, place] =", "other[0, place - 1] ="),
    ("both-directions", "model(input_ids=", ONE_SIDED),
    ("every-position-predicts", "ids[:, :3]", "ids[:, 1:4]"),
    ("all-masks-at-once", "with the [MASK]", "with the dog"),
    ("masks-guessed-apart", "likely[likely != tokenizer.mask_token_id][0]", "tokenizer.mask_token_id"),
    ("signal-per-pass", "mlm=False", "mlm=True"),
    ("signal-per-pass", "mlm=True", "mlm=True, mlm_probability=0.5"),
    ("share-of-masks", "mlm_probability=chance", "mlm_probability=chance, mask_replace_prob=0.9"),
    ("share-of-masks", "mlm_probability=chance", "mlm_probability=0.2"),
    ("fate-of-the-chosen", "LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, random_replace_prob=0.2)"),
    ("fate-of-the-chosen", "LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, mask_replace_prob=0.9)"),
    ("causal-collator", "([ids])", "([ids[1:] + ids[:1]])"),
    ("causal-collator", "LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, mlm=False)"),
    ("where-labels-shift", "([ids])", '([ids])\nbatch["labels"] = batch["labels"].roll(-1, 1)'),
    ("where-labels-shift", "labels=labels)", "labels=labels, shift_labels=labels)"),
    ("masked-loss-stays-put", "ids.masked_fill(~hidden, -100)", "ids"),
    ("masked-loss-stays-put", "labels=labels)", "labels=labels.roll(1))"),
    ("mask-token-is-read", "gap = ", 'batch["attention_mask"][:] = 0\ngap = '),
    ("pad-as-end", "tokenizer.pad_token = tokenizer.eos_token", 'tokenizer.add_special_tokens({"pad_token": "<>"})'),
    ("pad-as-end", '"The cat sat." + tokenizer.eos_token', '"The cat sat."'),
    ("chunks", "range(0, end, size)", "range(0, len(stream), size)"),
    ("chunks", "len(stream) // size * size", "(len(stream) // size - 1) * size"),
    ("chunks", "text[:size]", "text"),
    ("space-belongs-to-the-token", 'tokenizer(" fit"', 'tokenizer("fit"'),
]
MUTATIONS = [
    *(("logits-and-loss", *row) for row in LOGITS_AND_LOSS),
    *(("batching-and-tokenizers", *row) for row in BATCHING_AND_TOKENIZERS),
    *(("masked-and-causal", *row) for row in MASKED_AND_CAUSAL),
]


@pytest.mark.parametrize(("deck", "card", "old", "new"), MUTATIONS)
def test_an_assert_notices(bench: Bench, deck: str, card: str, old: str, new: str) -> None:
    entry = ENTRIES[f"{deck}/{card}"]
    assert entry.verify
    assert old in entry.verify.code
    changed = entry.verify.code.replace(old, new)
    assert any(_noticed(bench, entry, values, changed) for values in draws(entry))


def _noticed(bench: Bench, entry: Entry, values: Values, code: str) -> bool:
    try:
        bench.run(entry, values, code)
    except AssertionError:
        return True
    return False


def test_every_card_is_put_to_this_test() -> None:
    assert {f"{deck}/{card}" for deck, card, *_ in MUTATIONS} == set(ENTRIES)
