"""What the cards of logits-and-loss cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "logits-are-scores": About(
        rows={10, 3},
        mutants=[
            ("probs = logits.softmax(-1)", "probs = logits.sigmoid()"),
            (".logits[0]", ".logits[0].softmax(-1)"),
        ],
    ),
    "softmax-sees-differences": About(
        mutants=[
            ("logits + 10", "logits * 10"),
            ("logits * 2", "logits + 2"),
            ("logits / 2", "logits / 0.5"),
        ],
    ),
    "why-logits": About(
        rows={8},
        mutants=[
            ("100.0", "10.0"),
            ("apart = -logits.softmax(-1)[label].log()", "apart = -logits.log_softmax(-1)[label]"),
        ],
    ),
    "softmax-before-the-loss": About(
        mutants=[
            ("cross_entropy(logits.softmax(-1), label)", "cross_entropy(logits, label)"),
            ("100.0", "1.0"),
        ],
    ),
    "loss-of-a-blank-model": About(
        mutants=[
            ("torch.zeros(8, tokens)", "torch.randn(8, tokens)"),
        ],
    ),
    "loss-of-a-causal-model": About(
        rows={9, 62},
        mutants=[
            ("out.logits[0, :-1], ids[1:]", "out.logits[0, 1:], ids[:-1]"),
            ("out.logits[0, :-1], ids[1:]", "out.logits[0], ids"),
        ],
    ),
    "which-way-the-labels-move": About(
        rows={63},
        mutants=[
            ('labels=batch["input_ids"]', 'labels=batch["input_ids"].roll(1)'),
            ("logits = out.logits[0]", "logits = out.logits[0].roll(1, 0)"),
        ],
    ),
    "shifted-twice": About(
        rows={66},
        mutants=[
            ("labels=shifted", "labels=ids"),
        ],
    ),
    "ignored-label": About(
        mutants=[
            ("labels[:, :3] = -100", "labels[:, :2] = -100"),
            ("labels[:, :3] = -100", "labels[:, :3] = 0"),
        ],
    ),
    "positions-that-learn": About(
        mutants=[
            ("labels[:, :prompt] = -100", "labels[:, :prompt] = 0"),
            ("labels[:, :prompt] = -100", "labels[:, : prompt + 1] = -100"),
        ],
    ),
    "loss-of-a-batch": About(
        rows={65},
        mutants=[
            ('masked_fill(batch["attention_mask"] == 0, -100)', "clone()"),
            ('padding_side = "right"', 'padding_side = "left"'),
            ("return loss.item(),", "return loss.item() * len(texts),"),
            ('"Zebras yawn.", "The cat', '"The cat sat on the mat and then the cat sat on the mat again.", "The cat'),
        ],
    ),
    "body-without-a-head": About(
        rows={7},
        mutants=[
            ("out = body(**batch)", "out = model(**batch)"),
            ("body = model.base_model", "body = model"),
            ("in model(**batch)", "in body(**batch)"),
        ],
    ),
    "head-of-a-causal-model": About(
        rows={4, 5},
        mutants=[
            ("get_output_embeddings", "get_input_embeddings"),
            (".last_hidden_state", ".last_hidden_state.tanh()"),
        ],
    ),
    "train-with-forward": About(
        rows={11},
        mutants=[
            ('["input_ids"]).loss', '["input_ids"]).loss.detach()'),
            ("written = model.generate", "written = model.generate.__wrapped__.__get__(model)"),
        ],
    ),
    "a-difference-of-logits": About(
        rows={3, 10},
        mutants=[
            ("1.5]).softmax(-1)", "1.5]).sigmoid()"),
            ("3.0]).softmax(-1)", "3.0])"),
        ],
    ),
    "price-of-a-guess": About(
        rows={9},
        mutants=[
            ("torch.tensor(0)", "torch.tensor(1)"),
            ("cross_entropy(even.log(), label)", "cross_entropy(even, label)"),
            ("uneven = torch.tensor([chance, rest, 0.0])", "uneven = torch.tensor([rest, chance, 0.0])"),
        ],
    ),
    "forward-step-by-step": About(
        rows={62, 4},
        mutants=[
            ("logits[0, :-1], ids[0, 1:]", "logits[0], ids[0]"),
            ("inputs_embeds=vectors", "inputs_embeds=vectors * 2"),
            ("get_output_embeddings()(hidden)", "get_output_embeddings()(vectors)"),
        ],
    ),
    "last-logits": About(
        rows={64},
        mutants=[
            ("labels=ids)", "labels=ids, shift_labels=ids)"),
            ("torch.cat([ids[:, -1:], ids[:, 1:]], dim=1)", "ids.roll(1)"),
        ],
    ),
    "shape-by-task": About(
        rows={5, 6, 7},
        mutants=[
            ("num_labels=3", "num_labels=4"),
            ('f"BertFor{task}"', '"BertForMaskedLM"'),
        ],
    ),
    "head-of-bert": About(
        rows={5},
        mutants=[
            ("bert.cls.modules()", "bert.cls.predictions.decoder.modules()"),
            ("BertConfig(vocab_size=50, ", "BertConfig(vocab_size=50, tie_word_embeddings=False, "),
        ],
    ),
}
