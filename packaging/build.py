"""Builds the installed app for Linux: one folder by PyInstaller, a .deb, and a tarball laid out as an AppImage is.

    python packaging/build.py [--out dist] [--no-freeze]

`--no-freeze` takes the folder that an earlier run froze. Prints one JSON object: the files, and their sizes in MB.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import icons

from app import __version__

BUILD = ROOT / "build"
APP_ID = "app.mneme.Mneme"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_DEPENDS = "libc6 (>= {libc}), libegl1, libgl1, libfontconfig1, libdbus-1-3, libxkbcommon-x11-0, libxcb-cursor0"
_CONTROL = """\
Package: mneme
Version: {version}
Architecture: {machine}
Maintainer: The Mneme authors <mneme@localhost>
Installed-Size: {kilobytes}
Depends: {depends}
Section: misc
Priority: optional
Description: private assistant that remembers
 Mneme runs a small language model on your own computer, keeps what you tell
 it, and brings it back when it matters. Everything stays in one folder that
 only you can read, and nothing is sent anywhere.
"""
_APP_RUN = """\
#!/bin/sh
# Starts the window from wherever this folder lies; `AppRun cli …` is the command line.
here=$(dirname "$(readlink -f "$0")")
if [ "$1" = cli ]; then
    shift
    exec "$here/usr/bin/mneme" "$@"
fi
exec "$here/usr/bin/mneme-window" "$@"
"""


def portable() -> Path:
    """llama.cpp built for every processor with AVX2, where the one in use was built for this machine's alone."""
    version = metadata.version("llama-cpp-python")
    folder = BUILD / "portable" / version
    if not (folder / "llama_cpp").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-cache-dir"]
        command += ["--no-binary", "llama-cpp-python", "--target", str(folder), f"llama-cpp-python=={version}"]
        subprocess.run(command, check=True, env={**os.environ, "CMAKE_ARGS": "-DGGML_NATIVE=OFF"})
    return folder


def freeze(out: Path) -> Path:
    """The app as one folder, with Python and all that it needs in it."""
    paths = os.pathsep.join(map(str, [portable(), ROOT]))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(BUILD / "freeze"), str(HERE / "mneme.spec")]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths})
    # PyTorch ships its symbols. The libraries that auditwheel has patched do not outlive `strip`.
    large = [str(path) for path in (out / "mneme/_internal/torch/lib").glob("libtorch_*.so")]
    subprocess.run(["strip", "--strip-unneeded", *large], check=True)
    return out / "mneme"


def tree(frozen: Path, root: Path) -> None:
    """Lay the app out below `root` as a Linux system has it."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(frozen, root / "usr/lib/mneme", symlinks=True, copy_function=_linked)
    (root / "usr/bin").mkdir()
    for name in ("mneme", "mneme-window"):
        (root / "usr/bin" / name).symlink_to("../lib/mneme/mneme")
    share = root / "usr/share"
    _put(share / "applications/mneme.desktop", (HERE / "linux/mneme.desktop").read_text())
    _put(share / "mneme/autostart/mneme.desktop", (HERE / "linux/mneme-autostart.desktop").read_text())
    _put(share / f"metainfo/{APP_ID}.metainfo.xml", metainfo())
    _put(share / "doc/mneme/copyright", (ROOT / "LICENSE").read_text())
    changes = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=0)
    (share / "doc/mneme/changelog.gz").write_bytes(changes)
    for size, picture in icons.make(ROOT / "resources/icons/mneme.svg", BUILD / "icons").items():
        _copy(picture, share / f"icons/hicolor/{size}x{size}/apps/mneme.png")
    _copy(ROOT / "resources/icons/mneme.svg", share / "icons/hicolor/scalable/apps/mneme.svg")
    for path in root.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def metainfo() -> str:
    """What software centres show, for this version."""
    text = (HERE / "linux/mneme.metainfo.xml").read_text(encoding="utf-8")
    return text.replace("@VERSION@", __version__).replace("@DATE@", _moment().date().isoformat())


def deb(root: Path, out: Path) -> Path:
    """The Debian package of what lies below `root`; every dpkg of a system with this libc knows zstd."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    used = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
    depends = _DEPENDS.format(libc=platform.libc_ver()[1])
    control = _CONTROL.format(version=__version__, machine=machine, kilobytes=used, depends=depends)
    _put(root / "DEBIAN/control", control)
    target = out / f"mneme_{__version__}_{machine}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root / "DEBIAN")
    return target


def tarball(root: Path, out: Path) -> Path:
    """The same tree with the entrance of an AppImage, which runs from any folder."""
    _put(root / "AppRun", _APP_RUN)
    (root / "AppRun").chmod(0o755)
    for name, inside in (
        ("mneme.desktop", "usr/share/applications/mneme.desktop"),
        ("mneme.svg", "usr/share/icons/hicolor/scalable/apps/mneme.svg"),
        (".DirIcon", "usr/share/icons/hicolor/256x256/apps/mneme.png"),
    ):
        (root / name).symlink_to(inside)
    name = f"Mneme-{__version__}-{platform.machine()}"
    target = out / f"{name}.tar.zst"
    command = ["tar", "--create", "--file", str(target), "--use-compress-program", "zstd -T0 -12", "--sort=name"]
    command += ["--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{int(_moment().timestamp())}"]
    subprocess.run([*command, f"--transform=s,^\\.,{name},S", "-C", str(root), "."], check=True)
    return target


def _moment() -> datetime:
    """When this is built; as SOURCE_DATE_EPOCH says where it is set."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)


def _linked(source: str, target: str) -> None:
    """A copy that takes no room while both lie on one disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _put(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _sizes(paths: Iterator[Path] | list[Path]) -> dict[str, float]:
    return {path.name: round(path.stat().st_size / 1e6, 1) for path in paths}


def main() -> None:
    """Build all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--no-freeze", action="store_true", help="take the folder that is frozen already")
    wanted = parser.parse_args()
    os.umask(0o022)
    out: Path = wanted.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    icons.make(ROOT / "resources/icons/mneme.svg", BUILD / "icons")
    frozen = out / "mneme" if wanted.no_freeze else freeze(out)
    root = BUILD / "root"
    tree(frozen, root)
    made = [deb(root, out), tarball(root, out)]
    unpacked = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file() and not path.is_symlink())
    print(json.dumps({"folder": str(out), "mb": {**_sizes(made), "unpacked": round(unpacked / 1e6, 1)}}, indent=1))


if __name__ == "__main__":
    main()
