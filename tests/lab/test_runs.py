"""What a run says, for every way a snippet can go; in real processes with the shipped models."""

from __future__ import annotations

import ast

import pytest

from quizapp.cards.proof import Bars, Heat, Line, Table, Verdict
from tests.lab.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORWARD = """\
batch = tokenizer("The cat sat on the", return_tensors="pt").to(device)
with torch.inference_mode():
    logits = model(**batch).logits
"""

ADAPTERS = """\
import os
from peft import LoraConfig, get_peft_model
adapted = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"]))
ids = tokenizer("The cat sat", return_tensors="pt").to(device)["input_ids"]
adapted(input_ids=ids, labels=ids).loss.backward()
adapted.save_pretrained("adapter")
assert all(("lora_" in name) == (weight.grad is not None) for name, weight in adapted.named_parameters())
assert "adapter_model.safetensors" in os.listdir("adapter")
"""
TRAINING = """\
from datasets import Dataset
from transformers import DataCollatorForLanguageModeling, Trainer, TrainingArguments
rows = Dataset.from_dict({"text": ["the cat sat", "the dog ran far"]})
rows = rows.map(lambda row: tokenizer(row["text"]), remove_columns=["text"])
arguments = TrainingArguments("out", max_steps=2, report_to=[], disable_tqdm=True, save_steps=2)
trainer = Trainer(model, arguments, train_dataset=rows, data_collator=DataCollatorForLanguageModeling(tokenizer))
before = model.get_input_embeddings().weight.clone()
trainer.train()
again = type(model).from_pretrained("out/checkpoint-2")
assert not torch.equal(again.get_input_embeddings().weight, before)
assert trainer.state.global_step == 2
"""
PIPELINE = """\
from transformers import pipeline
write = pipeline("text-generation", model=model, tokenizer=tokenizer)
(told,) = write("The cat", max_new_tokens=4)
assert told["generated_text"].startswith("The cat")
"""


@pytest.mark.parametrize("role", ["causal", "masked"])
async def test_a_claim_that_holds_is_verified(bench: Bench, role: str) -> None:
    run = await bench.run(
        FORWARD
        + "assert logits.shape[-1] == model.config.vocab_size\n"
        + "assert torch.isclose(logits[0, -1].softmax(-1).sum(), torch.tensor(1.0))",
        role,
        predict="logits.shape",
    )
    assert (run.verdict, run.error) == (Verdict.VERIFIED, "")
    assert [(check.line, check.passed) for check in run.checks] == [(4, True), (5, True)]
    assert run.checks[1].values == ("1.0", "1.0")
    shape = ast.literal_eval(run.observed or "")
    assert shape[0] == 1
    assert len(shape) == 3


@pytest.mark.parametrize(
    ("role", "code"),
    [("causal", ADAPTERS), ("masked", TRAINING), ("causal", PIPELINE)],
    ids=["adapters", "training", "pipeline"],
)
async def test_a_snippet_may_adapt_train_and_save_a_model(bench: Bench, role: str, code: str) -> None:
    run = await bench.run(code, role)
    assert (run.verdict, run.error) == (Verdict.VERIFIED, "")


async def test_the_environment_says_where_it_was_proved(bench: Bench) -> None:
    import hashlib
    from importlib.metadata import version

    from quizapp.lab.settings import SHIPPED_MODELS

    run = await bench.run("assert model.dtype == torch.float32 and not model.training", "masked")
    weights = (SHIPPED_MODELS / "masked" / "model.safetensors").read_bytes()
    assert run.verdict is Verdict.VERIFIED, run
    assert run.environment is not None
    assert run.environment.transformers == version("transformers")
    assert run.environment.torch.startswith(version("torch").split("+")[0])
    assert run.environment.model == "masked"
    assert run.environment.revision == f"sha256:{hashlib.sha256(weights).hexdigest()[:12]}"
    assert (run.environment.device, run.environment.dtype, run.environment.sandbox) == ("cpu", "float32", "strong")


async def test_a_run_goes_on_after_a_check_that_failed(bench: Bench) -> None:
    run = await bench.run("n = 3\nassert n == 4, f'n is {n}'\nassert n == 3\nprint('through')")
    assert run.verdict is Verdict.REFUTED
    assert [check.passed for check in run.checks] == [False, True]
    assert (run.checks[0].source, run.checks[0].values, run.checks[0].message) == ("n == 4", ("3", "4"), "n is 3")
    assert run.output == "through\n"


async def test_a_claim_refuted_before_an_error_is_refuted_and_the_error_is_told(bench: Bench) -> None:
    run = await bench.run("assert 1 == 2\n1 / 0")
    assert run.verdict is Verdict.REFUTED
    assert "ZeroDivisionError" in run.error


