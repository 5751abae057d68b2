"""A pull from a hub: whole and checked, or not at all; gone on from where it stopped."""

from __future__ import annotations

import mmap
import threading
from pathlib import Path

import pytest

from quizapp.errors import PullError, Unreachable
from quizapp.lab.naming import RECORD
from quizapp.lab.pulling import place
from quizapp.lab.pulling.place import claimed
from quizapp.lab.record import record_of
from tests.lab.pulling.conftest import NAME, NEVER, NOW, Learner, in_shards
from tests.lab.pulling.hub import COMMIT, Hub, files_of

WEIGHTS = "model.safetensors"
OTHER = COMMIT[::-1]
ESCAPING = b'{"id": "x", "sha": "../../../escaped", "siblings": [{"rfilename": "config.json"}]}'


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
    assert len([request for request in hub.requests if request.path.startswith("/api/")]) == 1
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


@pytest.mark.parametrize(
    ("status", "headers", "kind", "sentence"),
    [
        (
            401,
            {"X-Error-Code": "RepoNotFound"},
            PullError,
            "There is no model Owner/Small-Model at .*how it is ",
        ),
        (404, {"X-Error-Code": "RepoNotFound"}, PullError, "There is no model .*set HF_TOKEN if it is private"),
        (403, {"X-Error-Code": "GatedRepo"}, PullError, "is gated: accept its terms at .* set HF_TOKEN"),
        (404, {"X-Error-Code": "RevisionNotFound"}, PullError, "has no revision 'v9'; .* lists those"),
        (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, PullError, "correct HF_TOKEN"),
        (403, {}, PullError, "answers 403 for Owner/Small-Model"),
        (429, {}, Unreachable, "answers 429 for now; try again later"),
        (500, {}, Unreachable, "answers 500 for now"),
        (503, {}, Unreachable, "answers 503 for now"),
    ],
)
def test_what_the_hub_refuses_is_a_sentence(
    learner: Learner, hub: Hub, status: int, headers: dict[str, str], kind: type[PullError], sentence: str
) -> None:
    hub.refusal = (status, headers)
    with pytest.raises(kind, match=sentence) as raised:
        learner.pull(f"{NAME}@v9")
    assert type(raised.value) is kind
    assert ("from a package index: SmolLM2-135M-Instruct." in str(raised.value)) == (kind is Unreachable)
    assert (learner.left, learner.kept) == ([], {})


@pytest.mark.parametrize(
    "body", [b"<html>Welcome to the hotel</html>", b"[]", b'{"id": "x"}', b"null", b"\xff", ESCAPING]
)
def test_what_is_no_hub_is_told(learner: Learner, hub: Hub, body: bytes) -> None:
    hub.api_body = body
    with pytest.raises(PullError, match=r"answers, but not as the hub does|has no files at"):
        learner.pull()
    assert (learner.left, learner.kept) == ([], {})


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


