"""What the cards of datasets-and-collators cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "glue-and-mrpc": About(
        rows={24},
        mutants=[
            ('load_dataset(str(glue), "mrpc"', 'load_dataset(str(glue), "cola"'),
            ('in ("cola", "mrpc")', 'in ("mrpc",)'),
        ],
    ),
    "rows-slices-columns": About(
        rows={25},
        mutants=[
            ('"label": [0, 1, 1]', '"label": [1, 1, 1]'),
            ("]})", "]}).select([2, 1, 0, 3])"),
        ],
    ),
    "column-to-the-tokenizer": About(
        rows={31},
        mutants=[
            ('tokenizer(dataset["text"])\n', 'tokenizer(dataset["text"][:])\n'),
            ('tokenizer(row["text"])', 'tokenizer(row["text"], add_special_tokens=False)'),
        ],
    ),
    "types-of-the-columns": About(
        rows={26},
        mutants=[
            ('["a", "cat"]', '"a cat"'),
            ('[0, "no"]', '["yes", "no"]'),
        ],
    ),
    "names-of-the-labels": About(
        rows={27},
        mutants=[
            ('["not_equivalent", "equivalent"]))', '["equivalent", "not_equivalent"]))'),
            ('"label": [1, 0]', '"label": [0, 0]'),
        ],
    ),
    "label-of-no-class": About(
        rows={49},
        mutants=[
            ("[0, 1, 5]}).cast", "[0, 1, 1]}).cast"),
            ('["negative", "positive"]', '["negative", "positive", "a", "b", "c", "d"]'),
            ("[0, 1, 5]}, features=features", "[0, 1, 5]}"),
        ],
    ),
    "label-minus-one": About(
        rows={49},
        mutants=[
            ("[1, -1]", "[1, 0]"),
            ("== -1, -100)", "== -1, 0)"),
            ("cross_entropy(logits, labels)\n", "cross_entropy(logits, labels, ignore_index=-1)\n"),
        ],
    ),
    "columns-after-map": About(
        rows={31},
        mutants=[
            ("remove_columns=removed", "remove_columns=dataset.column_names"),
            ('{"text": row["text"].upper()}', '{"TEXT": row["text"].upper()}'),
            ("len(row", "2 * len(row"),
        ],
    ),
    "map-without-return": About(
        rows={31},
        mutants=[
            ("dataset.map(count_words)", "dataset.map(count_and_return)"),
            ("dataset.map(count_and_return)", "dataset.map(count_words)"),
        ],
    ),
    "calls-of-map": About(
        rows={32},
        mutants=[
            (", batch_size=size", ""),
            ("batched=True, ", ""),
        ],
    ),
    "why-batched-is-fast": About(
        rows={32, 54},
        mutants=[
            ("batched=True, ", ""),
            (", batch_size=100", ""),
        ],
    ),
    "other-number-of-rows": About(
        rows={50},
        mutants=[
            ("for word in text.split()", "for word in [text]"),
            ('batch["text"] for word', 'batch["text"][:1] for word'),
        ],
    ),
    "word-ids-of-a-batch": About(
        rows={52, 54},
        mutants=[
            ("result.word_ids(i)", "result.word_ids(0)"),
            ('examples["text"])', 'examples["text"], add_special_tokens=False)'),
        ],
    ),
    "word-ids-if-fast": About(
        rows={52},
        mutants=[
            ("slow = ByT5Tokenizer()", "slow = tokenizer"),
            ("slow(", "tokenizer("),
        ],
    ),
    "whole-word-or-pieces": About(
        rows={52},
        mutants=[
            ("whole_word_mask=whole", "whole_word_mask=True"),
            ("whole_word_mask=whole", "whole_word_mask=False"),
            ("prob=0\n", "prob=0, mlm_probability=1\n"),
        ],
    ),
    "what-whole-words-need": About(
        rows={52},
        mutants=[
            ("whole_word_mask=True", "whole_word_mask=False"),
            ("[dict(row)]", "[dict(with_offsets)]"),
            (
                "return_offsets_mapping=True)",
                "return_offsets_mapping=True)\nwith_offsets['offset_mapping'][-2] = (99, 100)",
            ),
        ],
    ),
    "words-lost-to-truncation": About(
        rows={51},
        mutants=[
            ("truncation=True, max_length=width", "truncation=False"),
            ("max_length=width)", "max_length=width, add_special_tokens=False)"),
        ],
    ),
    "too-long-for-the-model": About(
        rows={51, 57},
        mutants=[
            ("max_position_embeddings=16)", "max_position_embeddings=64)"),
            ("* 62)", "* 62, truncation=True)"),
        ],
    ),
    "tail-of-every-batch": About(
        rows={50},
        mutants=[
            (", batch_size=size", ""),
            ("range(0, end, chunk)", "range(0, len(stream), chunk)"),
        ],
    ),
    "neighbours-in-a-chunk": About(
        rows={50, 55},
        mutants=[
            ("first[::-1]", "first"),
            ("model(input_ids=rows)", "model(input_ids=rows[:, -len(second) :])"),
        ],
    ),
    "unknown-maximum": About(
        rows={57},
        mutants=[
            ("words)\n", "words, model_max_length=512)\n"),
            (", model_max_length=16", ""),
        ],
    ),
    "beyond-the-context": About(
        rows={57},
        mutants=[
            ("for_model(kind", 'for_model("llama"'),
            ("for_model(kind", 'for_model("bert"'),
        ],
    ),
    "attention-of-a-chunk": About(
        rows={57},
        mutants=[
            ("view(-1, size)", "view(1, -1)"),
            ("[0][:, 0]", "[0][0]"),
        ],
    ),
    "positions-that-train": About(
        rows={58},
        mutants=[
            ("view(-1, size)", "view(2, -1)"),
            ("view(-1, size)", "view(-1, 4)"),
        ],
    ),
    "padding-inside-map": About(
        rows={33, 36},
        mutants=[
            (", batch_size=size", ""),
            ("padding=True", "padding=False"),
            ("padding=True", 'padding="max_length", max_length=20'),
        ],
    ),
    "text-in-the-collator": About(
        rows={36},
        mutants=[
            ('{"sentence1": text, **tokenizer(text)}', "{**tokenizer(text)}"),
            ("dict(tokenizer(text))", 'dict(tokenizer("a cat"))'),
        ],
    ),
    "label-becomes-labels": About(
        rows={36},
        mutants=[
            ("DataCollatorWithPadding(tokenizer)(rows)", 'tokenizer.pad(rows, return_tensors="pt")'),
            ("default_data_collator(rows[:1])", 'tokenizer.pad(rows[:1], return_tensors="pt")'),
        ],
    ),
    "default-collator": About(
        rows={36},
        mutants=[
            (' if which == "tokenizer" else None', ""),
            (', processing_class=tokenizer if which == "tokenizer" else None', ""),
        ],
    ),
    "padded-tags": About(
        rows={36},
        mutants=[
            ("TokenClassification(tokenizer)", "TokenClassification(tokenizer, label_pad_token_id=0)"),
            ("batch = Data", 'tokenizer.padding_side = "left"\nbatch = Data'),
        ],
    ),
    "which-mask": About(
        rows={59, 60},
        mutants=[
            ("mlm=False", "mlm=False, pad_to_multiple_of=64"),
            ("*whole[:-1], *whole[:1]", "*whole[1:], *whole[:1]"),
        ],
    ),
    "own-labels-overwritten": About(
        rows={60},
        mutants=[
            ("batch = collate(", "batch = DataCollatorForSeq2Seq(tokenizer)("),
            ("ForSeq2Seq(tokenizer)", "ForSeq2Seq(tokenizer, label_pad_token_id=0)"),
        ],
    ),
    "keyword-in-a-text": About(
        rows={61},
        mutants=[
            ('keyword in row["text"]', 'keyword in row["text"].split(".")'),
            (r"\b{keyword}\b", "{keyword}"),
        ],
    ),
    "weight-of-a-keyword": About(
        rows={61},
        mutants=[
            ("(1 + counts)", "counts"),
            ("in keytokens]", "in keytokens[:1]]"),
            ("torch.zeros(2, 5, 6)", "torch.randn(2, 5, 6)"),
        ],
    ),
}
