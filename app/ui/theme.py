"""Colours, icons and the style sheet, from the tokens in `resources/themes/`."""

from __future__ import annotations

import json
import re
from functools import cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir

_ROLES = {
    QPalette.ColorRole.Window: "background",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Link: "accent",
}
_current = "light"
_scale = 1.0


def apply_theme(application: QApplication, choice: str, percent: int = 100) -> None:
    """Dress the application in "light", "dark", or what the system prefers, with letters of this size."""
    global _current, _scale
    _scale = percent / 100
    _current = choice if choice in ("light", "dark") else _of_the_system()
    tokens = tokens_of(_current)
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(tokens[name]))
    application.setStyle("Fusion")
    application.setPalette(palette)
    sheet = (resources_dir() / "themes" / "style.qss").read_text(encoding="utf-8")
    known = tokens | {"icons": (resources_dir() / "icons").as_posix(), "theme": _current}
    sheet = re.sub(r"font-size: (\d+)px", lambda match: f"font-size: {px(int(match[1]))}px", sheet)
    application.setStyleSheet(re.sub(r"@(\w+)", lambda match: known[match[1]], sheet))


@cache
def tokens_of(name: str) -> dict[str, str]:
    """The colour tokens of a theme."""
    found: dict[str, str] = json.loads((resources_dir() / "themes" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def current() -> str:
    """The theme in use."""
    return _current


def scale() -> float:
    """How large letters are: 1 is as they were drawn."""
    return _scale


def px(size: int) -> int:
    """A size of letters, as large as they are now."""
    return round(size * _scale)


def token(name: str) -> str:
    """A colour of the theme in use."""
    return tokens_of(_current)[name]


def is_dark() -> bool:
    """Whether the theme in use is the dark one."""
    return _current == "dark"


def icon(name: str, colour: str = "text") -> QIcon:
    """An icon of the set, drawn in a colour token."""
    return _icon(name, token(colour))


def application_icon() -> QIcon:
    """The mark of Mneme."""
    return QIcon(str(resources_dir() / "icons" / "mneme.svg"))


@cache
def _icon(name: str, colour: str) -> QIcon:
    svg = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return QIcon(QPixmap.fromImage(image))


def _of_the_system() -> str:
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return "dark" if dark else "light"
