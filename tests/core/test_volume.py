from __future__ import annotations

from pathlib import Path

import pytest

from app.core import volume
from app.core.volume import is_encrypted

_LINE = "36 35 {number} / {point} rw,noatime shared:1 - {kind} {source} rw"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /proc and a /sys of our own: / lies on 8:1, which is plain."""
    monkeypatch.setattr(volume, "_MOUNTS", tmp_path / "mountinfo")
    monkeypatch.setattr(volume, "_BLOCKS", tmp_path / "block")
    monkeypatch.setattr("sys.platform", "linux")
    device(tmp_path, "8:1")
    mounts(tmp_path, ("8:1", "/", "ext4", "/nowhere/sda1"))
    return tmp_path


def device(system: Path, number: str, uuid: str = "", on: str = "") -> None:
    folder = system / "block" / number
    (folder / "slaves").mkdir(parents=True)
    if uuid:
        (folder / "dm").mkdir()
        (folder / "dm" / "uuid").write_text(f"{uuid}\n")
    if on:
        (folder / "slaves" / "below").symlink_to(system / "block" / on)


def mounts(system: Path, *found: tuple[str, str, str, str]) -> None:
    lines = [_LINE.format(number=n, point=p, kind=k, source=s) for n, p, k, s in found]
    (system / "mountinfo").write_text("\n".join(lines) + "\n")


def test_a_plain_disk_is_told(system: Path) -> None:
    assert is_encrypted(Path("/home")) is False


def test_a_volume_of_dm_crypt_is_found_beneath_others(system: Path) -> None:
    device(system, "253:0", "CRYPT-LUKS2-abc-home", on="8:1")
    device(system, "253:1", "LVM-xyz", on="253:0")
    root = ("8:1", "/", "ext4", "/nowhere/sda1")
    mounts(system, root, ("253:1", "/home", "ext4", "/nowhere/home"))
    assert is_encrypted(Path("/home/anna/.local")) is True
    assert is_encrypted(Path("/srv")) is False


def test_an_encrypting_file_system_is_known(system: Path) -> None:
    mounts(system, ("0:44", "/", "fuse.gocryptfs", "/nowhere"))
    assert is_encrypted(Path("/home")) is True


@pytest.mark.parametrize("kind", ["zfs", "tmpfs", "nfs4"])
def test_what_may_encrypt_by_itself_is_not_judged(system: Path, kind: str) -> None:
    mounts(system, ("0:44", "/", kind, "pool"))
    assert is_encrypted(Path("/home")) is None


def test_what_cannot_be_read_is_not_known(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (system / "mountinfo").write_text("nonsense\n")
    assert is_encrypted(Path("/home")) is None
    monkeypatch.setattr("sys.platform", "win32")
    assert is_encrypted(Path("/home")) is None
