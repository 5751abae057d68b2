"""What the cards of generate cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "generate-needs-a-head": About(
        rows={67},
        mutants=[
            ('hasattr(kind_of_model, "generate")', 'hasattr(kind_of_model, "forward")'),
            ("getattr(transformers, kind)", "transformers.LlamaForCausalLM"),
            ("base, mixin = transformers.PreTrainedModel,", "base, mixin = transformers.LlamaForCausalLM,"),
        ],
    ),
    "hooks-around-forward": About(
        rows={39, 68},
        mutants=[
            ("out = ways[way](", 'out = ways["model"]('),
            ("register_forward_hook", "register_full_backward_hook"),
            ('"model.generate": model.generate', '"model.generate": lambda **given: model.forward(given["input_ids"])'),
        ],
    ),
    "passes-for-new-tokens": About(
        rows={98, 95},
        mutants=[
            ("min_new_tokens=new)", "min_new_tokens=new, use_cache=False)"),
            ("max_new_tokens=new, min_new_tokens=new", "max_new_tokens=new + 1, min_new_tokens=new + 1"),
            ("min_new_tokens=new)", "min_new_tokens=new, prefill_chunk_size=2)"),
        ],
    ),
    "work-without-a-cache": About(
        rows={95, 99},
        mutants=[
            ("use_cache=cache", "use_cache=True"),
            ("use_cache=cache", "use_cache=False"),
            ('kwargs["input_ids"].shape[1]', "1"),
        ],
    ),
    "not-asked-not-there": About(
        rows={69},
        mutants=[
            ("return_dict_in_generate=True", "return_dict_in_generate=True, output_scores=True"),
            ("return_dict_in_generate=True", "return_dict_in_generate=True, use_cache=False"),
            ("    out.score\n", "    out.scores\n"),
        ],
    ),
    "scores-alone": About(
        rows={71},
        mutants=[
            ("plain = model.generate(**batch, **options)", "plain = model(**batch)"),
            ("**options, return_dict_in_generate=True", "**options, return_dict_in_generate=False"),
        ],
    ),
    "logits-and-scores": About(
        rows={70, 71},
        mutants=[
            ("do_sample=True, temperature=0.5, top_k=5", "do_sample=False"),
            ("temperature=0.5", "temperature=2.0"),
            ("top_k=5", "top_k=6"),
            ("raw = model(**batch).logits[:, -1]", "raw = model(**batch).logits[:, -2]"),
        ],
    ),
    "temperature-in-the-scores": About(
        rows={74},
        mutants=[
            ('"temperature": temperature', '"temperature": 1 / temperature'),
            ('"do_sample": True', '"do_sample": False'),
            ('"top_k": 0', '"top_k": 5'),
        ],
    ),
    "top-k-by-default": About(
        rows={74},
        mutants=[
            ("candidates = out.", "candidates = free."),
            ("max_new_tokens=1, do_sample=True, **flags", "max_new_tokens=1, do_sample=False, **flags"),
            ("top_k=0", "top_k=50"),
        ],
    ),
    "greedy-scores": About(
        rows={72},
        mutants=[
            ("do_sample=False", "do_sample=True, temperature=0.5, top_k=0"),
            ('"repetition_penalty": penalty', '"repetition_penalty": 1.0'),
            ('"min_new_tokens": minimum', '"min_new_tokens": 0'),
        ],
    ),
    "probability-of-the-text": About(
        rows={70},
        mutants=[
            ("log_softmax", "softmax"),
            ("labels[:, :prompt] = -100\n", ""),
            ("out.sequences[0, prompt:]", "out.sequences[0, prompt - 1 : -1]"),
        ],
    ),
    "beam-scores": About(
        rows={73},
        mutants=[
            ("num_beams=3", "num_beams=1, num_return_sequences=1"),
            ("scores, logits = out.scores[1], out.logits[1]", "scores = logits = out.logits[1]"),
            ("out.logits[1]\n", "out.logits[2]\n"),
            ("do_sample=False", "do_sample=True, temperature=2.0"),
        ],
    ),
    "beams-and-rows": About(
        rows={73},
        mutants=[
            ("num_beams=beams", "num_beams=2 * beams"),
            (", num_return_sequences=kept", ""),
            ('["The cat sat"] * 3', '["The cat sat"]'),
            ('["The cat sat"] * 3', '["The cat sat"] * 2'),
        ],
    ),
    "entries-of-hidden-states": About(
        rows={75},
        mutants=[
            ("num_hidden_layers=layers", "num_hidden_layers=layers + 1"),
            ("max_new_tokens=new", "max_length=new"),
            ("embeddings()(prompt)", "embeddings()(prompt + 1)"),
        ],
    ),
    "shape-of-a-step": About(
        rows={76, 77, 78},
        mutants=[
            ("max_new_tokens=4", "max_new_tokens=4, use_cache=False"),
            ("torch.randint(3, 50, (1, prompt)", "torch.randint(3, 50, (2, prompt)"),
            ("hidden_size=16", "hidden_size=32"),
        ],
    ),
    "states-of-the-whole-text": About(
        rows={78},
        mutants=[
            ("min_new_tokens=new,", "min_new_tokens=new, use_cache=False,"),
            ("model(out.sequences,", "model(out.sequences.flip(1),"),
            ("torch.cat([step[-1]", "torch.cat([step[0]"),
            ("for step in out.hidden_states]", "for step in out.hidden_states[::-1]]"),
        ],
    ),
    "whose-state-is-it": About(
        rows={78},
        mutants=[
            ("out.hidden_states[2][-1]", "out.hidden_states[1][-1]"),
            ("out.hidden_states[2][-1]", "out.hidden_states[2][0]"),
            ("model(out.sequences, output", "model(out.sequences.flip(1), output"),
        ],
    ),
    "early-end": About(
        rows={75},
        mutants=[
            ("eos_token_id=2", "eos_token_id=3"),
            ("ends = (first, second)", "ends = (first, first)"),
            (", prefix_allowed_tokens_fn=allowed", ""),
        ],
    ),
    "finished-rows": About(
        mutants=[
            ("pad_token_id=0", "pad_token_id=3"),
            ("eos_token_id=2", "eos_token_id=3"),
            ("row == 0 and ", ""),
        ],
    ),
    "prompt-in-the-sequences": About(
        rows={79},
        mutants=[
            ('inputs.split(" and ")', '["input_ids"]'),
            ('inputs.split(" and ")', '["inputs_embeds"]'),
            ("ids.flip(1), inputs_embeds=", "ids, inputs_embeds="),
            (', inputs_embeds=forms["inputs_embeds"]', ""),
        ],
    ),
    "limits-of-length": About(
        mutants=[
            ("{argument: limit}", "{'max_length': limit}"),
            ("{argument: limit}", "{'max_new_tokens': limit}"),
            ("unlimited = tiny.generate(prompt)", "unlimited = tiny.generate(prompt, max_length=20)"),
        ],
    ),
    "same-text-twice": About(
        mutants=[
            ("do_sample=sample", "do_sample=True"),
            ("do_sample=sample", "do_sample=False"),
            ("torch.manual_seed(1)\nthird", "third"),
        ],
    ),
    "new-tokens-take-a-loop": About(
        rows={95, 96},
        mutants=[
            ("range(4)", "range(3)"),
            ("logits[:, -1].argmax(-1)", "logits[:, -2].argmax(-1)"),
            ("torch.cat([text, token[:, None]], dim=1)", "torch.cat([text, text[:, :1]], dim=1)"),
            ("filled = model(torch.cat([ids, pads], dim=1))", "filled = model(torch.cat([pads, ids], dim=1))"),
        ],
    ),
    "logits-to-keep": About(
        rows={96},
        mutants=[
            ("logits_to_keep=keep", "logits_to_keep=5"),
            ("logits_to_keep=keep", "logits_to_keep=1"),
            ("logits_to_keep=keep", "logits_to_keep=torch.arange(keep or 5)"),
            ("max_new_tokens=2", "max_new_tokens=2, logits_to_keep=2"),
        ],
    ),
    "masked-in-one-pass": About(
        rows={94, 98},
        mutants=[
            ("guesses = out.logits", "guesses = bert(text).logits"),
            ("max_new_tokens=count", "max_new_tokens=count + 1"),
            ("[5, 6, *[gap] * count, 7]", "[5, 6, *[8] * count, 7]"),
        ],
    ),
    "padding-for-generate": About(
        rows={86},
        mutants=[
            ("padding_side = side", 'padding_side = "left"'),
            ("padding_side = side", 'padding_side = "right"'),
            ("model.generate(**batch, ", 'model.generate(batch["input_ids"] * 0 + 5, '),
        ],
    ),
}
