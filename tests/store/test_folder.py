from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.errors import StoreError
from quizapp.store.folder import filesystem_of, prepare_folder
from quizapp.store.log import DATABASE, open_log
from tests.store.making import NOW


def mounts(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "mounts"
    path.write_text("".join(f"{line} rw,relatime 0 0\n" for line in ("/dev/root / ext4", *lines)))
    return path


@pytest.mark.parametrize(
    "filesystem", ["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "afs", "ceph"]
)
def test_a_network_drive_is_refused_in_words_that_name_the_setting(tmp_path: Path, filesystem: str):
    listed = mounts(tmp_path, f"server:/home {tmp_path}/home {filesystem}")
    with pytest.raises(StoreError, match=rf"network drive \({filesystem}\).*data_dir.*QUIZAPP_DATA_DIR"):
        open_log(tmp_path / "home" / "deep" / "data", NOW, mounts=listed)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("filesystem", ["ext4", "btrfs", "tmpfs", "overlay", "zfs", "fuseblk", "9p"])
def test_a_local_drive_is_taken(tmp_path: Path, filesystem: str):
    listed = mounts(tmp_path, f"/dev/sda {tmp_path} {filesystem}")
    assert prepare_folder(tmp_path / "data", listed).is_dir()


def test_the_deepest_and_latest_mount_counts(tmp_path: Path):
    listed = mounts(
        tmp_path, f"server:/ {tmp_path} nfs", f"/dev/sdb {tmp_path}/local ext4", f"/dev/sdc {tmp_path}/local xfs"
    )
    assert filesystem_of(tmp_path / "local" / "data", listed) == "xfs"
    assert filesystem_of(tmp_path / "locality", listed) == "nfs"


def test_a_mount_with_a_blank_in_its_name_is_found(tmp_path: Path):
    listed = mounts(tmp_path, rf"server:/ {tmp_path}/my\040drive nfs4")
    assert filesystem_of(tmp_path / "my drive" / "data", listed) == "nfs4"


def test_a_link_onto_a_network_drive_is_seen_through(tmp_path: Path):
    (tmp_path / "drive").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "drive")
    assert filesystem_of(tmp_path / "data", mounts(tmp_path, f"server:/ {tmp_path}/drive cifs")) == "cifs"


def test_where_mounts_are_not_listed_nothing_is_refused(tmp_path: Path):
    assert filesystem_of(tmp_path, tmp_path / "no-such-list") == ""


def test_the_folder_and_what_is_in_it_are_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "data"
    open_log(folder, NOW).close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / DATABASE).exists()


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be made.*QUIZAPP_DATA_DIR"):
        prepare_folder(tmp_path / "file" / "data")
    with pytest.raises(StoreError, match=r"cannot be made.*QUIZAPP_DATA_DIR"):
        prepare_folder(tmp_path / "file")
