"""The wheel that is built here works in an environment of its own, outside the checkout, decks and models included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import quizapp

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run outside the checkout, on a home folder of its own."""
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    env = {
        **os.environ,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "OMP_NUM_THREADS": "1",
        **environment,
    }
    env.pop("PYTHONPATH", None)
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_carries_decks_models_and_styles(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"quizapp/decks/{deck.name}" for deck in (ROOT / "decks").glob("*.yaml")}
    styles = {str(style.relative_to(ROOT)) for style in (ROOT / "quizapp").rglob("*.tcss")}
    weights = {f"quizapp/lab/models/{role}/model.safetensors" for role in ("causal", "masked")}
    assert shipped
    assert shipped | styles | weights | {"quizapp/py.typed", "quizapp/cards/template.yaml"} <= names
    assert not [name for name in names if "tests" in name.split("/") or name.startswith("training")]


def test_the_wheel_works_beside_the_dependencies_at_hand(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    site = next(environment.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    command = environment / "bin" / "quizapp"

    assert quizapp.__version__ in run(command, "--version", cwd=tmp_path).stdout
    where = run(environment / "bin" / "python", "-c", "import quizapp; print(quizapp.__file__)", cwd=tmp_path).stdout
    assert where.startswith(str(environment))
    run(command, "new", "mine", "--in", tmp_path / "decks", cwd=tmp_path)
    run(command, "check", tmp_path / "decks", cwd=tmp_path)
    run(command, "check", cwd=tmp_path)
    due = json.loads(run(command, "due", "--json", cwd=tmp_path).stdout)
    assert due["total"]["new"] > 0
    verified = json.loads(run(command, "verify", "logits-and-loss", "--json", cwd=tmp_path).stdout)
    assert {claim["verdict"] for claim in verified["claims"]} == {"verified"}

    deck = site / "quizapp/decks/01-logits-and-loss.yaml"
    deck.write_text(deck.read_text().replace("      code: |\n", "      code: |\n        import os\n", 1))
    code = json.loads(run(command, "trust", "list", "--json", cwd=tmp_path).stdout)["code"]
    asks = [item["standing"] for item in code if item["standing"] != "own"]
    assert asks == ["new"], "a deck edited in place is the project's own but for what was edited"


@pytest.mark.long
@pytest.mark.parametrize("installer", ["pip", "pipx", "uv"])
def test_the_wheel_installs_whole(wheel: Path, tmp_path: Path, installer: str) -> None:
    """Everything from the registry, held to the lock; `verify` proves that the parts fit."""
    tools = tmp_path / "tools"
    venv.create(tools, with_pip=True)
    python = tools / "bin" / "python"
    lock = str(ROOT / "constraints.txt")
    if installer == "pip":
        run(python, "-m", "pip", "install", "--quiet", "-c", lock, wheel, cwd=tmp_path, timeout=1500)
        command = tools / "bin" / "quizapp"
    else:
        run(python, "-m", "pip", "install", "--quiet", installer, cwd=tmp_path)
        bins = tmp_path / "bin"
        folders = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(bins), "UV_TOOL_BIN_DIR": str(bins)}
        if installer == "pipx":
            install = [tools / "bin" / "pipx", "install", wheel]
            run(*install, cwd=tmp_path, timeout=1500, PIP_CONSTRAINT=lock, **folders)
        else:
            install = [
                tools / "bin" / "uv",
                "tool",
                "install",
                "--constraints",
                lock,
                "--python",
                sys.executable,
                wheel,
            ]
            links = {"UV_FIND_LINKS": os.environ["PIP_FIND_LINKS"]} if "PIP_FIND_LINKS" in os.environ else {}
            run(*install, cwd=tmp_path, timeout=1500, UV_TOOL_DIR=str(tmp_path / "uv"), **folders, **links)
        command = bins / "quizapp"
    run(command, "check", cwd=tmp_path)
    verified = json.loads(run(command, "verify", "logits-and-loss", "--json", cwd=tmp_path).stdout)
    assert {claim["verdict"] for claim in verified["claims"]} == {"verified"}
