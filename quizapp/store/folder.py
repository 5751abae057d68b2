"""The data folder: made for its owner alone, and never on a network drive."""

from __future__ import annotations

import re
from pathlib import Path

from quizapp.errors import StoreError

MOUNTS = Path("/proc/mounts")
NETWORK = re.compile(
    r"nfs\d*|cifs|smb\w*|afs|ncpfs|ceph|glusterfs|lustre|gpfs|beegfs|davfs|fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|ceph)"
)
"""File systems on which SQLite's locks and shared memory cannot be trusted."""


def prepare_folder(folder: Path, mounts: Path = MOUNTS) -> Path:
    """Make the folder (mode 0700) where it is missing.

    Args:
        folder: Where the store is to be.
        mounts: What is mounted, as Linux lists it; where there is no such file nothing is refused.

    Raises:
        StoreError: it is on a network drive, or cannot be made.
    """
    filesystem = filesystem_of(folder, mounts)
    if NETWORK.fullmatch(filesystem):
        raise StoreError(
            f"{folder} is on a network drive ({filesystem}), where a review log gets damaged. "
            "Set data_dir in the settings, or QUIZAPP_DATA_DIR, to a folder on a local disk."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The data folder {folder} cannot be made: {error.strerror}. "
            "Set data_dir in the settings, or QUIZAPP_DATA_DIR, to a folder you may write to."
        ) from error
    return folder


def filesystem_of(path: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system a path is, or would be, on; empty where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found, depth = "", -1
    resolved = path.resolve()
    for line in lines:
        _, point, filesystem, *_ = line.split(" ")
        mount = Path(_unescaped(point))
        if resolved.is_relative_to(mount) and len(mount.parts) >= depth:  # of two mounts at one place the later counts
            found, depth = filesystem, len(mount.parts)
    return found


def _unescaped(text: str) -> str:
    r"""Blanks, tabs, newlines and backslashes stand as `\040` and the like."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