def test_a_password_in_the_address_of_a_mirror_is_not_told(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://me:secret@127.0.0.1:1")
    with pytest.raises(Unreachable) as raised:
        learner.pull()
    assert "secret" not in str(raised.value)


def test_offline_is_told(learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(Unreachable, match="HF_HUB_OFFLINE is set"):
        learner.pull()


def test_the_token_opens_a_gated_model_and_goes_nowhere_else(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = "hf_secret"
    with pytest.raises(PullError, match=r"is gated: .* set HF_TOKEN to a token of yours"):
        learner.pull()
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(PullError, match="the token that was sent is not of one who did") as raised:
        learner.pull()
    assert "hf_wrong" not in str(raised.value)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    pulled = learner.pull()
    elsewhere = [request for request in hub.requests if request.path.startswith("/cdn/")]
    assert elsewhere
    assert {request.authorization for request in elsewhere} == {None}
    assert b"hf_secret" not in b"".join(files_of(pulled.folder).values())
    assert "hf_secret" not in "".join(learner.heard.said)


def test_a_model_without_safetensors_is_refused_before_anything_is_fetched(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    hub.add("Owner/Pickled", {path: content for path, content in small.items() if "safetensors" not in path})
    with pytest.raises(PullError, match=r"no safetensors, .* can hold code"):
        learner.pull("Owner/Pickled")
    assert (hub.fetched, learner.left, learner.kept) == ([], [], {})


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        (WEIGHTS, b"\x10" + bytes(7) + b"no header of any", "model.safetensors is damaged .* as it was uploaded"),
        ("config.json", b"[1]", "config.json is no JSON that a model could have"),
        ("config.json", b"{}", "names no model_type"),
    ],
)
def test_a_model_that_is_broken_at_its_source_is_refused_and_not_kept(
    learner: Learner, hub: Hub, small: dict[str, bytes], path: str, content: bytes, sentence: str
) -> None:
    hub.add("Owner/Broken", small | {path: content})
    with pytest.raises(PullError, match=sentence):
        learner.pull("Owner/Broken")
    assert (learner.left, learner.kept) == ([], {})


def test_a_shard_that_lacks_what_the_index_names_is_refused(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    sharded = in_shards(small)
    one, two = sorted(path for path in sharded if path.startswith("model-0"))
    hub.add("Owner/Broken", sharded | {two: sharded[one]})
    with pytest.raises(PullError, match="Its weights lack"):
        learner.pull("Owner/Broken")


def test_a_model_that_is_there_is_not_fetched_again(learner: Learner, hub: Hub) -> None:
    learner.pull()
    hub.requests = []
    for text in (NAME, f"{NAME}@{COMMIT}", f"{NAME}@{COMMIT[:8]}"):
        assert not learner.pull(text).fresh
    assert hub.requests == []
    assert not learner.pull(f"{NAME}@main").fresh
    assert hub.fetched == []


def test_another_revision_takes_its_place_while_the_old_one_stays_mapped(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    before = learner.pull().folder / WEIGHTS
    hub.add(NAME, small | {"README.md": b"# Newer\n"}, OTHER, "v2")
    with before.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        pulled = learner.pull(f"{NAME}@v2")
        assert mapped[:] == small[WEIGHTS]
        assert not before.samefile(f"/proc/self/fd/{opened.fileno()}")
    assert (pulled.folder / "README.md").read_bytes() == b"# Newer\n"
    assert pulled.record is not None
    assert pulled.record.revision == OTHER
    assert learner.left == ["Owner--Small-Model"]


def test_a_failed_change_of_revision_leaves_the_model_as_it_was(
    learner: Learner, hub: Hub, small: dict[str, bytes]
) -> None:
    before = files_of(learner.pull().folder)
    hub.add(NAME, small | {WEIGHTS: b"\x10" + bytes(7) + b"no header of any"}, OTHER, "v2")
    with pytest.raises(PullError):
        learner.pull(f"{NAME}@v2")
    assert files_of(learner.places.model(NAME)) == before


def test_a_folder_that_was_put_there_by_hand_is_never_replaced(learner: Learner, hub: Hub) -> None:
    folder = learner.places.model(NAME)
    folder.mkdir(parents=True)
    (folder / "mine").write_text("mine")
    assert not learner.pull().fresh
    with pytest.raises(PullError, match="was not pulled; move it away"):
        learner.pull(f"{NAME}@main")
    assert files_of(folder) == {"mine": b"mine"}


def test_the_second_of_two_pulls_of_one_model_is_told(learner: Learner, hub: Hub) -> None:
    with (
        claimed(learner.places.work(NAME), NAME),
        pytest.raises(PullError, match=f"Another quizapp is pulling {NAME} already"),
    ):
        learner.pull()
    with claimed(learner.places.parts(NAME), NAME), pytest.raises(PullError, match="Another quizapp"):
        learner.pull()
    hub.add("Owner/Other", hub.models[NAME].commits[COMMIT])
    with claimed(learner.places.work(NAME), NAME):
        assert learner.pull("Owner/Other").fresh
    assert learner.pull().fresh


def test_what_killed_pulls_left_is_swept(learner: Learner, hub: Hub) -> None:
    leftover = learner.places.work("Someone/Else")
    (leftover / "new").mkdir(parents=True)
    (leftover / "lock").touch()
    (leftover / "new" / WEIGHTS).write_bytes(b"half")
    replaced = learner.places.work("Was/Replaced")
    (replaced / "old").mkdir(parents=True)
    (replaced / "lock").touch()
    (replaced / "old" / "config.json").write_text("{}")
    foreign = learner.places.models / ".keep"
    foreign.mkdir()
    learner.pull()
    assert [path.name for path in sorted(learner.places.models.glob(".*"))] == [".keep"]
    assert files_of(learner.places.model("Was/Replaced")) == {"config.json": b"{}"}


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    learner: Learner, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "SPARE_ROOM", 1 << 60)
    with pytest.raises(PullError, match=r"are needed in .*, and .* are free there; make room"):
        learner.pull()
    assert (hub.fetched, learner.left, learner.kept) == ([], [], {})


def test_a_folder_that_cannot_be_written_is_told(learner: Learner, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(PullError, match="cannot be written: "):
        learner.pull()
