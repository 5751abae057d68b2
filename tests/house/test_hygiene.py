"""Who may import what, proved by running it: the contracts in pyproject.toml prove the same by reading."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "sqlmodel", "sqlalchemy", "textual", "peft", "datasets")


def loaded_after(code: str) -> set[str]:
    """The heavy packages that a fresh interpreter has imported after running `code`."""
    report = f"{code}\nimport sys; print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60)
    line = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import quizapp.cards.loader, quizapp.cards.variation, quizapp.cards.outline, quizapp.cards.schema", set()),
        ("import quizapp.study.session, quizapp.study.grading, quizapp.study.stats, quizapp.study.scheduler", set()),
        ("import quizapp.store.thread", set()),
        ("import quizapp.store.log", {"sqlmodel", "sqlalchemy"}),
        ("import quizapp.lab.client, quizapp.lab.trust, quizapp.lab.verification", set()),
        ("import quizapp.cli", set()),
        ("import quizapp.lab.pulling.pulling", set()),
        ("import quizapp.tui.app", {"textual"}),
        ("import quizapp.lab.worker.__main__", set()),
    ],
    ids=lambda value: value.removeprefix("import ").split(",")[0] if isinstance(value, str) else "",
)
def test_a_room_loads_only_what_it_may(code: str, allowed: set[str]) -> None:
    assert loaded_after(code) <= allowed


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help_load_nothing_heavy(argument: str) -> None:
    code = (
        f"import sys; sys.argv = ['quizapp', {argument!r}]\n"
        "from quizapp.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, None), end.code"
    )
    assert loaded_after(code) == set()
