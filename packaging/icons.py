"""Makes the icon set from the drawing in `resources/icons`: PNG in the sizes that desktops ask for, .ico and .icns."""

from __future__ import annotations

import os
import struct
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_OF_WINDOWS = (16, 24, 32, 48, 64, 128, 256)
_OF_MACOS = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512}


def draw(svg: Path, folder: Path) -> dict[int, Path]:
    """Draw `svg` in all sizes into `folder`; the files by their size in pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    drawing, found = QSvgRenderer(str(svg)), {}
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        found[size] = folder / f"mneme-{size}.png"
        if not image.save(str(found[size])):
            raise OSError(f"{found[size]} could not be written")
    del application
    return found


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' icon file: a directory of PNG files."""
    head, at = struct.pack("<HHH", 0, 1, len(pictures)), 6 + 16 * len(pictures)
    entries, bodies = b"", b""
    for size, data in sorted(pictures.items()):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), at + len(bodies))
        bodies += data
    return head + entries + bodies


def icns(pictures: dict[int, bytes]) -> bytes:
    """macOS' icon file: PNG files under the names of their sizes."""
    parts = [
        kind + struct.pack(">I", len(pictures[size]) + 8) + pictures[size]
        for kind, size in _OF_MACOS.items()
        if size in pictures
    ]
    return b"icns" + struct.pack(">I", 8 + sum(map(len, parts))) + b"".join(parts)


def make(svg: Path, folder: Path) -> dict[int, Path]:
    """The whole set in `folder`; the PNG files by their size."""
    found = draw(svg, folder)
    pictures = {size: path.read_bytes() for size, path in found.items()}
    (folder / "mneme.ico").write_bytes(ico({size: pictures[size] for size in _OF_WINDOWS}))
    (folder / "mneme.icns").write_bytes(icns(pictures))
    return found


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    print(*make(root / "resources/icons/mneme.svg", root / "build/icons").values(), sep="\n")
