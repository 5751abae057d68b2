"""What the cards of masked-and-causal cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "two-objectives": About(
        rows={97},
        mutants=[
            ("mlm=True", "mlm=False"),
            ("mlm=False", "mlm=True"),
        ],
    ),
    "who-sees-a-change": About(
        rows={90},
        mutants=[
            ("other[0, place] =", "other[0, place - 1] ="),
        ],
    ),
    "both-directions": About(
        mutants=[
            (
                "model(input_ids=",
                "model(attention_mask=torch.ones(1, 1, *[ids.shape[1]] * 2).tril().bool(), input_ids=",
            ),
        ],
    ),
    "every-position-predicts": About(
        rows={96},
        mutants=[
            ("ids[:, :3]", "ids[:, 1:4]"),
        ],
    ),
    "masks-guessed-apart": About(
        mutants=[
            ("likely[likely != tokenizer.mask_token_id][0]", "tokenizer.mask_token_id"),
        ],
    ),
    "signal-per-pass": About(
        rows={100},
        mutants=[
            ("mlm=False", "mlm=True"),
            ("mlm=True", "mlm=True, mlm_probability=0.5"),
        ],
    ),
    "share-of-masks": About(
        rows={102},
        mutants=[
            ("mlm_probability=chance", "mlm_probability=chance, mask_replace_prob=0.9"),
            ("mlm_probability=chance", "mlm_probability=0.2"),
        ],
    ),
    "fate-of-the-chosen": About(
        mutants=[
            ("LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, random_replace_prob=0.2)"),
            ("LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, mask_replace_prob=0.9)"),
        ],
    ),
    "causal-collator": About(
        rows={60, 103},
        mutants=[
            ("([ids])", "([ids[1:] + ids[:1]])"),
            ("LanguageModeling(tokenizer)", "LanguageModeling(tokenizer, mlm=False)"),
        ],
    ),
    "masked-loss-stays-put": About(
        mutants=[
            ("ids.masked_fill(~hidden, -100)", "ids"),
            ("labels=labels)", "labels=labels.roll(1))"),
        ],
    ),
    "mask-token-is-read": About(
        rows={59},
        mutants=[
            ("gap = ", 'batch["attention_mask"][:] = 0\ngap = '),
        ],
    ),
    "pad-as-end": About(
        rows={103},
        mutants=[
            ("tokenizer.pad_token = tokenizer.eos_token", 'tokenizer.add_special_tokens({"pad_token": "<>"})'),
            ('"The cat sat." + tokenizer.eos_token', '"The cat sat."'),
        ],
    ),
    "chunks": About(
        rows={50, 51},
        mutants=[
            ("range(0, end, size)", "range(0, len(stream), size)"),
            ("len(stream) // size * size", "(len(stream) // size - 1) * size"),
            ("text[:size]", "text"),
        ],
    ),
    "space-belongs-to-the-token": About(
        rows={61},
        mutants=[
            ('tokenizer(" fit"', 'tokenizer("fit"'),
        ],
    ),
    "price-of-all-labels": About(
        rows={100, 101},
        mutants=[
            (
                "input_ids=ids, labels=labels)",
                "input_ids=ids[labels != -100][None], labels=labels[labels != -100][None])",
            ),
            ("> 0.15", "> 0.9"),
        ],
    ),
}
