"""What stands for another machine: a second virtual environment, and a command like `ssh` that leads to it."""

from __future__ import annotations

import re
import shutil
import sysconfig
import venv
from pathlib import Path

HERE = Path(sysconfig.get_path("purelib"))
"""Where this environment's packages are."""


def make_environment(folder: Path) -> Path:
    """An empty virtual environment; its Python."""
    venv.create(folder, symlinks=True)
    return folder / "bin" / "python"


def packages_of(python: Path) -> Path:
    """Where a virtual environment has its packages."""
    (packages,) = (python.parents[1] / "lib").glob("python*/site-packages")
    return packages


def lend_packages(python: Path) -> None:
    """Let an environment see this one's packages, after its own, but not quizapp: the path of a path does not count."""
    (packages_of(python) / "lent.pth").write_text(f"{HERE}\n")


def set_version(python: Path, name: str, version: str) -> None:
    """Give an environment a package of this one in another version: its files by links, all but where it says so."""
    theirs, ours = HERE / name, packages_of(python) / name
    ours.mkdir()
    for entry in theirs.iterdir():
        if entry.name not in {"__init__.py", "__pycache__"}:
            (ours / entry.name).symlink_to(entry)
    shutil.copytree(theirs / "__pycache__", ours / "__pycache__")
    text, count = re.subn(
        r'(?m)^__version__ = ".*"$', f'__version__ = "{version}"', (theirs / "__init__.py").read_text()
    )
    assert count == 1
    (ours / "__init__.py").write_text(text)


def make_hop(path: Path, home: Path) -> Path:
    """A command that does to its arguments what `ssh` does: it says hello, goes home, and asks a shell."""
    path.write_text(
        "#!/bin/sh\n"
        "echo 'Welcome! $HOME is (not) \"mine\";'\n"
        "echo 'Last login: never' >&2\n"
        f"export HOME={home} SECRET_OF_THE_BOX=1\n"
        'cd "$HOME"\n'
        'exec sh -c "$*"\n'
    )
    path.chmod(0o755)
    return path
