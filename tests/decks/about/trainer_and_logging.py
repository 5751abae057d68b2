"""What the cards of trainer-and-logging cover, and changes that their proofs notice."""

from __future__ import annotations

from tests.decks.about.about import About

CARDS = {
    "where-the-loss-comes-from": About(
        rows={37},
        mutants=[
            ('[{"input_ids": [3, 4, 5, 6]}]', '[{"input_ids": [3, 4, 5, 6], "labels": [3, 4, 5, 6]}]'),
            ('"labels": ids})', '"labels": ids.roll(1)})'),
            ("disable_tqdm=True)", "label_smoothing_factor=0.5, disable_tqdm=True)"),
        ],
    ),
    "old-signature": About(
        rows={38},
        mutants=[
            ("return_outputs=False):", "return_outputs=False, num_items_in_batch=None):"),
            ("return_outputs=False):", "return_outputs=False, **others):"),
            ("OldTrainer(LlamaForCausalLM(config)", "Trainer(LlamaForCausalLM(config)"),
        ],
    ),
    "forgotten-count": About(
        rows={38},
        mutants=[
            ("model(**inputs).loss", "model(**inputs, num_items_in_batch=num_items_in_batch).loss"),
            ("class Forgetful(Trainer):", "class Forgetful(Trainer):\n    loss_is_scaled_for_ga = False"),
            ("gradient_accumulation_steps=steps", "gradient_accumulation_steps=1"),
        ],
    ),
    "accumulated-rows": About(
        rows={37},
        mutants=[
            ("trainer = Trainer(", "trainer = type('Mean', (Trainer,), {'loss_is_scaled_for_ga': False})("),
            ("labels[0, :5] = -100", "labels[0, :5] = 4"),
            ("trainer = Trainer(model", "model.accepts_loss_kwargs = False; trainer = Trainer(model"),
        ],
    ),
    "loss-without-a-subclass": About(
        rows={38},
        mutants=[
            ("gradient_accumulation_steps=2", "gradient_accumulation_steps=1"),
            ('return 1 + 0 * outputs["logits"].sum()', 'return 1 / 2 + 0 * outputs["logits"].sum()'),
            ("per_device_train_batch_size=2", "per_device_train_batch_size=1"),
        ],
    ),
    "outputs-wanted": About(
        rows={38},
        mutants=[
            ("trainer.evaluate(dataset)", "trainer.train()"),
            ("per_device_eval_batch_size=4", "per_device_eval_batch_size=3"),
            ("max_steps=3", "max_steps=2"),
        ],
    ),
    "smoothed-labels": About(
        rows={37},
        mutants=[
            ("label_smoothing_factor=factor", "label_smoothing_factor=0.1"),
            ("label_smoothing_factor=factor", "label_smoothing_factor=0.0"),
            ("label_smoothing_factor=factor", "label_smoothing_factor=2 * factor"),
        ],
    ),
    "disable-tqdm": About(
        rows={40},
        mutants=[
            ("disable_tqdm=quiet", "disable_tqdm=True"),
            ("logging_steps=1,", "logging_steps=1 if not quiet else 500,"),
            ("callbacks=[Recorder]", "callbacks=[] if quiet else [Recorder]"),
        ],
    ),
    "entries-in-the-log": About(
        rows={40, 41},
        mutants=[
            ("logging_steps=every", "logging_steps=1"),
            ("logging_steps=every", "logging_steps=every, logging_first_step=True"),
            ("logging_steps=every", 'logging_strategy="no"'),
        ],
    ),
    "what-on-log-gets": About(
        rows={41},
        mutants=[
            ("heard.append(dict(logs))", "heard.append(dict(state.log_history[-1]))"),
            ("logging_steps=1,", "logging_steps=500,"),
            ("def on_log(self, args, state, control, logs, **kwargs)", "def on_step_end(self, *_, logs=(), **kwargs)"),
        ],
    ),
    "mean-since-the-last-entry": About(
        mutants=[
            ("+ self.step}", "+ self.step**2}"),
            ("logging_steps=every", "logging_steps=1"),
            ("max_steps=20", "max_steps=10"),
        ],
    ),
    "report-to": About(
        rows={42, 44},
        mutants=[
            ("named, every = callbacks(),", 'named, every = callbacks(report_to="all"),'),
            ('callbacks(report_to="wandb")', "callbacks()"),
            ("**given))", "**{'report_to': 'all'} | given))"),
        ],
    ),
    "who-reads-the-project": About(
        rows={44},
        mutants=[
            ('"WANDB_PROJECT": "cats", ', ""),
            ('"WANDB_PROJECT": "cats"', '"WANDB_NAME": "cats"'),
            ('report_to="wandb")', 'report_to="wandb", run_name="first")'),
        ],
    ),
    "tracker-from-the-shell": About(
        rows={42},
        mutants=[
            (', "--report_to", "wandb"]', "]"),
            ('["--use_cpu"])', '["--use_cpu", "--report_to", "wandb"])'),
        ],
    ),
    "logging-by-hand": About(
        rows={43},
        mutants=[
            ("optimizer.zero_grad()", "pass"),
            ('optim="sgd", ', ""),
            ("lr=0.1)", "lr=0.2)"),
            ("copy.deepcopy(model)", "model"),
        ],
    ),
    "unused-columns": About(
        mutants=[
            ("remove_unused_columns=remove", "remove_unused_columns=True"),
            ("remove_unused_columns=remove", "remove_unused_columns=False"),
            ('"source"', '"use_cache"'),
        ],
    ),
    "steps-of-a-run": About(
        mutants=[
            ("gradient_accumulation_steps=accumulate", "gradient_accumulation_steps=1"),
            ("num_train_epochs=2", "num_train_epochs=1"),
            ("num_train_epochs=2,", "num_train_epochs=2, dataloader_drop_last=True,"),
        ],
    ),
    "linear-decay": About(
        mutants=[
            ("max_steps=10", "max_steps=20"),
            ("max_steps=10,", 'max_steps=10, lr_scheduler_type="cosine",'),
            ("max_steps=10,", "max_steps=10, warmup_steps=2,"),
        ],
    ),
    "warmup": About(
        mutants=[
            ("warmup_steps=warmup", "warmup_steps=warmup + 1"),
            ("warmup_steps=warmup, ", ""),
        ],
    ),
    "mode-of-the-model": About(
        mutants=[
            ("attention_dropout=0.5", "attention_dropout=0.0"),
            ("getattr(trainer, last)()", "trainer.evaluate()"),
            ("getattr(trainer, last)()", "getattr(trainer, last)(); model.eval()"),
        ],
    ),
    "seed-and-weights": About(
        mutants=[
            ("torch.seed()", "torch.manual_seed(3)"),
            ("seed=1", "seed=torch.randint(1000000, ()).item()"),
            ("lambda: LlamaForCausalLM(config))", "lambda: torch.seed() and LlamaForCausalLM(config))"),
        ],
    ),
}
