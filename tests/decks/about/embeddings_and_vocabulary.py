"""What the cards of embeddings-and-vocabulary cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "row-of-an-id": About(
        mutants=[
            ("vectors = table(ids)", "vectors = table(ids + 1)"),
            ("one_hot(ids, ", "one_hot(ids - 1, "),
        ],
    ),
    "parameters-of-a-vocabulary": About(
        rows={83},
        mutants=[
            ("tie_word_embeddings=tied", "tie_word_embeddings=False"),
            ("hidden_size=width", "hidden_size=2 * width"),
        ],
    ),
    "tied-weights": About(
        rows={83},
        mutants=[
            ("tie_word_embeddings=True", "tie_word_embeddings=False"),
            ("embedding.weight[5] = 0", "embedding.weight[6] = 0"),
        ],
    ),
    "tokens-really-added": About(
        rows={80},
        mutants=[
            ("added = tokenizer.add_tokens(new)", "added = len(new)"),
            ("again = tokenizer.add_tokens(new)", 'again = tokenizer.add_tokens(["<other>"])'),
        ],
    ),
    "size-with-added-tokens": About(
        rows={80, 81},
        mutants=[
            ('"<act>", "<obs>"', '"<obs>", "<obs>"'),
            ("tokenizer.vocab_size, len(tokenizer)\n", "len(tokenizer) - 1, tokenizer.vocab_size - 1\n"),
        ],
    ),
    "added-token-in-one-piece": About(
        rows={80},
        mutants=[
            ('add_tokens(["<ACT>"])', 'add_tokens(["<act>"])'),
            ("after = tokenizer(text, add_special_tokens=False)", 'after = tokenizer(f" {text} ")'),
        ],
    ),
    "special-when-decoding": About(
        rows={80},
        mutants=[
            ("special_tokens=special", "special_tokens=True"),
            ("skip_special_tokens=True", "skip_special_tokens=False"),
        ],
    ),
    "id-without-a-row": About(
        rows={81},
        mutants=[
            ("rows + 1)", "rows)"),
            ("len(tokenizer) - 1", "len(tokenizer) - 2"),
        ],
    ),
    "both-matrices-grow": About(
        rows={82},
        mutants=[
            ("resize_token_embeddings(100 + extra)", "set_input_embeddings(torch.nn.Embedding(100 + extra, 16))"),
            ("tie_word_embeddings=tied", "tie_word_embeddings=True"),
        ],
    ),
    "what-is-in-new-rows": About(
        rows={84},
        mutants=[
            ("(old + 2)", "(old + 2, mean_resizing=False)"),
            ("logits[..., :old].mean(-1", "logits[..., :old].amax(-1"),
        ],
    ),
    "why-the-mean": About(
        rows={84},
        mutants=[
            ("[old, old.mean()[None]]", "[old, old.mean()[None] + 1]"),
            ("[uneven, uneven.mean()[None]]", "[uneven, uneven.amax()[None]]"),
            ("torch.zeros(1)", "old[:1]"),
        ],
    ),
    "padded-vocabulary": About(
        mutants=[
            (", pad_to_multiple_of=multiple", ""),
            ("pad_to_multiple_of=multiple", "pad_to_multiple_of=multiple * 2"),
        ],
    ),
    "resizing-may-shrink": About(
        rows={82},
        mutants=[
            ("resize_token_embeddings(100 + added)", "resize_token_embeddings(max(100 + added, 128))"),
            ("weight.clone()", "weight.flip(0)"),
        ],
    ),
    "config-follows-the-size": About(
        rows={82},
        mutants=[
            ("resize_token_embeddings(103)", "set_input_embeddings(torch.nn.Embedding(103, 16))"),
            ("resize_token_embeddings(103)", "resize_token_embeddings(103, pad_to_multiple_of=8)"),
        ],
    ),
    "rows-with-a-gradient": About(
        rows={83},
        mutants=[
            ("tie_word_embeddings=tied", "tie_word_embeddings=False"),
            ("get_input_embeddings().weight.grad", "get_output_embeddings().weight.grad"),
        ],
    ),
}
