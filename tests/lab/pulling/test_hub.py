"""A pull from a hub: whole and checked, or not at all; gone on from where it stopped."""

from __future__ import annotations

import pytest

from quizapp.errors import PullError, Unreachable
from quizapp.lab.naming import RECORD
from quizapp.lab.record import record_of
from tests.lab.pulling.conftest import NAME, NEVER, NOW, OTHER, WEIGHTS, Learner, in_shards
from tests.lab.pulling.hub import COMMIT, Answer, Hub, files_of


def wanted(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path not in NEVER}


def test_a_model_comes_whole_and_without_code(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    pulled = learner.pull()
    came = files_of(pulled.folder)
    assert came.pop(RECORD)
    assert came == wanted(small)
    assert (pulled.fresh, pulled.name, pulled.folder.name) == (True, NAME, "Owner--Small-Model")
    assert learner.left == ["Owner--Small-Model"]
    assert learner.kept == {}
    assert not learner.places.parts(NAME).exists()
    assert not set(hub.fetched) & set(NEVER)


def test_the_commit_is_asked_for_once_and_recorded(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    learner.pull()
    record = record_of(learner.places.model(NAME))
    assert record is not None
    assert (record.revision, record.origin, record.licence, record.pulled) == (COMMIT, NAME, "apache-2.0", NOW)
    assert {path: file.size for path, file in record.files.items()} == {
        path: len(content) for path, content in wanted(small).items()
    }
    assert len([request for request in hub.requests if request.path.startswith("/api/models/")]) == 1
    assert all(COMMIT in request.path for request in hub.requests[1:])
    assert COMMIT in learner.heard.said[0]


def test_progress_goes_up_to_all_bytes(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    learner.pull()
    total = sum(map(len, wanted(small).values()))
    assert (NAME, total) in learner.heard.begun
    assert learner.heard.done == sorted(learner.heard.done)
    assert learner.heard.done[-1] == total


def test_weights_in_several_files_come_with_their_index(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    sharded = in_shards(small) | {"model-stray.safetensors": b"of no index"}
    hub.add("Owner/Sharded", sharded)
    came = files_of(learner.pull("Owner/Sharded").folder)
    assert came.keys() - {RECORD} == wanted(sharded).keys() - {"model-stray.safetensors"}


def test_a_model_that_was_renamed_there_comes_under_the_name_that_was_asked_for(learner: Learner, hub: Hub) -> None:
    hub.renamed = {"old-name": NAME, "owner/small-model": NAME}
    for name in hub.renamed:
        pulled = learner.pull(name)
        assert (pulled.name, pulled.record.name, pulled.record.origin) == (name, name, NAME)


def test_a_mirror_below_a_path_is_asked_there(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", f"{hub.endpoint}/hf")
    hub.renamed = {"/hf/": "/"}
    assert learner.pull().fresh
    assert all(
        f"/hf/{NAME}/resolve/{COMMIT}/{path}" in [request.path for request in hub.requests] for path in hub.fetched
    )


def test_a_proxy_is_asked_for_all_of_it(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import close_session, constants

    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    monkeypatch.setattr(constants, "ENDPOINT", "http://hub.example")
    hub.elsewhere = "http://files.example"
    close_session()
    try:
        assert learner.pull().fresh
    finally:
        close_session()
    assert {request.host for request in hub.requests} == {"hub.example", "files.example"}


def test_a_page_in_the_place_of_a_file_costs_nothing_of_what_came(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    hub.breaks, hub.down_after_break = {WEIGHTS: [10_000]}, True
    with pytest.raises(Unreachable):
        learner.pull()
    before, hub.down = learner.kept, False
    hub.of_files = Answer(body=b"<html>Log in to the hotel's network</html>")
    with pytest.raises(Unreachable, match="answers, but not as the hub does"):
        learner.pull()
    assert learner.kept == before


def test_what_came_before_a_break_is_not_asked_for_again(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    hub.breaks, hub.down_after_break = {WEIGHTS: [10_000]}, True
    with pytest.raises(Unreachable, match="answers 503 for now; try again later"):
        learner.pull()
    assert learner.left == []
    assert learner.kept[f"Owner--Small-Model/{COMMIT}/{WEIGHTS}.part"] == small[WEIGHTS][:10_000]
    asked_before = set(hub.fetched)
    hub.down, hub.requests = False, []
    pulled = learner.pull()
    assert [request.range for request in hub.asked_for(WEIGHTS)] == ["bytes=10000-", "bytes=10000-"]
    assert set(hub.fetched) & asked_before == {WEIGHTS}
    assert (pulled.folder / WEIGHTS).read_bytes() == small[WEIGHTS]
    assert "are here already" in learner.heard.said[0]
    assert min(learner.heard.done) >= 10_000


def test_a_connection_that_breaks_now_and_then_is_taken_up_again(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    hub.breaks = {WEIGHTS: [5000, 1, 7000, 0, 0], "tokenizer.json": [11]}
    assert (learner.pull().folder / WEIGHTS).read_bytes() == small[WEIGHTS]
    ranges = dict.fromkeys(request.range for request in hub.asked_for(f"{COMMIT}/{WEIGHTS}"))
    assert list(ranges) == [None, "bytes=5000-", "bytes=5001-", "bytes=12001-"]


def test_a_hub_that_gives_no_parts_gives_all_of_it_again(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    hub.breaks, hub.no_ranges = {WEIGHTS: [9000]}, True
    assert (learner.pull().folder / WEIGHTS).read_bytes() == small[WEIGHTS]


def test_parts_of_another_commit_are_not_mixed_in(learner: Learner, hub: Hub, small: dict[str, bytes]) -> None:
    hub.breaks, hub.down_after_break = {WEIGHTS: [10_000]}, True
    with pytest.raises(Unreachable):
        learner.pull()
    hub.down = False
    newer = small | {WEIGHTS: in_shards(small)["model-00001-of-00002.safetensors"]}
    hub.add(NAME, newer, OTHER)
    assert (learner.pull().folder / WEIGHTS).read_bytes() == newer[WEIGHTS]
    assert learner.kept == {}


@pytest.mark.parametrize("path", [WEIGHTS, "config.json"])
def test_what_is_not_what_the_hub_described_is_thrown_away(learner: Learner, hub: Hub, path: str) -> None:
    hub.damaged = {path}
    with pytest.raises(PullError, match=rf"{path} came damaged: .* It was removed; pull again"):
        learner.pull()
    assert learner.left == []
    assert not [kept for kept in learner.kept if path in kept]
    hub.damaged = set()
    assert learner.pull().fresh


def test_the_token_opens_a_gated_model_and_goes_nowhere_else(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    hub.token = "hf_secret"
    with pytest.raises(PullError, match=r"is gated: .* set HF_TOKEN to a token of yours"):
        learner.pull()
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(PullError, match="the token that was sent is not of one who did") as raised:
        learner.pull()
    assert "hf_wrong" not in str(raised.value)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    with pytest.raises(PullError, match="is gated"):
        learner.pull()
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", False)
    pulled = learner.pull()
    elsewhere = [request for request in hub.requests if request.path.startswith("/cdn/")]
    assert elsewhere
    assert {request.authorization for request in elsewhere} == {None}
    assert b"hf_secret" not in b"".join(files_of(pulled.folder).values())
    assert "hf_secret" not in "".join(learner.heard.said)
    own = [request for request in hub.requests if request.path.startswith("/api/resolve-cache/")]
    assert {request.authorization for request in own} == {"Bearer hf_secret"}


def test_a_model_that_is_there_is_not_fetched_again(learner: Learner, hub: Hub) -> None:
    learner.pull()
    hub.requests = []
    for text in (NAME, f"{NAME}@{COMMIT}", f"{NAME}@{COMMIT[:8]}"):
        assert not learner.pull(text).fresh
    assert hub.requests == []
    assert not learner.pull(f"{NAME}@main").fresh
    assert hub.fetched == []
