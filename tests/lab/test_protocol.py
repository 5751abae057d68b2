"""Frames survive any cutting into pieces, and nothing that is no frame passes for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.lab.protocol import (
    MAX_FRAME,
    VERSION,
    Decoder,
    Frame,
    Kind,
    Malformed,
    decode,
    encode,
    magic_line,
    version_in,
    worker_environment,
)

anything = st.text(st.characters(exclude_categories=[]))
bodies = st.dictionaries(anything, anything | st.integers() | st.booleans() | st.none() | st.lists(anything))
frames = st.builds(Frame, st.sampled_from(Kind), st.integers(0), bodies)


@given(st.lists(frames), st.data())
def test_frames_arrive_whole_however_they_are_cut(sent: list[Frame], data: st.DataObject) -> None:
    line = b"".join(map(encode, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(line)))))
    decoder = Decoder()
    pieces = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    assert [frame for piece in pieces for frame in decoder.feed(piece)] == sent


@given(frames)
def test_a_frame_is_one_line_of_ascii(frame: Frame) -> None:
    line = encode(frame)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert line.isascii()


@given(st.binary() | st.text().map(str.encode))
def test_what_is_not_a_frame_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        decode(line)


scalars = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_that_is_not_a_frame_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        decode(json.dumps(value).encode())


@pytest.mark.parametrize(
    "line",
    [
        b'["nonsense",1,{}]',
        b'["end",true,{}]',
        b'["end",1.0,{}]',
        b'["end",1,[]]',
        b'["end",1]',
        b"[" * 100_000,
        b"1" * 5_000,
    ],
)
def test_near_misses_are_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        decode(line)


def test_a_frame_that_is_too_long_is_neither_sent_nor_taken() -> None:
    with pytest.raises(Malformed, match="longer than"):
        encode(Frame(Kind.OUTPUT, 1, {"text": "x" * MAX_FRAME}))
    with pytest.raises(Malformed, match="longer than"):
        list(Decoder().feed(b"x" * (MAX_FRAME + 1)))


def test_a_body_that_is_not_json_is_not_sent() -> None:
    with pytest.raises(Malformed, match="not JSON"):
        encode(Frame(Kind.CHART, 1, {"values": {1, 2}}))


def test_the_magic_line_names_the_version_and_nothing_else_does() -> None:
    assert version_in(magic_line()) == VERSION
    assert version_in(b"quizapp-lab 12\r\n") == 12
    assert version_in(b"quizapp-lab x\n") is None
    assert version_in(b"Last login: quizapp-lab 1 \n") is None


def test_only_known_variables_reach_the_worker() -> None:
    inherited = {
        "PATH": "/bin",
        "HF_TOKEN": "s",
        "AWS_SECRET_ACCESS_KEY": "s",
        "LC_ALL": "C",
        "MY_PATH": "s",
        "OMP_NUM_THREADS": "8",
    }
    kept = worker_environment(inherited)
    assert "s" not in kept.values()
    assert (kept["PATH"], kept["LC_ALL"], kept["OMP_NUM_THREADS"]) == ("/bin", "C", "1")
