"""The worker inside of bubblewrap: an allowlist of files, no network, no other process in sight."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence

PATIENCE = 5.0
"""Seconds that bubblewrap may take to say hello."""
HELLO = "hello from inside"
USERS = "root:x:0:0::/tmp:/bin/sh\nlearner:x:1000:1000::/tmp:/bin/sh\n"
MISSING = "bubblewrap is not installed (`bwrap`)"


def lack(readable: Iterable[str], nodes: Iterable[str]) -> str:
    """Why bubblewrap cannot be used here, in words; empty where it can be."""
    if not shutil.which("bwrap"):
        return MISSING
    try:
        tried = subprocess.run(
            [*arguments(readable, (), nodes, {}), "echo", HELLO],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            text=True,
            errors="replace",
            close_fds=False,
        )
    except subprocess.TimeoutExpired:
        return f"bubblewrap did nothing for {PATIENCE:g} s"
    except OSError as error:
        return f"bubblewrap does not start ({error})"
    told = tried.stderr.strip()[:300] or f"exit code {tried.returncode}"
    return "" if tried.stdout == f"{HELLO}\n" else f"bubblewrap is refused here ({told})"


def enter(
    command: Sequence[str],
    readable: Iterable[str],
    hidden: Iterable[str],
    nodes: Iterable[str],
    environment: Mapping[str, str],
    handed_over: object,
) -> None:
    """Go on as a command inside; returns only by an error.

    Args:
        command: what is executed. The number of a descriptor is added, from which it can read what is handed over.
        readable: files and folders that it sees; a link is the same link in there.
        hidden: folders that are empty in there but for what it sees in them.
        nodes: device files that it may use.
        environment: variables that it gets besides those of this process.
        handed_over: anything that JSON can say.

    Raises:
        OSError: bubblewrap cannot be executed.
    """
    held = memory_file(json.dumps(handed_over).encode())
    os.execvp("bwrap", [*arguments(readable, hidden, nodes, environment), *command, str(held)])  # noqa: S606


def memory_file(content: bytes) -> int:
    """A descriptor to read it from, which a program that is executed inherits."""
    held = os.memfd_create("quizapp", 0)
    os.write(held, content)
    os.lseek(held, 0, os.SEEK_SET)
    return held


def arguments(
    readable: Iterable[str], hidden: Iterable[str], nodes: Iterable[str], environment: Mapping[str, str]
) -> list[str]:
    """How bubblewrap is called.

    The zygote is root in there and may make namespaces: each spare gets its own from it, and then has no privilege.
    """
    told = ["bwrap", "--die-with-parent", "--unshare-user", "--uid", "0", "--gid", "0"]
    told += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    told += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]  # to make namespaces
    told += ["--cap-add", "CAP_SETFCAP"]  # to give its own user a place in them
    told += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - its own
    readable, hidden = list(readable), list(hidden)
    inner = [path for path in readable if any(path.startswith(f"{folder}{os.sep}") for folder in hidden)]
    for path in readable:
        told += [] if path in inner else _shown(path)
    for folder in hidden:
        told += ["--tmpfs", folder]
    for path in inner:
        told += _shown(path)
    for node in nodes:
        told += ["--dev-bind", node, node]
    told += ["--ro-bind-data", str(memory_file(USERS.encode())), "/etc/passwd"]
    told += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    for name, value in environment.items():
        told += ["--setenv", name, value]
    return told


def _shown(path: str) -> list[str]:
    """What makes a file, a folder or a link the same in there."""
    if os.path.islink(path):  # noqa: PTH114
        return ["--symlink", os.readlink(path), path]  # noqa: PTH115
    return ["--ro-bind", path, path]
