"""What the cards of saving-and-resuming cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "save-state": About(
        rows={45},
        mutants=[
            ('save_strategy="no"', "save_steps=1"),
            ("trainer.save_state()", "trainer.save_state(); trainer.save_model()"),
            ("files = ", "trainer.log({}); files = "),
            ("max_steps=2", "max_steps=1"),
        ],
    ),
    "two-save-states": About(
        rows={45},
        mutants=[
            ("accelerator.load_state(folder)", "pass"),
            ("optimizer.step()", "pass"),
            (
                "accelerator.prepare(layer, torch.optim.AdamW(layer.parameters()))",
                "accelerator.prepare(layer), torch.optim.AdamW(layer.parameters())",
            ),
        ],
    ),
    "resuming-from-a-state": About(
        rows={46},
        mutants=[
            ("files = ", "trainer.save_model(); files = "),
            ("trainer.save_state()\n", "trainer.save_state()\n    trainer.save_model()\n"),
            ("refusal = str(error)", "refusal = ''"),
        ],
    ),
    "parts-of-a-checkpoint": About(
        rows={45, 47},
        mutants=[
            ("max_steps=2,", 'max_steps=2, optim="rmsprop",'),
            ("save_steps=2, use_cpu", 'save_steps=2, optim="adafactor", use_cpu'),
            ('/checkpoint-2")}', '")}'),
        ],
    ),
    "model-without-a-checkpoint": About(
        rows={46},
        mutants=[
            ("trainer.save_model(folder)", "trainer.save_model(folder); trainer.save_state()"),
            ("loaded = ", "trainer.train(); loaded = "),
        ],
    ),
    "lost-file": About(
        rows={46, 48},
        mutants=[
            ("checkpoint-2/{lost}", "checkpoint-4/{lost}"),
            ("trainer.train(**resume)", "trainer.train()"),
            ('lr_scheduler_type="constant"', 'optim="sgd", lr_scheduler_type="constant"'),
        ],
    ),
    "numbers-per-weight": About(
        rows={48},
        mutants=[
            ("lr=0.1)", "lr=0.1, **({'momentum': 0.9} if name != 'AdamW' else {}))"),
            ("lr=0.1)", "lr=0.1, **({'amsgrad': True} if name == 'AdamW' else {}))"),
            ("optimizer.step()", "pass"),
        ],
    ),
    "first-step-of-adam": About(
        rows={48},
        mutants=[
            ("torch.optim.AdamW([weight], lr=rate, weight_decay=0)", "torch.optim.SGD([weight], lr=rate)"),
            ("weight_decay=0", "weight_decay=5.0"),
            ("[gradient, -gradient] * 50", "[gradient, gradient] * 50"),
        ],
    ),
    "which-checkpoints": About(
        mutants=[
            ("save_steps=every", "save_steps=1"),
            ("save_steps=every", 'save_strategy="no"'),
            ("save_steps=every", 'save_strategy="epoch"'),
        ],
    ),
    "rows-after-resuming": About(
        rows={46},
        mutants=[
            ("max_steps=until,", "max_steps=until, ignore_data_skip=True,"),
            ("max_steps=until,", "max_steps=until, seed=until,"),
            ("per_device_train_batch_size=2", "per_device_train_batch_size=1"),
        ],
    ),
    "mode-after-loading": About(
        mutants=[
            ("model = LlamaForCausalLM(config)\n", "model = LlamaForCausalLM(config).eval()\n"),
            ("from_pretrained(folder)\n", "from_pretrained(folder).train()\n"),
            ("attention_dropout=0.5", "attention_dropout=0.0"),
        ],
    ),
    "fewer-layers": About(
        rows={12},
        mutants=[
            ("num_hidden_layers=layers", "num_hidden_layers=4"),
            ("from_pretrained(folder, num_hidden_layers=layers)", "from_pretrained(folder, num_hidden_layers=2)"),
            ("saved.save_pretrained", "LlamaForCausalLM(config).save_pretrained"),
        ],
    ),
    "wider-layers": About(
        rows={12},
        mutants=[
            ("hidden_size=48", "hidden_dropout_prob=0.3"),
            ("hidden_size=48", "hidden_size=48, ignore_mismatched_sizes=True"),
            ("num_labels=3, ", ""),
        ],
    ),
    "model-from-a-config": About(
        rows={12},
        mutants=[
            ("AutoModelForCausalLM.from_config(config)", "AutoModelForCausalLM.from_pretrained(folder)"),
            ("from_pretrained(folder, config=config)", "from_config(config)"),
            ("folder, use_cache=False", "folder"),
        ],
    ),
    "dtype-of-loading": About(
        mutants=[
            (".from_pretrained(folder)\n", ".from_pretrained(folder, dtype=torch.float32)\n"),
            (", dtype=torch.float32)", ")"),
            ("saved.save_pretrained", "LlamaForCausalLM(config).save_pretrained"),
        ],
    ),
    "tied-head-on-disk": About(
        mutants=[
            ("tie_word_embeddings=tied", "tie_word_embeddings=True"),
            ("tie_word_embeddings=tied", "tie_word_embeddings=False"),
            ("from_pretrained(folder)", "from_pretrained(folder, tie_word_embeddings=False)"),
        ],
    ),
    "missing-keys": About(
        mutants=[
            ("body.save_pretrained", "BertForSequenceClassification(config).save_pretrained"),
            ("body.state_dict().items()})", "body.state_dict().items()}, strict=False)"),
        ],
    ),
    "why-safetensors": About(
        mutants=[
            ("return os.mkdir, (", "return str, ("),
            ("dtype=torch.bfloat16", "dtype=torch.float32"),
            ('weights | {"trap": Trap()}', "weights"),
        ],
    ),
}
