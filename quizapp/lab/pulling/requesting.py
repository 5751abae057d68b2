"""Requests to the Hugging Face hub: what is sent with each, and what is said where one fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from huggingface_hub import constants, get_session, get_token
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from quizapp.errors import PullError, Unreachable
from quizapp.lab.pulling.asked import Asked

BUSY = {408, 425, 429}
"""Answers that may be others soon, as all from 500 on may."""


def headers() -> dict[str, str]:
    """What is sent with each request: the learner's token, where there is one; it goes to no other host."""
    sent = token()
    return {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {sent}"} if sent else {})


def token() -> str | None:
    """The learner's, where there is one and it may be sent unasked."""
    return None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()


def see_that_it_can_be_asked() -> None:
    """Look at what is needed before anything is asked.

    Raises:
        Unreachable: the proxy or the certificates that are set cannot be used.
        PullError: the token is none.
    """
    if not (token() or "").isascii():
        raise PullError("Your token has characters that none has; correct HF_TOKEN, or unset it.")
    try:
        get_session()
    except (ValueError, ImportError) as error:
        raise Unreachable(
            "The proxy that is set cannot be used; see what HTTP_PROXY, HTTPS_PROXY and ALL_PROXY are. One at "
            "http://… can; for one at socks5://… install the package socksio."
        ) from error
    except OSError as error:
        raise Unreachable(
            f"The certificates cannot be read ({error.strerror}); see what SSL_CERT_FILE and SSL_CERT_DIR are."
        ) from error


@contextmanager
def asking(asked: Asked) -> Iterator[None]:
    """Turn what goes wrong where the hub is asked for a model into a sentence.

    Raises:
        Unreachable: it does not answer, or not as the hub does.
        PullError: it says no.
    """
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, OfflineModeIsEnabled) as error:
        raise _refusal(error, asked) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreachable(
            f"{the_hub()} answers, but not as the hub does; see what HF_ENDPOINT and proxies are."
        ) from error


def _refusal(error: Exception, asked: Asked) -> PullError:
    """What is said of an error in a request for a model."""
    if isinstance(error, OfflineModeIsEnabled):
        return Unreachable(
            "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set, so the Hugging Face hub is not asked; unset it."
        )
    if isinstance(error, HfHubHTTPError):
        return _refused(error, asked)
    if isinstance(error, httpx2.TimeoutException):
        return Unreachable(f"{the_hub()} does not answer in time; try again later.")
    return Unreachable(
        f"{the_hub()} cannot be reached ({str(error) or type(error).__name__}); see whether there is a network, "
        "and what HF_ENDPOINT and proxies are."
    )


def _refused(error: HfHubHTTPError, asked: Asked) -> PullError:
    status = error.response.status_code
    page = f"{_endpoint()}/{asked.name}"
    if isinstance(error, GatedRepoError):
        how = "the token that was sent is not of one who did" if token() else "set HF_TOKEN to a token of yours"
        return PullError(f"{asked.name} is gated: accept its terms at {page}, then pull it again; {how}.")
    if isinstance(error, RevisionNotFoundError):
        return PullError(f"{asked.name} has no revision {asked.revision!r}; {page} lists those there are.")
    if isinstance(error, RepositoryNotFoundError):
        private = "that the token may read it" if token() else "set HF_TOKEN if it is private"
        return PullError(f"There is no model {asked.name} at {the_hub()}; look how it is written, and {private}.")
    if status == 401:
        if token():
            return PullError(f"{the_hub()} does not accept your token; correct HF_TOKEN, or unset it.")
        return PullError(f"{the_hub()} asks for a token; set HF_TOKEN to one of yours.")
    if status in BUSY or status >= 500:
        return Unreachable(f"{the_hub()} answers {status} for now; try again later.")
    return PullError(f"{the_hub()} answers {status} for {asked.name}; see whether {page} can be read.")


def the_hub() -> str:
    """What it is called in a sentence: a mirror by its address."""
    return _endpoint() if os.environ.get("HF_ENDPOINT") else "The Hugging Face hub"


def _endpoint() -> str:
    """The hub's address, without the password that it may have."""
    scheme, sign, rest = constants.ENDPOINT.rpartition("://")
    return scheme + sign + rest.rpartition("@")[2]
