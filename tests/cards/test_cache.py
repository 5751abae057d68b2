import json
import os
import stat
import threading

import pytest

from quizapp.cards import cache
from quizapp.cards.loader import load_library
from quizapp.cards.reading import read

GOOD = "deck: d\ntitle: T\ncards:\n  - {id: a, question: q, answer: a, vary: {}}\n  - {id: b, question: q}\n"
DATA = GOOD.encode()


@pytest.fixture
def reads(monkeypatch):
    """What was really parsed."""
    seen = []

    def counting(data):
        seen.append(data)
        return read(data)

    monkeypatch.setattr(cache, "read", counting)
    return seen


def test_the_same_bytes_are_parsed_once_problems_included(tmp_path, reads):
    (tmp_path / "a.yaml").write_text(GOOD)
    first = load_library([tmp_path], cache=tmp_path / "cache")
    second = load_library([tmp_path], cache=tmp_path / "cache")
    assert second == first
    assert [problem.line for problem in second.problems] == [5]
    assert len(reads) == 1


def test_a_moved_file_is_found_by_its_content_and_told_at_its_new_place(tmp_path, reads):
    (tmp_path / "a.yaml").write_text(GOOD)
    load_library([tmp_path], cache=tmp_path / "cache")
    moved = (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    library = load_library([tmp_path], cache=tmp_path / "cache")
    assert library.decks[0].path == library.problems[0].path == moved
    assert len(reads) == 1


def test_a_changed_file_is_parsed_again(tmp_path, reads):
    cache.read_cached(DATA, tmp_path)
    content = cache.read_cached(DATA.replace(b"T", b"U"), tmp_path)
    assert content.header.title == "U"
    assert len(reads) == 2


def test_another_version_of_the_program_parses_again(tmp_path, reads, monkeypatch):
    cache.read_cached(DATA, tmp_path)
    monkeypatch.setattr("quizapp.__version__", "99.0")
    cache.read_cached(DATA, tmp_path)
    assert len(reads) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b'{"header": 3}', b"\xff", b'{"faults": [], "unknown": 1'])
def test_a_damaged_entry_is_ignored_and_written_again(tmp_path, reads, damage):
    content = cache.read_cached(DATA, tmp_path)
    (entry,) = tmp_path.glob("*.json")
    entry.write_bytes(damage)
    assert cache.read_cached(DATA, tmp_path) == content
    assert cache.read_cached(DATA, tmp_path) == content
    assert len(reads) == 2


def test_a_cache_that_cannot_be_written_is_as_none(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert cache.read_cached(DATA, blocked / "cache") == cache.read_cached(DATA, None) == read(DATA)


def test_no_unfinished_entry_is_ever_seen_or_left(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert cache.read_cached(DATA, tmp_path).header
    assert list(tmp_path.iterdir()) == []


def test_the_entries_longest_unused_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 2)
    texts = [DATA.replace(b"T", title) for title in (b"U", b"V", b"W")]
    for age, text in zip((300, 200), texts, strict=False):
        cache.read_cached(text, tmp_path)
        newest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (1_000_000 - age, 1_000_000 - age))
    cache.read_cached(texts[0], tmp_path)  # used again
    cache.read_cached(texts[2], tmp_path)
    kept = [json.loads(path.read_text())["header"]["title"] for path in tmp_path.iterdir()]
    assert sorted(kept) == ["U", "W"]


def test_many_at_once_read_the_same(tmp_path):
    results = []
    threads = [threading.Thread(target=lambda: results.append(cache.read_cached(DATA, tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(content == results[0] for content in results)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_entries_are_json_for_the_owner_alone(tmp_path):
    cache.read_cached(DATA, tmp_path)
    (entry,) = tmp_path.iterdir()
    assert entry.read_text().startswith('{"header":')
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
