"""What the cards of special-tokens cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "tokens-of-bert": About(
        rows={15, 34},
        mutants=[
            ('"the cat saw ᚠᚢᚦ", "a dog"', '"the cat saw ᚠᚢᚦ a dog"'),
            ("saw ᚠᚢᚦ", "saw it"),
            ('"a dog")', '"a dog", add_special_tokens=False)'),
        ],
    ),
    "names-bert-has": About(
        rows={23},
        mutants=[
            ("getattr(tokenizer, name)", "tokenizer.cls_token"),
            ('tokenizer("the cat")', 'tokenizer("the cat", add_special_tokens=False)'),
        ],
    ),
    "ids-are-not-universal": About(
        rows={21},
        mutants=[
            ("LlamaTokenizer(), T5Tokenizer()", "LlamaTokenizer(), LlamaTokenizer()"),
            ("LlamaTokenizer(), T5Tokenizer()", "T5Tokenizer(), T5Tokenizer()"),
        ],
    ),
    "one-bos-per-sequence": About(
        rows={19},
        mutants=[
            ('["The cat sat. " * sentences] * texts', '["The cat sat. "] * sentences * texts'),
            ("add_bos_token = True", "add_bos_token = False"),
        ],
    ),
    "why-cls": About(
        rows={20},
        mutants=[
            ('full = tokenizer("the cat sat", ', 'full = tokenizer("the cat sat", add_special_tokens=False, '),
            ("add_special_tokens=False, ", ""),
        ],
    ),
    "specials-left-out": About(
        rows={16},
        mutants=[
            ('tokenizer.tokenize("the cat sat")', 'tokenizer.tokenize("the cat sat", add_special_tokens=True)'),
            ('convert_tokens_to_ids(tokenizer.tokenize("the cat sat"))', 'encode("the cat sat")'),
            ("model(input_ids=torch.tensor([ids], device=device)).logits[0]", "model(**whole).logits[0, 1:-1]"),
        ],
    ),
    "cls-is-filled-by-the-layers": About(
        rows={20},
        mutants=[
            ("states[layer][:, 0]", "states[layer][:, 1:-1].mean(1)"),
            ("states[layer]", "states[0]"),
            ('"a man ran away"', '"the cat sat"'),
        ],
    ),
    "pooler-output": About(
        rows={20},
        mutants=[
            ("last_hidden_state[:, 0]", "last_hidden_state[:, -1]"),
            (".tanh()", ".relu()"),
            ("BertForMaskedLM(config).bert", "body"),
        ],
    ),
    "mean-pooling": About(
        rows={20},
        mutants=[
            ("(states * mask).sum(1) / mask.sum(1)", "states.mean(1)"),
            ('["the cat", "the cat sat on the mat"]', '["the cat", "the cat"]'),
            ("model.base_model(**batch)", 'model.base_model(input_ids=batch["input_ids"])'),
        ],
    ),
    "causal-classifier-reads-the-last": About(
        rows={20},
        mutants=[
            ("pad_token_id=0", "pad_token_id=None"),
            ("SequenceClassification", "TokenClassification"),
        ],
    ),
    "token-type-ids": About(
        rows={28},
        mutants=[
            ('tokenizer(" ".join(["a"] * first), ', 'tokenizer(" ".join(["a"] * first) + tokenizer.sep_token + '),
            ('["a"] * second))', '["a"] * second), add_special_tokens=False)'),
        ],
    ),
    "token-types-left-out": About(
        rows={28},
        mutants=[
            ("forgotten = model(**without)", "forgotten = model(**pair)"),
            ("zeros_like", "ones_like"),
            ("complete = model(**pair)", "complete = model(**without)"),
        ],
    ),
    "who-leaves-token-types-out": About(
        rows={29},
        mutants=[
            ("DistilBertTokenizer()", 'DistilBertTokenizer(model_input_names=["input_ids", "token_type_ids"])'),
            ('["input_ids", "token_type_ids"]', '["input_ids", "attention_mask"]'),
            ('tokenizer("a", "b", return', 'tokenizer("a b", return'),
        ],
    ),
    "pairs-or-batch": About(
        rows={28, 30},
        mutants=[
            ("tokenizer(firsts, seconds)", "tokenizer(firsts + seconds)"),
            ("tokenizer(firsts + seconds)", "tokenizer(firsts, seconds)"),
        ],
    ),
    "three-texts": About(
        rows={30},
        mutants=[
            ('out = tokenizer("a", "b", "c")', 'out = tokenizer("a", "c", "b")'),
            ('[("a", "b", "c")]', '[("a", "b")]'),
            ('["a", "b", "c"]', '["a", "b"]'),
        ],
    ),
    "how-many-specials": About(
        rows={34},
        mutants=[
            ("called = tokenizer(*arguments)", 'called = tokenizer(" ".join(arguments))'),
            (", add_special_tokens=False", ""),
        ],
    ),
    "nothing-to-add": About(
        rows={35},
        mutants=[
            ("add_special_tokens=True", "add_special_tokens=True, text_pair='a'"),
            ("gpt2.add_bos_token = True", "gpt2.add_eos_token = True"),
            ("1})", "1})\ngpt2.add_bos_token = True"),
        ],
    ),
    "who-writes-im-start": About(
        rows={22},
        mutants=[
            ('tokenizer("Hi")', "tokenizer(text)"),
            ("tokenizer(text).tokens()", "tokenizer(text, split_special_tokens=True).tokens()"),
            ('[{"role": "user", "content": "Hi"}]', '[{"role": "user", "content": "Hi"}] * 2'),
        ],
    ),
    "generation-prompt": About(
        rows={22},
        mutants=[
            (", add_generation_prompt=prompt", ""),
            ("add_generation_prompt=prompt", "add_generation_prompt=not prompt"),
            ("[:turns]", "[1:turns]"),
        ],
    ),
    "bos-twice": About(
        rows={19, 22},
        mutants=[
            ('"{{ bos_token }}{%', '"{%'),
            ("add_bos_token = True", "add_bos_token = False"),
        ],
    ),
    "all-special-tokens": About(
        rows={23},
        mutants=[
            ('"extra_special_tokens": names', '"cls_token": names[0], "sep_token": names[1]'),
            ('tokenizer.add_special_tokens({"extra_special_tokens": names})', "tokenizer.add_tokens(names)"),
        ],
    ),
    "special-tokens-in-user-text": About(
        mutants=[
            (", split_special_tokens=True", ""),
            (", sanitize_control_tokens=True", ""),
            ("taken = tokenizer(text, ", "taken = tokenizer(text, split_special_tokens=True, "),
        ],
    ),
    "convert-is-a-lookup": About(
        rows={17},
        mutants=[
            ('looked_up = tokenizer.convert_tokens_to_ids("the cat")', 'looked_up = tokenizer.encode("the cat")'),
            ('tokenizer.tokenize("the cat")', '"the cat".split(" cat")'),
            ("tokenizer.unk_token = None", "tokenizer.cls_token = None"),
        ],
    ),
    "unknown-words": About(
        mutants=[
            ("tokenizer.tokenize(text)", "tokenizer.tokenize(' '.join(text))"),
            ("tokenizer.tokenize(text)", "tokenizer.tokenize(text.replace(' ', ''))"),
        ],
    ),
    "marks-of-pieces": About(
        rows={17},
        mutants=[
            ('"##n"]\n', '"n"]\n'),
            (', ("Ġ", "the")]', "]"),
            ('byte_level.tokenize("the then")', 'byte_level.tokenize(" the then")'),
        ],
    ),
    "decode-with-another-tokenizer": About(
        rows={18},
        mutants=[
            ("words[::-1]", "words"),
            ("ids = one(", "ids = other("),
        ],
    ),
    "decode-is-no-inverse": About(
        rows={18},
        mutants=[
            ('"cafe", "."]', '"."]'),
            ("BertTokenizer(vocab=", "BertTokenizer(do_lower_case=False, vocab="),
        ],
    ),
    "truncation-side": About(
        mutants=[
            ("tokenizer.truncation_side = side", 'tokenizer.truncation_side = "right"'),
            ("truncation=True, max_length=width", "truncation=False"),
            ("max_length=width)", "max_length=width, add_special_tokens=False)"),
        ],
    ),
    "stride": About(
        rows={56},
        mutants=[
            ("stride=overlap, ", ""),
            ("stride=overlap", "stride=1"),
        ],
    ),
    "which-row-came-from-which-text": About(
        rows={56},
        mutants=[
            ("max_length=6", "max_length=5"),
            ("texts, truncation=True, max_length=6", "texts[::-1], truncation=True, max_length=6"),
        ],
    ),
    "what-counts-as-a-word": About(
        rows={53},
        mutants=[
            ("tokenizer(text)", "tokenizer(text.split(), is_split_into_words=True)"),
            ("set(batch.word_ids())", "set(range(len(text.split())))"),
        ],
    ),
}