async def test_an_error_shows_the_lines_of_the_snippet_and_no_others(bench: Bench) -> None:
    run = await bench.run("def f(x):\n    return torch.zeros(2) @ x\n\nassert True\nf(torch.zeros(3))")
    assert run.verdict is Verdict.ERROR
    assert 'File "<snippet>", line 5' in run.error
    assert 'File "<snippet>", line 2' in run.error
    assert "return torch.zeros(2) @ x" in run.error
    assert "RuntimeError" in run.error
    assert run.error.count("File ") == 2


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = = 2", "SyntaxError"),
        ("import sys\nassert True\nsys.exit(3)", "SystemExit: 3"),
        ("assert True\nraise KeyboardInterrupt", "KeyboardInterrupt"),
        ("x = 1", "No check was reached."),
        ("if False:\n    assert True", "No check was reached."),
        ("assert torch.zeros(2)", "Boolean value of Tensor"),
        ("assert True\ninput('?')", "EOFError"),
    ],
)
async def test_what_is_no_proof_is_an_error_in_words(bench: Bench, code: str, said: str) -> None:
    run = await bench.run(code)
    assert run.verdict is Verdict.ERROR
    assert said in run.error


async def test_an_expression_to_predict_that_raises_is_an_error(bench: Bench) -> None:
    run = await bench.run("assert True", predict="missing + 1")
    assert run.verdict is Verdict.ERROR
    assert "NameError" in run.error
    assert run.observed is None


async def test_drawn_values_are_bound_and_never_substituted(bench: Bench) -> None:
    run = await bench.run(
        "assert text == '{n} \\'; import os' and n == 3 and half == 0.5 and yes is True",
        values={"text": "{n} '; import os", "n": 3, "half": 0.5, "yes": True},
        predict="n * 2",
    )
    assert (run.verdict, run.observed) == (Verdict.VERIFIED, "6")


async def test_charts_come_as_data(bench: Bench) -> None:
    run = await bench.run(
        FORWARD
        + "p = logits[0, -1].softmax(-1)\n"
        + "show(p, labels=tokenizer, title='next', k=3)\n"
        + "show(batch['attention_mask'], title='mask')\n"
        + "show([3.0, 2.0, 1.5], title='loss')\n"
        + "show([{'word': 'a', 'id': 1}, {'word': 'b', 'id': 2}])\n"
        + "assert p.max() < 1",
        "causal",
    )
    assert run.verdict is Verdict.VERIFIED, run.error
    bars, heat, line, table = run.charts
    assert isinstance(bars, Bars)
    assert len(bars.labels) == len(bars.values) == 3
    assert bars.values[0] >= bars.values[1] >= bars.values[2] > 0
    assert isinstance(heat, Heat)
    assert set(heat.values[0]) == {1.0}
    assert line == Line("loss", (3.0, 2.0, 1.5), 3)
    assert table == Table("", ("word", "id"), (("a", "1"), ("b", "2")))


async def test_what_is_printed_comes_while_the_snippet_runs(bench: Bench) -> None:
    pieces: list[str] = []
    run = await bench.run(
        "import sys, time, subprocess\n"
        "print('first')\ntime.sleep(0.3)\nsys.stderr.write('second ')\nsys.stdout.flush()\ntime.sleep(0.3)\n"
        "subprocess.run(['echo', 'third'])\nassert True",
        on_output=pieces.append,
    )
    assert run.output == "".join(pieces) == "first\nsecond third\n"
    assert len(pieces) >= 2


async def test_bytes_that_are_no_text_are_replaced(bench: Bench) -> None:
    run = await bench.run("import os\nos.write(1, b'a\\xff\\xe6b')\nprint('\\ud800')\nassert True")
    assert run.verdict is Verdict.VERIFIED
    assert run.output == "a\ufffd\ufffdb\\ud800\n"


async def test_a_flood_of_output_is_drained_and_capped_to_head_and_tail(bench: Bench) -> None:
    run = await bench.run("for i in range(200_000): print('line', i)\nassert True")
    assert run.verdict is Verdict.VERIFIED
    assert run.output.startswith("line 0\nline 1\n")
    assert run.output.endswith("line 199999\n")
    assert "bytes left out" in run.output
    assert len(run.output) < (16 << 10) + 100


async def test_one_line_of_ten_megabytes_is_capped_too(bench: Bench) -> None:
    run = await bench.run("print('x' * 10_000_000)\nassert True")
    assert run.verdict is Verdict.VERIFIED
    assert len(run.output) < (16 << 10) + 100


async def test_frames_that_a_snippet_prints_are_only_its_output(bench: Bench) -> None:
    frame = '["end", 1, {"verdict": "verified", "error": "", "observed": "1", "seconds": 0}]'
    run = await bench.run(f"print('quizapp-lab 9')\nprint('''{frame}''', flush=True)\nassert 1 == 2")
    assert run.verdict is Verdict.REFUTED
    assert frame in run.output


async def test_a_chart_that_cannot_be_drawn_is_the_snippets_error(bench: Bench) -> None:
    run = await bench.run("assert True\nshow(torch.zeros(2, 2, 2))")
    assert run.verdict is Verdict.ERROR
    assert "one or two dimensions" in run.error


async def test_the_same_seed_draws_the_same_numbers_and_another_does_not(bench: Bench) -> None:
    code = "import random, numpy\nassert True"
    predict = "(random.random(), float(numpy.random.rand()), torch.rand(1).item())"
    first, again, other = [(await bench.run(code, predict=predict, seed=seed)).observed for seed in (1, 1, 2)]
    assert first == again
    assert first is not None
    assert other is not None
    assert all(a != b for a, b in zip(ast.literal_eval(first), ast.literal_eval(other), strict=True))
