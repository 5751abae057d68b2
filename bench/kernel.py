"""The same code in a Jupyter kernel that has everything loaded."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING
from unittest import mock

from bench.subject import IMPORTS, Subject
from quizapp.lab.protocol import worker_environment

if TYPE_CHECKING:
    from jupyter_client.blocking.client import BlockingKernelClient

WAIT = 120.0
"""Seconds for a kernel to answer."""


def has_kernel() -> bool:
    """Whether there is Jupyter to compare with."""
    return all(importlib.util.find_spec(name) for name in ("ipykernel", "jupyter_client"))


def time_kernel(subject: Subject) -> dict[str, float]:
    """Milliseconds from nothing to a kernel with the model, then from a request to its output and until it is idle."""
    from jupyter_client.manager import KernelManager

    with tempfile.TemporaryDirectory() as folder:
        places = {"IPYTHONDIR": folder, "JUPYTER_RUNTIME_DIR": folder, "JUPYTER_CONFIG_DIR": folder}
        with mock.patch.dict(os.environ, places):
            start = time.perf_counter()
            manager = KernelManager()
            environment = worker_environment(dict(os.environ)) | places
            manager.start_kernel(env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            client = manager.blocking_client()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=WAIT)
                _ask(client, IMPORTS + subject.load)
                times = {"kernel start → ready": (time.perf_counter() - start) * 1e3}
                for which in ("kernel", "kernel, again"):
                    output, idle = _ask(client, subject.code)
                    times |= {f"{which} → output": output, f"{which} → idle": idle}
            finally:
                client.stop_channels()
                manager.shutdown_kernel(now=True)
    return times


def _ask(client: BlockingKernelClient, code: str) -> tuple[float, float]:
    """Milliseconds from the request to the first output (or the end, if there is none), and until it is idle again."""
    start = time.perf_counter()
    request = client.execute(code)
    heard = 0.0
    while True:
        message = client.get_iopub_msg(timeout=WAIT)
        if message["parent_header"].get("msg_id") != request:
            continue
        took = (time.perf_counter() - start) * 1e3
        if message["msg_type"] == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "stream":
            heard = heard or took
        elif message["content"].get("execution_state") == "idle":
            return heard or took, took
