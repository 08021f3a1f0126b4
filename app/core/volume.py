"""Whether a folder lies on an encrypted volume, as far as the system tells without being asked for rights."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_BLOCKS = Path("/sys/dev/block")
_ENCRYPTING = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs"})
_DEEPEST = 8


def is_encrypted(folder: Path) -> bool | None:
    """True where dm-crypt or an encrypting file system lies beneath `folder`, False where none does, None where this
    cannot be told: on other systems than Linux, and on file systems that may encrypt by themselves."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        number, kind, source = _mount_of(folder)
    except (OSError, ValueError):
        return None
    if kind in _ENCRYPTING:
        return True
    if kind in ("zfs", "overlay", "tmpfs", "nfs", "nfs4", "cifs"):
        return None
    try:  # btrfs has a number of its own, so the device is asked
        status = Path(source).stat()
        number = f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    except OSError:
        pass
    device = _BLOCKS / number
    return _crypt_beneath(device, _DEEPEST) if device.exists() else None


def _mount_of(folder: Path) -> tuple[str, str, str]:
    """The device's number, the kind of file system and the device of the innermost mount that holds a folder."""
    inside = folder.resolve()
    best: tuple[int, tuple[str, str, str]] | None = None
    for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        left, _, right = line.partition(" - ")
        fields, (kind, source) = left.split(" "), right.split(" ")[:2]
        point = Path(fields[4].replace("\\040", " "))
        if (inside == point or point in inside.parents) and (best is None or len(point.parts) >= best[0]):
            best = (len(point.parts), (fields[2], kind, source))
    if best is None:
        raise ValueError("no mount holds it")
    return best[1]


def _crypt_beneath(device: Path, deepest: int) -> bool:
    """Whether a block device is one of dm-crypt, or lies on one: LVM and RAID lie between."""
    try:
        if (device / "dm" / "uuid").read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
            return True
    except OSError:
        pass
    beneath = device / "slaves"
    if not deepest or not beneath.is_dir():
        return False
    return any(_crypt_beneath(each.resolve(), deepest - 1) for each in sorted(beneath.iterdir()))
