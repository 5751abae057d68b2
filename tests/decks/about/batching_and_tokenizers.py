"""What the cards of batching-and-tokenizers cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "padded-columns": About(
        rows={1},
        mutants=[
            ("tokenizer(sentences, padding=True", 'tokenizer(sentences, padding="max_length", max_length=20'),
            ("sentences[:1]", "sentences"),
        ],
    ),
    "attention-mask": About(
        rows={2},
        mutants=[
            ('mask = batch["attention_mask"]', 'mask = torch.ones_like(batch["attention_mask"])'),
            ('mask = batch["attention_mask"]', 'mask = 1 - batch["attention_mask"]'),
        ],
    ),
    "padding-without-a-mask": About(
        rows={13},
        mutants=[
            ('model(input_ids=batch["input_ids"])', "model(**batch)"),
            ("with_mask = model(**batch)", 'with_mask = model(input_ids=batch["input_ids"])'),
        ],
    ),
    "side-of-the-padding": About(
        rows={93, 87},
        mutants=[
            ("padding_side = side", 'padding_side = "right"'),
            ("with_mask = model(**batch, ", 'with_mask = model(input_ids=batch["input_ids"], '),
        ],
    ),
    "pads-saved": About(
        rows={33, 36},
        mutants=[
            ("(short, short, long, long)", "(short, long, short, long)"),
            ("WithPadding(tokenizer)", "WithPadding(tokenizer, pad_to_multiple_of=16)"),
        ],
    ),
    "tokenize-or-call": About(
        rows={17},
        mutants=[
            ("called = tokenizer(text)", "called = tokenizer(text, add_special_tokens=False)"),
            ("add_special_tokens=False", "add_special_tokens=True"),
        ],
    ),
    "no-end-token": About(
        rows={15},
        mutants=[
            ('True)["input_ids"]', 'True)["input_ids"] + [tokenizer.eos_token_id]'),
        ],
    ),
    "why-separators-repeat": About(
        rows={55},
        mutants=[
            ('"far too long"])', '"far too long"], add_special_tokens=False)'),
            ('"a fine film", add_special_tokens=False', '"a fine film"'),
        ],
    ),
    "decode-without-specials": About(
        rows={18},
        mutants=[
            ('tokenizer("the cat sat")', 'tokenizer("the cat sat", add_special_tokens=False)'),
            (", skip_special_tokens=True", ""),
        ],
    ),
    "return-tensors": About(
        rows={14},
        mutants=[
            ('return_tensors="tf"', 'return_tensors="np"'),
            ('return_tensors="pt"', 'return_tensors="np"'),
        ],
    ),
    "word-ids": About(
        rows={52, 53},
        mutants=[
            ("[word for word in batch.word_ids() if word is not None]", "list(range(len(batch.tokens()) - 2))"),
            ("tokenizer(text)", "tokenizer(text, add_special_tokens=False)"),
        ],
    ),
    "overflowing-tokens": About(
        rows={56},
        mutants=[
            (", return_overflowing_tokens=True", ""),
            ("cut = tokenizer([text], truncation=True", "cut = tokenizer([text], truncation=False"),
            ("return_overflowing_tokens=True", "return_overflowing_tokens=True, stride=2"),
        ],
    ),
    "rows-of-unequal-length": About(
        rows={1},
        mutants=[
            ('tokenizer(texts, return_tensors="pt")', 'tokenizer(texts, padding=True, return_tensors="pt")'),
            ('rows = tokenizer(texts)["input_ids"]', 'rows = tokenizer(texts, padding=True)["input_ids"]'),
        ],
    ),
    "side-of-the-pads": About(
        rows={2},
        mutants=[
            ("padding_side=side", 'padding_side="left"'),
            ("padding_side=side", 'padding_side="left" if side == "right" else "right"'),
            ('padding="max_length"', 'padding="longest"'),
        ],
    ),
    "padding-to-max-length": About(
        rows={33},
        mutants=[
            ("max_length=10)", "max_length=10, truncation=True)"),
            ("max_length=10, truncation=True)", "max_length=10)"),
        ],
    ),
    "no-pad-token": About(
        mutants=[
            ("tokenizer.pad_token = None", "tokenizer.pad_token = tokenizer.eos_token"),
            ("tokenizer.pad_token = tokenizer.eos_token", 'tokenizer.pad_token = "!"'),
        ],
    ),
}
