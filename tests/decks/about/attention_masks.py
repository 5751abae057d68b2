"""What the cards of attention-masks cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "additive-mask": About(
        rows={89},
        mutants=[
            ('float("-inf")', "-1.0"),
            (").softmax(-1)", ").sigmoid()"),
            ("masked_fill(~allowed,", "masked_fill(allowed,"),
            ("8**0.5 + additive).softmax(-1)", "8**0.5).softmax(-1) * allowed"),
        ],
    ),
    "who-adds-the-causal-mask": About(
        rows={90, 91},
        mutants=[
            (
                "changed = model(other)",
                "changed = model(other, attention_mask=torch.ones(1, 1, *[ids.shape[1]] * 2).bool())",
            ),
            ("torch.ones_like(ids)", "torch.zeros_like(ids)"),
            ("other[0, -1] = ids[0, 1]", "other[0, 0] = ids[0, 1]"),
        ],
    ),
    "padding-and-causal": About(
        rows={85, 90},
        mutants=[
            ("padding[:, None, :]", "padding[:, :, None]"),
            ("square.tril()", "square"),
            ("square.tril()", "square.triu()"),
            ("attention_mask=padding.long()", "attention_mask=None"),
        ],
    ),
    "weights-above-the-diagonal": About(
        rows={90},
        mutants=[
            (
                "eager(ids, ",
                "eager(ids, attention_mask=torch.zeros(1, 1, length, length), ",
            ),
            (".attentions[-1][0]", ".attentions[-1][0].log()"),
            (".attentions[-1][0]", ".attentions[-1][0].transpose(1, 2)"),
        ],
    ),
    "eager-for-weights": About(
        mutants=[
            ('eager.set_attn_implementation("eager")', 'eager.set_attn_implementation("sdpa")'),
            ('plain.set_attn_implementation("sdpa")', 'plain.set_attn_implementation("eager")'),
            ("slow = eager(ids,", "slow = eager(ids.flip(1),"),
        ],
    ),
    "attention-of-a-step": About(
        rows={90},
        mutants=[
            ("max_new_tokens=4", "max_new_tokens=4, use_cache=False"),
            ("out.attentions[step][0]", "out.attentions[0][0]"),
            ("out.attentions[step][0]", "out.attentions[3][0]"),
        ],
    ),
    "mask-at-inference": About(
        rows={86, 93},
        mutants=[
            ('harm(texts, "right")', 'harm(texts, "left")'),
            ('left, right = harm(texts[:1], "left"), harm(texts, "left")', 'left, right = 0, harm(texts, "right")'),
            ('model(batch["input_ids"])', "model(**batch)"),
            ("difference[words]", "difference"),
        ],
    ),
    "mask-from-pads": About(
        rows={92, 93},
        mutants=[
            ("eos_token_id=2", "eos_token_id=3"),
            ("pad_token_id=pad", "pad_token_id=4"),
            ("return tiny(ids, **mask)", "return tiny(ids, attention_mask=(ids != pad).long())"),
            ("(padded != pad).long()", "torch.ones_like(padded)"),
        ],
    ),
    "embeddings-need-a-mask": About(
        rows={87, 92},
        mutants=[
            ("**mask, **flags", "attention_mask=(ids != 0).long(), **flags"),
            ("{given: ids if", '{"input_ids": ids, given: ids if'),
            ("pad_token_id=0", "pad_token_id=2"),
            ("(padded != 0).long()", "torch.ones_like(padded)"),
        ],
    ),
    "positions-from-the-mask": About(
        rows={92},
        mutants=[
            ("generate(row, attention_mask=mask,", "generate(row,"),
            (" >= pads", " < 3"),
            ("min_new_tokens=2)", "min_new_tokens=2, position_ids=torch.arange(pads + 3)[None])"),
            ("default = model(row, ", "default = model(row, position_ids=(mask.cumsum(-1) * 3), "),
        ],
    ),
    "hide-one-token": About(
        rows={89},
        mutants=[
            ("hidden[0, place] = 0", "hidden[0, place - 1] = 0"),
            ("hidden[0, place] = 0", "hidden[0, place:] = 1"),
            ("attention_mask=hidden)", "attention_mask=hidden[:, None, None].tril().bool())"),
        ],
    ),
    "mask-and-loss": About(
        rows={93},
        mutants=[
            ("labels=row)", "labels=row.masked_fill(mask == 0, -100))"),
            ("labels = row.masked_fill(mask == 0, -100)", "labels = row"),
            ("labels = row.masked_fill(mask == 0, -100)", "labels = row.masked_fill(mask == 1, -100)"),
        ],
    ),
    "mask-of-your-own": About(
        rows={89, 90},
        mutants=[
            ("everything = torch.ones(1, 1, ids.shape[1], ids.shape[1]", "everything = torch.ones(1, ids.shape[1]"),
            ("everything.tril()", "everything"),
            ("model.generate(ids, attention_mask=everything)", "model.generate(ids, max_new_tokens=1)"),
        ],
    ),
    "boolean-mask-and-eager": About(
        rows={89},
        mutants=[
            ("attn_implementation=attention", 'attn_implementation="sdpa"'),
            ("attn_implementation=attention", 'attn_implementation="eager"'),
            ('mask = boolean if kind == "boolean" else additive', "mask = additive"),
            ("device=device).tril()", "device=device)"),
        ],
    ),
    "row-without-a-key": About(
        rows={87},
        mutants=[
            ("allowed[:, 0] = False", "allowed[1:, 0] = False"),
            ('"eager"', '"sdpa"'),
            ('float("-inf") if value', "-1e9 if value"),
            ("torch.finfo(torch.float32).min", 'float("-inf")'),
        ],
    ),
    "mask-covers-the-cache": About(
        rows={86, 93},
        mutants=[
            ('mask = whole if covers == "all six tokens" else whole[:, -1:]', "mask = whole"),
            ("attention_mask=mask", "attention_mask=torch.ones_like(whole)"),
            ("whole[:, -1:]", "torch.cat([whole[:, :1], whole[:, 1:]], 1)"),
        ],
    ),
    "image-and-text": About(
        rows={88},
        mutants=[
            ("return tiny(inputs_embeds=row, **given)", "return tiny(inputs_embeds=row)"),
            ("torch.tensor([mask]", "torch.tensor([mask[::-1]]"),
            (
                '{"attention_mask": torch.tensor([mask], device=device)}',
                '{"attention_mask": torch.tensor(mask).log().expand(1, 1, 5, 5).tril()}',
            ),
        ],
    ),
    "cost-of-both-directions": About(
        rows={99, 100, 101},
        mutants=[
            ("causal = work(text)", "causal = work(text[:, :63])"),
            ("past_key_values=cache", "use_cache=False"),
            ("step = work(text[:, 63:], past", "step = work(text[:, 62:], past"),
        ],
    ),
}
