"""What of the machine a snippet gets to see: an allowlist, the same for every way of locking it in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from glob import glob
from pathlib import Path

import quizapp
from quizapp.lab.naming import is_folder, place_in_cache

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Programs and libraries. Several are links into `/usr` on most machines."""
SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/timezone",
    "/etc/mime.types", f"/etc/python{sys.version_info.major}.{sys.version_info.minor}", "/etc/python3",
)  # fmt: skip
MACHINE = ("/sys/devices/system/cpu",)
MOST_LINKS = 40
"""As the kernel follows."""
GPU_NODES = ("/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/kfd", "/dev/dri/*", "/dev/dxg")
GPU_MACHINE = ("/sys", "/usr/local/cuda", "/opt/rocm")
LIBRARY_VARIABLES = ("LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_PATH")


def files(models: Iterable[str], environment: Mapping[str, str], *, gpu: bool, hidden: Iterable[str] = ()) -> list[str]:
    """Folders, files and links that can be read, outer ones first; nothing that has the home folder in it.

    What lies in another of them is left out, unless that is within a hidden folder: it is named to be seen in there.

    Args:
        models: folders from the root on, or ids in the cache of Hugging Face.
        environment: variables that name libraries and that cache.
        gpu: whether snippets may use one.
        hidden: folders to be hidden, by their real names; a model may lie in one.
    """
    folders, seen = list(hidden), list[str]()
    named = [*SYSTEM, *SETTINGS, *MACHINE, *_python(), str(Path(quizapp.__file__).parent)]
    for model in models:
        named += _model(model, environment, folders)
    if gpu:
        named += GPU_MACHINE
        named += [path for name in LIBRARY_VARIABLES for path in environment.get(name, "").split(os.pathsep) if path]
    there = {step for path in named for step in steps(path) if Path(step).exists() and not _is_too_much(step)}
    for path in sorted(there):
        around = [outer for outer in seen if Path(path).is_relative_to(outer) and not Path(outer).is_symlink()]
        if not around or any(_parts(folder, around[-1], path) for folder in folders):
            seen.append(path)
    return seen


def real(folders: Iterable[str]) -> list[str]:
    """Those of the folders that there are, by their real names."""
    return [str(Path(folder).resolve()) for folder in folders if Path(folder).is_dir()]


def within(paths: Iterable[str], folders: Iterable[str]) -> list[str]:
    """Those of the paths that lie in one of the folders, or are one."""
    return [path for path in paths if any(Path(path).is_relative_to(folder) for folder in folders)]


def _parts(folder: str, outer: str, inner: str) -> bool:
    """Whether a folder lies between two others, so that hiding it hides the inner one."""
    return Path(folder).is_relative_to(outer) and Path(inner).is_relative_to(folder)


def steps(path: str) -> Iterator[str]:
    """Every link on the way to a path, and the path by its real name."""
    for _ in range(MOST_LINKS):
        way = [*reversed(Path(path).parents), Path(path)]
        link = next((place for place in way if place.is_symlink()), None)
        if link is None:
            yield path
            return
        yield str(link)
        path = os.path.normpath(link.parent / link.readlink() / Path(path).relative_to(link))


def gpu_nodes() -> list[str]:
    """The device files of GPUs."""
    return [node for pattern in GPU_NODES for node in glob(pattern)]  # noqa: PTH207 - patterns from the root


def private(environment: Mapping[str, str]) -> list[str]:
    """Where the learner's own files are."""
    folders = [environment.get("HOME") or str(Path("~").expanduser()), "/home", "/root", "/run", "/mnt", "/media"]
    return [folder for folder in dict.fromkeys(folders) if Path(folder).is_dir() and folder != "/"]


def _is_too_much(path: str) -> bool:
    """Whether it is the root, or has the home folder in it."""
    home = Path("~").expanduser()
    return Path(path).resolve() in {Path("/"), home.resolve(), *home.resolve().parents}


def _python() -> Iterator[str]:
    """The interpreter and its libraries."""
    yield from (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    yield from steps(sys.executable)
    yield from (entry for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"})


def _model(model: str, environment: Mapping[str, str], hidden: Iterable[str]) -> Iterator[str]:
    """A model's folder with what its files are links to, unless that is hidden; or its place in the cache."""
    folder = Path(model)
    if model and is_folder(folder):
        yield model
        links = [file for file in folder.iterdir() if file.is_symlink()]
        yield from (str(link) for link in links if not within([os.path.realpath(link)], hidden))
        return
    if is_folder(place := place_in_cache(model, environment)):
        yield str(place)
