"""What the Hugging Face hub, or a mirror of it, says of a model; and what is said where it says no."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from logging import ERROR
from urllib.parse import quote

import httpx2
from huggingface_hub import HfApi, constants, get_token, hf_raise_for_status
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import ModelInfo
from huggingface_hub.utils import logging

from quizapp.errors import PullError, Unreachable
from quizapp.lab.pulling.asked import Asked

BUSY = {408, 425, 429}
"""Answers that may be others soon, as all from 500 on may."""

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
    commit: str
    licence: str | None
    files: dict[str, RemoteFile]

    def address(self, path: str) -> str:
        """Where a file of that commit is."""
        return f"{constants.ENDPOINT}/{self.name}/resolve/{self.commit}/{quote(path)}"


def headers() -> dict[str, str]:
    """What is sent with each request: the learner's token, where there is one; it goes to no other host."""
    token = get_token()
    return {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {token}"} if token else {})


def listing(asked: Asked) -> Listing:
    """Ask for a model, and which commit its revision is.

    Raises:
        Unreachable: the hub does not answer.
        PullError: there is no such model or revision, or it is not for whoever asks.
    """
    try:
        return _listing(asked, _info(asked))
    except (httpx2.HTTPError, httpx2.InvalidURL, OfflineModeIsEnabled) as error:
        raise refusal(error, asked) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable(
            f"{_hub()} answers, but not as the hub does; see what HF_ENDPOINT and proxies are."
        ) from error


def _info(asked: Asked) -> ModelInfo:
    return HfApi(library_name="quizapp").model_info(
        asked.name, revision=asked.revision, files_metadata=True, timeout=constants.HF_HUB_ETAG_TIMEOUT
    )


def _listing(asked: Asked, info: ModelInfo) -> Listing:
    if not info.siblings:
        raise PullError(f"{asked.name} has no files at {_hub()}; name another model.")
    if not re.fullmatch(r"[0-9a-f]{40,64}", info.sha or ""):
        raise ValueError("no hash of a commit")
    files = {}
    for sibling in info.siblings:
        if sibling.size is None or sibling.blob_id is None:
            raise PullError(
                f"{_hub()} does not say what its files should be, so they could not be checked; ask the hub."
            )
        sha256 = sibling.lfs.sha256 if sibling.lfs else None
        files[sibling.rfilename] = RemoteFile(sibling.rfilename, sibling.size, sha256, sibling.blob_id)
    return Listing(asked.name, str(info.sha), _licence(info), files)


def _licence(info: ModelInfo) -> str | None:
    tags = [tag.removeprefix("license:") for tag in info.tags or [] if tag.startswith("license:")]
    return tags[0] if tags else None


def see_status(response: httpx2.Response) -> None:
    """Raise what the hub means by a status that is none of success."""
    hf_raise_for_status(response)


def refusal(error: Exception, asked: Asked) -> PullError:
    """What is said of an error in a request for a model."""
    if isinstance(error, OfflineModeIsEnabled):
        return Unreachable("HF_HUB_OFFLINE is set, so the Hugging Face hub is not asked; unset it.")
    if isinstance(error, HfHubHTTPError):
        return _refused(error, asked)
    if isinstance(error, httpx2.TimeoutException):
        return Unreachable(f"{_hub()} does not answer in time; try again later.")
    return Unreachable(
        f"{_hub()} cannot be reached ({str(error) or type(error).__name__}); see whether there is a network, "
        "and what HF_ENDPOINT and proxies are."
    )


def _refused(error: HfHubHTTPError, asked: Asked) -> PullError:
    status = error.response.status_code
    page = f"{_endpoint()}/{asked.name}"
    if isinstance(error, GatedRepoError):
        how = "the token that was sent is not of one who did" if get_token() else "set HF_TOKEN to a token of yours"
        return PullError(f"{asked.name} is gated: accept its terms at {page}, then pull it again; {how}.")
    if isinstance(error, RevisionNotFoundError):
        return PullError(f"{asked.name} has no revision {asked.revision!r}; {page} lists those there are.")
    if isinstance(error, RepositoryNotFoundError):
        private = "that the token may read it" if get_token() else "set HF_TOKEN if it is private"
        return PullError(f"There is no model {asked.name} at {_hub()}; look how it is written, and {private}.")
    if status == 401:
        return PullError(f"{_hub()} does not accept the token of yours; correct HF_TOKEN, or unset it.")
    if status in BUSY or status >= 500:
        return Unreachable(f"{_hub()} answers {status} for now; try again later.")
    return PullError(f"{_hub()} answers {status} for {asked.name}; see whether {page} can be read.")


def _hub() -> str:
    return _endpoint() if os.environ.get("HF_ENDPOINT") else "The Hugging Face hub"


def _endpoint() -> str:
    """The hub's address, without the password that it may have."""
    scheme, _, rest = constants.ENDPOINT.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
