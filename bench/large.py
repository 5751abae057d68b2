"""A model too large to ship, of random weights: what it costs a forked process to meet its pages for the first time.

`python -m bench.large make FOLDER` writes one; `python -m bench.large time FOLDER N` tells milliseconds as JSON: a
forward pass in a process just forked, which meets pages of a file that its page table does not have; the same after
touching them all, as a spare does while nobody waits; and the touching.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from quizapp.lab.protocol import worker_environment
from quizapp.lab.settings import SHIPPED_MODELS
from quizapp.lab.worker.loading import Model, load, place, warm_up

VOCABULARY = 4096
WIDTH, LAYERS, HEADS = 1536, 9, 12
"""About 1 GiB in fp32."""


def make(folder: str) -> None:
    """Write the model, with the tokenizer of a shipped one."""
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 8 // 3,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=512,
    )
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(SHIPPED_MODELS / "causal").save_pretrained(folder)


def time_pages(folder: str, count: int) -> dict[str, list[float]]:
    """Milliseconds, each of so many forks."""
    import transformers

    transformers.utils.logging.disable_progress_bar()
    model = load("causal", folder, "cpu")
    times = defaultdict(list)
    for _ in range(count):
        for what, took in {**_in_a_fork(model, touched=False), **_in_a_fork(model, touched=True)}.items():
            times[what].append(took)
    return times


def _in_a_fork(model: Model, *, touched: bool) -> dict[str, float]:
    receiving, sending = os.pipe()
    if (child := os.fork()) == 0:
        start = time.perf_counter()
        if touched:
            place(model)
        begun = time.perf_counter()
        warm_up(model.model, model.tokenizer)
        times = {f"{'touched' if touched else 'untouched'} → end": (time.perf_counter() - begun) * 1e3}
        times |= {"touching ahead": (begun - start) * 1e3} if touched else {}
        os.write(sending, json.dumps(times).encode())
        os._exit(0)
    os.close(sending)
    os.waitpid(child, 0)
    with os.fdopen(receiving) as told:
        return dict(json.load(told))


def in_a_process(*arguments: str) -> str:
    """What this module prints when it is run: torch must have one thread from its import on, or a fork hangs."""
    command = [sys.executable, "-m", "bench.large", *arguments]
    environment = worker_environment(dict(os.environ))
    root = Path(__file__).parents[1]
    return subprocess.run(command, env=environment, cwd=root, check=True, stdout=subprocess.PIPE).stdout.decode()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        sys.stdout.write(json.dumps(time_pages(sys.argv[2], int(sys.argv[3]))) + "\n")
