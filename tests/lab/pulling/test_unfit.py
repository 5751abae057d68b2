"""What a hub gives whole and is no model that can be used: refused, and not kept."""

from __future__ import annotations

import json

import pytest

from quizapp.errors import PullError
from tests.lab.pulling.conftest import NAME, WEIGHTS, Learner, in_shards
from tests.lab.pulling.hub import COMMIT, Answer, Hub, described


@pytest.mark.parametrize("path", ["config.json", "tokenizer.json", "model.safetensors.index.json"])
def test_a_small_file_that_is_huge_is_refused_before_anything_is_fetched(
    learner: Learner, hub: Hub, small: dict[str, bytes], path: str
) -> None:
    huge = described(path, b"{}") | {"size": 10**10}
    others = [described(other, content) for other, content in in_shards(small).items() if other != path]
    listed = {"id": NAME, "sha": COMMIT, "siblings": [huge, *others]}
    hub.of_api = Answer(body=json.dumps(listed).encode())
    with pytest.raises(PullError, match=f"Its {path} has 10.0 GB, far too much for what its name says"):
        learner.pull()
    assert hub.fetched == []


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
