"""What the Hugging Face hub, or a mirror of it, says of a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from logging import ERROR
from urllib.parse import quote

from huggingface_hub import HfApi, constants
from huggingface_hub.hf_api import ModelInfo
from huggingface_hub.utils import logging

from quizapp.errors import PullError
from quizapp.lab.pulling.asked import NAME, Asked
from quizapp.lab.pulling.requesting import asking, see_that_it_can_be_asked, the_hub

BEYOND = 1 << 50
"""Bytes that no file has."""

logging.set_verbosity(ERROR)  # what is wrong is told here


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the hub describes it."""

    path: str
    size: int
    sha256: str | None
    """Of a large file."""
    git_hash: str
    """Of a small one, as git hashes it; of a large one that of what stands for it in git."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A model at one commit."""

    name: str
    """As it was asked for."""
    id: str
    """What the hub calls it, which is another name where it was given one."""
    commit: str
    licence: str | None
    files: dict[str, RemoteFile]

    def address(self, path: str) -> str:
        """Where a file of that commit is."""
        return f"{constants.ENDPOINT}/{self.name}/resolve/{self.commit}/{quote(path)}"


def listing(asked: Asked) -> Listing:
    """Ask for a model, and which commit its revision is.

    Raises:
        Unreachable: the hub does not answer.
        PullError: there is no such model or revision, or it is not for whoever asks.
    """
    see_that_it_can_be_asked()
    with asking(asked):
        return _listing(asked, _info(asked))


def _info(asked: Asked) -> ModelInfo:
    return HfApi(library_name="quizapp").model_info(
        asked.name, revision=asked.revision, files_metadata=True, timeout=constants.HF_HUB_ETAG_TIMEOUT
    )


def _listing(asked: Asked, info: ModelInfo) -> Listing:
    if not info.siblings:
        raise PullError(f"{asked.name} has no files at {the_hub()}; name another model.")
    if not re.fullmatch(r"[0-9a-f]{40,64}", info.sha or ""):
        raise ValueError("no hash of a commit")
    files = {}
    for sibling in info.siblings:
        path, size = sibling.rfilename, sibling.size
        if size is None or sibling.blob_id is None:
            raise PullError(
                f"{the_hub()} does not say what its files should be, so they could not be checked; ask the hub."
            )
        if not (isinstance(path, str) and isinstance(size, int) and 0 <= size < BEYOND):
            raise ValueError("no file")
        sha256 = sibling.lfs.sha256 if sibling.lfs else None
        files[path] = RemoteFile(path, size, sha256, sibling.blob_id)
    there = info.id if NAME.fullmatch(info.id) else asked.name
    return Listing(asked.name, there, str(info.sha), _licence(info), files)


def _licence(info: ModelInfo) -> str | None:
    tags = [tag.removeprefix("license:") for tag in info.tags or [] if tag.startswith("license:")]
    return tags[0] if tags else None
