"""What is said where a hub, or what stands for one, says no, nothing, or nonsense."""

from __future__ import annotations

import json
import threading

import pytest

from quizapp.errors import PullError, Unreachable
from tests.lab.pulling.conftest import NAME, WEIGHTS, Learner
from tests.lab.pulling.hub import COMMIT, Answer, Hub, described

ESCAPING = b'{"id": "x", "sha": "../../../escaped", "siblings": [{"rfilename": "config.json"}]}'
DEEP = b"[" * 100_000


def listing_of(**more: object) -> bytes:
    """What the API says of a model, but for one of its files."""
    files = [described("config.json", b"{}") | more, described(WEIGHTS, b"none")]
    return json.dumps({"id": NAME, "sha": COMMIT, "siblings": files}).encode()


@pytest.mark.parametrize(
    ("status", "headers", "kind", "sentence"),
    [
        (401, {"X-Error-Code": "RepoNotFound"}, PullError, "There is no model Owner/Small-Model at .*how it is "),
        (404, {"X-Error-Code": "RepoNotFound"}, PullError, "There is no model .*set HF_TOKEN if it is private"),
        (403, {"X-Error-Code": "GatedRepo"}, PullError, "is gated: accept its terms at .* set HF_TOKEN"),
        (404, {"X-Error-Code": "RevisionNotFound"}, PullError, "has no revision 'v9'; .* lists those"),
        (401, {}, PullError, "asks for a token; set HF_TOKEN to one of yours"),
        (403, {}, PullError, "answers 403 for Owner/Small-Model"),
        (429, {}, Unreachable, "answers 429 for now; try again later"),
        (500, {}, Unreachable, "answers 500 for now"),
        (503, {}, Unreachable, "answers 503 for now"),
    ],
)
def test_what_the_hub_refuses_is_a_sentence(
    learner: Learner, hub: Hub, status: int, headers: dict[str, str], kind: type[PullError], sentence: str
) -> None:
    hub.of_api = Answer(status, headers)
    with pytest.raises(kind, match=sentence) as raised:
        learner.pull(f"{NAME}@v9")
    assert type(raised.value) is kind
    assert ("from a package index: SmolLM2-135M-Instruct." in str(raised.value)) == (kind is Unreachable)
    assert (learner.left, learner.kept) == ([], {})


@pytest.mark.parametrize(
    "body",
    [
        *[b"<html>Welcome to the hotel</html>", b"[]", b'{"id": "x"}', b"null", b"\xff", ESCAPING, DEEP],
        *[listing_of(size=size) for size in ("12", -1, 1.5, float("nan"), 10**400)],
        *[listing_of(rfilename=path) for path in (3, None, {})],
    ],
    ids=range(15),
)
def test_what_is_no_hub_is_told(learner: Learner, hub: Hub, body: bytes) -> None:
    hub.of_api = Answer(body=body)
    with pytest.raises(PullError, match=r"answers, but not as the hub does|has no files at"):
        learner.pull()
    assert (learner.left, learner.kept) == ([], {})


@pytest.mark.parametrize(
    "answer",
    [
        *[Answer(403, body=body) for body in (b"[]", b'"no"', b"null", b'{"errors": [3]}', DEEP)],
        *[Answer(status) for status in (204, 300, 302, 304)],
        Answer(302, {"Location": "file:///etc/passwd"}),
        Answer(200, {"Content-Encoding": "gzip"}, b"none"),
        Answer(206, {"Content-Range": "bytes 5-6/7"}, b"none"),
    ],
    ids=range(12),
)
def test_an_answer_that_is_no_file_is_told(learner: Learner, hub: Hub, answer: Answer) -> None:
    hub.of_files = answer
    with pytest.raises(PullError, match=r"but not as the hub does|answers 403 for|cannot be reached \("):
        learner.pull()
    assert (learner.left, learner.kept) == ([], {})
    assert not learner.places.parts(NAME).exists()


def test_a_mirror_that_does_not_say_what_its_files_should_be_is_not_believed(learner: Learner, hub: Hub) -> None:
    hub.no_sizes = True
    with pytest.raises(PullError, match="could not be checked"):
        learner.pull()
    assert hub.fetched == []


def test_no_network_and_no_answer_are_told(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(Unreachable, match=r"http://127.0.0.1:1 cannot be reached .*HF_ENDPOINT"):
        learner.pull()
    monkeypatch.setattr(constants, "ENDPOINT", hub.endpoint)
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
    hub.stalls = threading.Event()
    with pytest.raises(Unreachable, match="does not answer in time; try again later"):
        learner.pull()
    assert learner.left == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://me:secret@127.0.0.1:1/hf", "http://127.0.0.1:1/hf cannot be reached"),
        ("me:secret@mirror.example", "mirror.example cannot be reached (Request URL is missing an 'http://'"),
    ],
)
def test_the_address_of_a_mirror_is_told_without_its_password(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", address)
    with pytest.raises(Unreachable) as raised:
        learner.pull()
    assert str(raised.value).startswith(told)
    assert "secret" not in str(raised.value)


def test_offline_is_told(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(Unreachable, match="HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set"):
        learner.pull()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1", "The proxy that is set cannot be used; see what HTTP_PROXY"),
        ("ALL_PROXY", "nonsense://me:secret@127.0.0.1:1", "The proxy that is set cannot be used; see what HTTP_PROXY"),
        ("SSL_CERT_FILE", "/no/such/file", "The certificates cannot be read .No such file.*; see what SSL_CERT_FILE"),
    ],
)
def test_proxies_and_certificates_that_cannot_be_used_are_told(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    from huggingface_hub import close_session

    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv(name, value)
    close_session()
    try:
        with pytest.raises(Unreachable, match=sentence) as raised:
            learner.pull()
    finally:
        close_session()
    assert "secret" not in str(raised.value)


def test_a_token_that_does_not_do_is_told(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.of_api = Answer(401, {"X-Error-Message": "Invalid credentials in Authorization header"})
    for token, sentence in {"hf_ü": "has characters that none has", "hf_u": "does not accept your token"}.items():
        monkeypatch.setenv("HF_TOKEN", token)
        with pytest.raises(PullError, match=f"{sentence}; correct HF_TOKEN, or unset it") as raised:
            learner.pull()
        assert token not in str(raised.value)
