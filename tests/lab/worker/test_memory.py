"""Touching pages, and telling want of memory from other errors."""

from __future__ import annotations

import ctypes
import errno
import mmap
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import torch

from quizapp.lab.worker import memory

PAGES = 256


@contextmanager
def mapped(folder: Path) -> Iterator[int]:
    """The address of a file mapped into memory, of which no page was touched yet."""
    file = folder / "weights"
    file.write_bytes(b"x" * mmap.PAGESIZE * PAGES)
    with file.open("r+b") as opened, closing(mmap.mmap(opened.fileno(), 0, flags=mmap.MAP_PRIVATE)) as area:
        view = (ctypes.c_ubyte * len(area)).from_buffer(area)
        yield ctypes.addressof(view)
        del view


def resident(address: int) -> int:
    """How many pages of the mapping at an address this process has at hand."""
    smaps = Path("/proc/self/smaps").read_text()
    found = re.search(rf"(?m)^{address:x}-(?:.*\n)*?Rss: +(\d+) kB", smaps)
    assert found is not None
    return (int(found[1]) << 10) // mmap.PAGESIZE


@pytest.mark.parametrize("advice", [memory.MADV_POPULATE_READ, 9999], ids=["by advice", "by reading"])
def test_touching_maps_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, advice: int) -> None:
    monkeypatch.setattr(memory, "MADV_POPULATE_READ", advice)
    with mapped(tmp_path) as address:
        assert resident(address) < PAGES
        memory.touch(address + 100, mmap.PAGESIZE * PAGES - 200)
        assert resident(address) == PAGES


class Weights(torch.nn.Module):
    """A model whose weights lie in a mapped file."""

    def __init__(self, address: int) -> None:
        super().__init__()
        area = (ctypes.c_float * (mmap.PAGESIZE * PAGES // 4)).from_address(address)
        self.weight = torch.nn.Parameter(torch.frombuffer(area, dtype=torch.float32))
        self.tied = self.weight
        self.register_buffer("empty", torch.zeros(0))


@pytest.mark.parametrize("enough", [True, False])
def test_the_weights_of_a_model_are_touched_unless_memory_is_too_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enough: bool
) -> None:
    monkeypatch.setattr(memory, "available", lambda: mmap.PAGESIZE * PAGES - (not enough))
    with mapped(tmp_path) as address:
        model = Weights(address)
        before = resident(address)
        memory.touch_weights(model)
        assert before < PAGES
        assert resident(address) == (PAGES if enough else before)
        del model


def test_the_memory_that_is_available_is_known_here() -> None:
    assert memory.available() > 1 << 20


@pytest.mark.parametrize(
    ("raised", "short"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (RuntimeError("CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_want_of_memory_is_told_from_other_errors(raised: BaseException, short: bool) -> None:
    assert memory.is_shortage(raised) is short


@pytest.mark.parametrize(
    ("device", "most", "words"),
    [
        ("cpu", 4 << 30, "A snippet may add 4 GiB of memory (`lab.memory_gb` in the settings)."),
        ("cuda:1", 3 << 29, "A snippet may add 1.5 GiB of memory on cuda:1 (`lab.memory_gb` in the settings)."),
    ],
)
def test_the_limit_is_said_with_its_setting(device: str, most: int, words: str) -> None:
    assert memory.limit_in_words(device, most) == words


class Card:
    """As much of `torch.cuda` as is asked for."""

    def __init__(self, whole: int, reserved: int) -> None:
        self.total_memory, self._reserved = whole, reserved
        self.allocated = self.highest = 700
        self.fraction: tuple[float, str] | None = None

    def get_device_properties(self, device: str) -> Card:
        return self

    def memory_reserved(self, device: str) -> int:
        return self._reserved

    def memory_allocated(self, device: str) -> int:
        return self.allocated

    def max_memory_allocated(self, device: str) -> int:
        return self.highest

    def reset_peak_memory_stats(self, device: str) -> None:
        self.highest = self.allocated

    def set_per_process_memory_fraction(self, fraction: float, device: str) -> None:
        self.fraction = fraction, device


@pytest.mark.parametrize(("most", "fraction"), [(1000, 0.5), (3000, 1.0), (9000, 1.0)])
def test_a_gpu_gives_what_is_held_and_the_limit_and_never_more_than_it_has(
    monkeypatch: pytest.MonkeyPatch, most: int, fraction: float
) -> None:
    card = Card(whole=4000, reserved=1000)
    monkeypatch.setattr(torch, "cuda", card)
    memory.confine_gpu("cuda:1", most)
    assert card.fraction == (fraction, "cuda:1")


def test_a_cpu_has_no_fraction_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "cuda", None)
    memory.confine_gpu("cpu", 1)


def test_on_a_gpu_what_torch_holds_there_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(whole=4000, reserved=1000)
    card.highest = 3000
    monkeypatch.setattr(torch, "cuda", card)
    meter = memory.Meter("cuda:0")
    assert meter.added() == 0
    card.highest = 1200
    assert meter.added() == 500
