"""Settings for what exists, in the side panel. Every change is kept at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.core.settings import Settings
from app.ui.language import LANGUAGES
from app.ui.widgets import SidePanel, choices, key_field, label, named


class SettingsPanel(SidePanel):
    """Emits `changed` with the new settings, and what is wanted of memory as a whole. What the model is to do is on its
    own page."""

    changed = Signal(object)
    import_wanted = Signal()
    export_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Settings"))
        self._settings = Settings()
        self._show: list[Callable[[], None]] = []
        self.note = label()
        self.privacy = label()
        for words, fields in (
            (self.tr("Memory"), self._of_memory()),
            (self.tr("Appearance"), [self._themes(), *self._languages()]),
            (self.tr("Desktop"), self._of_desktop()),
            (self.tr("Your data"), self._of_data()),
        ):
            self.body.addWidget(label(words, "heading"))
            for field in fields:
                self.body.addWidget(field)
            self.body.addSpacing(12)
        self.body.addStretch(1)

    def _of_memory(self) -> list[QWidget]:
        return [
            self._check("recall", self.tr("Use memory in replies")),
            self._check("pause", self.tr("Pause memory")),
            self._check("learn", self.tr("Learn from what I open")),
            self._check("forgetting", self.tr("Let what is of no use fade")),
            *self._number("retention_days", self.tr("Days to keep archived words (0: for ever)"), (0, 36_500, 30)),
            *self._number("recall_tokens", self.tr("Memory in each prompt, in tokens"), (0, 8_192, 40)),
        ]

    def _of_desktop(self) -> list[QWidget]:
        return [
            self._check("close_to_tray", self.tr("Stay in the tray when closed")),
            self._check("start_at_login", self.tr("Start in the tray at login")),
            *self._hotkey(self.tr("Key for recall from anywhere")),
        ]

    def _of_data(self) -> list[QWidget]:
        buttons = []
        for words, wanted in (
            (self.tr("Export memory…"), self.export_wanted),
            (self.tr("Import…"), self.import_wanted),
            (self.tr("Restore a backup…"), self.restore_wanted),
        ):
            button = QPushButton(words)
            button.clicked.connect(wanted)
            buttons.append(button)
        return [*buttons, self.note, self.privacy]

    def show_settings(self, settings: Settings) -> None:
        """Show the settings in force."""
        self._settings = settings
        for show in self._show:
            show()

    def show_privacy(self, encrypted: bool | None) -> None:
        """Say what keeps memory from others; `encrypted` is whether its volume is, None where that is not known."""
        plain = self.tr(
            "Your memory can be read by your account alone. It is not encrypted by itself: whoever holds the disk can "
            "read it, unless the disk is encrypted (LUKS, FileVault, BitLocker)."
        )
        told = {
            True: self.tr("Your memory can be read by your account alone, and lies on an encrypted volume."),
            False: self.tr("{plain} The volume it lies on is not.").format(plain=plain),
        }
        self.privacy.setText(plain if encrypted is None else told[encrypted])

    def _number(self, name: str, words: str, bounds: tuple[int, int, int]) -> list[QWidget]:
        low, high, step = bounds
        box = QSpinBox(minimum=low, maximum=high, singleStep=step)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        self._show.append(lambda: _quietly(box, lambda: box.setValue(getattr(self._settings, name))))
        box.valueChanged.connect(lambda value: self._change(**{name: value}))
        return _captioned(words, box)

    def _check(self, name: str, words: str) -> QCheckBox:
        box = QCheckBox(words)
        self._show.append(lambda: _quietly(box, lambda: box.setChecked(getattr(self._settings, name))))
        box.toggled.connect(lambda value: self._change(**{name: value}))
        return box

    def _hotkey(self, words: str) -> list[QWidget]:
        field = key_field(words)
        self._show.append(lambda: _quietly(field, lambda: field.setKeySequence(QKeySequence(self._settings.hotkey))))
        plain = QKeySequence.SequenceFormat.PortableText
        field.editingFinished.connect(lambda: self._change(hotkey=field.keySequence().toString(plain)))
        return _captioned(words, field)

    def _languages(self) -> list[QWidget]:
        box = named(choices(self.tr("Language")), "language")
        box.addItem(self.tr("As the system"), "")
        for code, name in LANGUAGES.items():
            box.addItem(name, code)
        self._show.append(lambda: _quietly(box, lambda: box.setCurrentIndex(box.findData(self._settings.language))))
        box.currentIndexChanged.connect(lambda _: self._change(language=box.currentData()))
        return _captioned(self.tr("Language"), box)

    def _themes(self) -> QComboBox:
        box = choices(self.tr("Appearance"))
        for key, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            box.addItem(words, key)
        self._show.append(lambda: _quietly(box, lambda: box.setCurrentIndex(box.findData(self._settings.theme))))
        box.currentIndexChanged.connect(lambda _: self._change(theme=box.currentData()))
        return box

    def _change(self, **values: Any) -> None:
        self.changed.emit(replace(self._settings, **values).checked())


def _captioned(words: str, field: QWidget) -> list[QWidget]:
    caption = label(words)
    caption.setBuddy(field)
    field.setAccessibleName(words)
    return [caption, field]


def _quietly(widget: QWidget, act: Callable[[], None]) -> None:
    widget.blockSignals(True)
    act()
    widget.blockSignals(False)
