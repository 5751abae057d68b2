"""What the cards of lora cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "what-lora-learns": About(
        rows={109},
        mutants=[
            ("10 / 2 * (", "10 * ("),
            ("x @ A.T @ B.T", "x @ A.T.flip(1) @ B.T"),
            ("r=2,", "r=4,"),
        ],
    ),
    "trainable-parameters": About(
        mutants=[
            ("r=rank, ", "r=rank + 1, "),
            ('["up_proj"]', '["up_proj", "down_proj"]'),
            ("if weight.requires_grad", "if True"),
        ],
    ),
    "fresh-adapter": About(
        rows={110},
        mutants=[
            ('target_modules="all-linear"', 'target_modules="all-linear", init_lora_weights=False'),
            ('"lora_B" in name', '"lora_A" in name'),
        ],
    ),
    "gaussian-start": About(
        rows={110},
        mutants=[
            ('adapter("gaussian")', "adapter(True)"),
            ("adapter(True)", 'adapter("gaussian")'),
            ("init_lora_weights=start", "init_lora_weights=False"),
        ],
    ),
    "scale-of-an-adapter": About(
        rows={109},
        mutants=[
            ("lora_alpha=alpha", "lora_alpha=2 * rank"),
            ("use_rslora=rslora, ", ""),
        ],
    ),
    "all-linear": About(
        rows={110},
        mutants=[
            ('"all-linear"', '["q_proj", "v_proj"]'),
            ('"all-linear"', "linear"),
        ],
    ),
    "default-in-the-name": About(
        rows={111},
        mutants=[
            ('adapter_name="french")\n', ")\n"),
            ("wrapped(), wrapped", 'wrapped(adapter_name="english"), wrapped'),
            ("get_peft_model_state_dict(french, ", "dict(french.state_dict(), "),
        ],
    ),
    "what-is-saved": About(
        rows={104, 111},
        mutants=[
            ("lora.save_pretrained(folder)", "lora.save_pretrained(folder, save_embedding_layers=True)"),
            ("targets.split()))\n", '["o_proj"]))\n'),
            ("lora.save_pretrained(folder)", "(lora.save_pretrained(folder), base.save_pretrained(folder))"),
        ],
    ),
    "adapter-in-a-subfolder": About(
        rows={104},
        mutants=[
            ("init_lora_weights=False", "init_lora_weights=True"),
            ("(base), checkpoint)\n", '(base), checkpoint, subfolder="lora_adapter")\n'),
        ],
    ),
    "evaluation-without-merging": About(
        rows={105},
        mutants=[
            ("lora.merge_and_unload()", "lora.unload()"),
            ('"lora_B" in name', '"lora_C" in name'),
        ],
    ),
    "merged-weight": About(
        rows={112},
        mutants=[
            ("lora_alpha=alpha", "lora_alpha=1"),
            ("lora.merge_and_unload()", "lora.unload()"),
        ],
    ),
    "merged-is-ordinary": About(
        rows={112},
        mutants=[
            ("lora.merge_and_unload()", "lora.unload()"),
            ("merged = lora.merge_and_unload()", "lora.merge_adapter()\nmerged = lora"),
        ],
    ),
    "base-is-changed": About(
        rows={112},
        mutants=[
            ("lora.merge_and_unload()", "copy.deepcopy(lora).merge_and_unload()"),
            ("lora.merge_and_unload()", "lora.unload()"),
        ],
    ),
    "config-of-a-lora-model": About(
        rows={106},
        mutants=[
            ("before, adapter = lora.config,", "before, adapter = written,"),
            ("PeftModel.from_pretrained(base, ", "PeftModel.from_pretrained(LlamaForCausalLM(written), "),
            ("LoraConfig(r=2, ", "LoraConfig("),
        ],
    ),
    "written-on-the-wrapper": About(
        rows={106, 108},
        mutants=[
            ('before":\n    vla.norm_stats', 'before":\n    vla.get_base_model().norm_stats'),
            ("vla = vla.merge_and_unload()", "vla.merge_adapter()"),
        ],
    ),
    "loaded-over-default": About(
        rows={107},
        mutants=[
            (', "default")\n    right', ', "other")\n    right'),
            ('lora.load_adapter(folder, "default")', "lora = PeftModel.from_pretrained(copy.deepcopy(base), folder)"),
        ],
    ),
    "frozen-after-loading": About(
        rows={104, 107},
        mutants=[
            ("folder, is_trainable=True", "folder"),
            (
                "lora = get_peft_model(copy.deepcopy(base), config)\n",
                "lora = PeftModel.from_pretrained(base, folder)\n",
            ),
            ('        lora.load_adapter(folder, "default")\n', ""),
        ],
    ),
    "adapter-that-does-not-fit": About(
        rows={107},
        mutants=[
            ('adapter(["0"]),', 'adapter(["0", "1"]),'),
            ('["0", "1"], r=2', '["0", "1"]'),
        ],
    ),
    "second-adapter": About(
        mutants=[
            ('lora.set_adapter("french")', 'lora.set_adapter("default")'),
            ("loaded = lora(x)", 'lora.set_adapter("french")\nloaded = lora(x)'),
            ("french.save_pretrained(folder)", "lora.save_pretrained(folder)"),
        ],
    ),
    "without-the-adapter": About(
        rows={105},
        mutants=[
            ("init_lora_weights=False", "init_lora_weights=True"),
            ("lora.unload()(x)", "lora.merge_and_unload()(x)"),
            ("with lora.disable_adapter():", "if True:"),
            ("lora.merge_adapter()", "pass"),
        ],
    ),
    "dropout-of-an-adapter": About(
        mutants=[
            ("lora_dropout=0.5", "lora_dropout=0.0"),
            ('lora.train(mode == "train")', "lora.train()"),
        ],
    ),
    "merging-rounds": About(
        rows={112},
        mutants=[
            ("torch.bfloat16)\nlora", "torch.float32)\nlora"),
            (".float().merge_and_unload()", ".merge_and_unload()"),
        ],
    ),
    "new-tokens-with-lora": About(
        rows={110},
        mutants=[
            ('"all-linear", **more', '"all-linear", modules_to_save=["embed_tokens"]'),
            ("trainable_token_indices=[50]", "trainable_token_indices=[49, 50]"),
        ],
    ),
}
