"""A file is there whole or not at all, on a full disk too."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quizapp.whole_file import replace_file, write_new


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file can have more than eight bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("write", [replace_file, write_new])
def test_of_a_file_that_cannot_be_written_nothing_is_left(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    with pytest.raises(OSError, match="File too large"):
        write(tmp_path / "new", b"x" * 100)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
def test_what_was_there_is_there_still(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    with pytest.raises(OSError, match="File too large"):
        replace_file(file, b"x" * 100)
    with pytest.raises(FileExistsError):
        write_new(file, b"after")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"before"}


def test_a_new_file_has_the_permissions_of_any_and_a_replaced_one_its_own(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    replace_file(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "any").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    replace_file(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
