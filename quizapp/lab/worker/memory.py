"""The memory of a run: what it may add, what it did add, and what is said when there was no more."""

from __future__ import annotations

import ctypes
import errno
import mmap
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from quizapp.lab.worker import linux

MADV_POPULATE_READ = 22
"""Linux 5.14: map pages as reading them would."""
SHORTAGES = ("DefaultCPUAllocator: can't allocate memory", "CUDA error: out of memory", "std::bad_alloc")
"""What torch says in a RuntimeError where Python has a MemoryError."""


class Meter:
    """What this process adds to its memory from the moment this is made: on a GPU where it computes on one.

    The memory of processes that it starts is not counted.
    """

    def __init__(self, device: str) -> None:
        self._cuda = device if device.startswith("cuda") else None
        if self._cuda:
            import torch

            torch.cuda.reset_peak_memory_stats(self._cuda)
            self._before = torch.cuda.memory_allocated(self._cuda)
        else:
            with suppress(OSError):  # a sandbox may hide it: then what getting ready took for a moment is not counted
                Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
            self._before = _peak()

    def added(self) -> int:
        """Bytes at the highest, of resident memory or of what torch holds on the GPU."""
        if not self._cuda:
            return max(0, _peak() - self._before)
        import torch

        return torch.cuda.max_memory_allocated(self._cuda) - self._before


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def confine_gpu(device: str, most: int) -> None:
    """Let torch take so many bytes of a GPU besides what it holds there now; nothing to do on other devices."""
    if device.startswith("cuda"):
        import torch

        whole = torch.cuda.get_device_properties(device).total_memory
        held = torch.cuda.memory_reserved(device)
        torch.cuda.set_per_process_memory_fraction(min(1.0, (held + most) / whole), device)


def go_first() -> None:
    """Have the system kill this process, rather than another, when it runs out of memory."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def is_shortage(raised: BaseException) -> bool:
    """Whether it says that there was no memory left."""
    if isinstance(raised, MemoryError) or (isinstance(raised, OSError) and raised.errno == errno.ENOMEM):
        return True
    if type(raised).__name__ == "OutOfMemoryError":  # torch's own, for any GPU
        return True
    return isinstance(raised, RuntimeError) and any(said in str(raised) for said in SHORTAGES)


def limit_in_words(device: str, most: int) -> str:
    """What a run may add, and which setting says so."""
    where = f" on {device}" if device != "cpu" else ""
    return f"A snippet may add {most / (1 << 30):g} GiB of memory{where} (`lab.memory_gb` in the settings)."


def touch(address: int, size: int) -> None:
    """Map the pages of a range of memory, so that reading it later does not stop at each."""
    start = address - address % mmap.PAGESIZE
    length = ctypes.c_size_t(address + size - start)
    try:
        linux.call("madvise", ctypes.c_void_p(start), length, MADV_POPULATE_READ)
    except OSError:  # an older kernel
        import numpy

        numpy.ctypeslib.as_array((ctypes.c_ubyte * size).from_address(address))[:: mmap.PAGESIZE].max()


def touch_weights(model: Any) -> None:
    """Map all pages of a model's weights, unless they are more than the machine has memory for.

    A fork leaves out those that lie in a file: the first forward pass would find them one by one.
    """
    tensors = [*model.parameters(), *model.buffers()]
    stores = {store.data_ptr(): store.nbytes() for store in (tensor.untyped_storage() for tensor in tensors)}
    if sum(stores.values()) <= available():
        for address, size in stores.items():
            if size:
                touch(address, size)


def available() -> int:
    """Bytes of memory that can be had without swapping, as the system guesses; 0 where it does not tell."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return 0
