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
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QKeySequenceEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.core.settings import Settings
from app.ui.widgets import SidePanel, label, link

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}


class SettingsPanel(SidePanel):
    """Emits `changed` with the new settings, and what is wanted of memory as a whole."""

    changed = Signal(object)
    import_wanted = Signal()
    export_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Settings")
        self._settings = Settings()
        self._show: list[Callable[[], None]] = []
        self.model = label(name="value")
        choose = QPushButton("Choose a GGUF file…")
        choose.clicked.connect(self._choose_model)
        embedded = link("Use the embedded model")
        embedded.clicked.connect(lambda: self._change(model_path=""))
        self.note = label()
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(12)
        form.addRow("Model", self.model)
        form.addRow(choose)
        form.addRow(embedded)
        form.addRow("Context in tokens", self._number("context_tokens", 512, 131_072, 512))
        form.addRow("Longest reply in tokens", self._number("max_reply_tokens", 16, 8_192, 64))
        form.addRow("Temperature (0 is always the same)", self._number("temperature", 0.0, 2.0, 0.1))
        form.addRow("Model memory in MB (0: what is free)", self._number("memory_budget", 0, 1_000_000, 256))
        form.addRow(self._check("load_anyway", "Load a model even if too large"))
        form.addRow(self._check("recall", "Use memory in replies"))
        form.addRow(self._check("pause", "Pause memory: neither read nor write"))
        form.addRow(self._check("forgetting", "Let what is of no use fade in recall"))
        form.addRow("Days to keep archived words (0: for ever)", self._number("retention_days", 0, 36_500, 30))
        form.addRow(self._check("learn", "Learn from what I open or dismiss"))
        form.addRow("Memory in each prompt, in tokens", self._number("recall_tokens", 0, 8_192, 40))
        form.addRow("Appearance", self._themes())
        form.addRow(self._check("close_to_tray", self.tr("Stay in the tray when closed")))
        form.addRow(self._check("start_at_login", self.tr("Start in the tray at login")))
        form.addRow(self.tr("Key for recall from anywhere"), self._hotkey())
        for words, wanted in (
            ("Export memory…", self.export_wanted),
            ("Import an archive or an export…", self.import_wanted),
            ("Restore a backup…", self.restore_wanted),
        ):
            button = QPushButton(words)
            button.clicked.connect(wanted)
            form.addRow(button)
        form.addRow(self.note)
        self.privacy = label()
        form.addRow(self.privacy)
        self.body.addLayout(form)
        self.body.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """Show the settings in force."""
        self._settings = settings
        self.model.setText(settings.chat_model.name)
        self.model.setToolTip(str(settings.chat_model))
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

    def _number(self, name: str, low: float, high: float, step: float) -> QWidget:
        box: Any = QDoubleSpinBox() if isinstance(low, float) else QSpinBox()
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        box.setAccessibleName(name.replace("_", " "))
        self._show.append(lambda: _quietly(box, lambda: box.setValue(getattr(self._settings, name))))
        box.valueChanged.connect(lambda value: self._change(**{name: value}))
        field: QWidget = box
        return field

    def _check(self, name: str, label: str) -> QCheckBox:
        box = QCheckBox(label)
        self._show.append(lambda: _quietly(box, lambda: box.setChecked(getattr(self._settings, name))))
        box.toggled.connect(lambda value: self._change(**{name: value}))
        return box

    def _hotkey(self) -> QKeySequenceEdit:
        field = QKeySequenceEdit()
        field.setMaximumSequenceLength(1)
        field.setClearButtonEnabled(True)
        field.setAccessibleName(self.tr("Key for recall from anywhere"))
        self._show.append(lambda: _quietly(field, lambda: field.setKeySequence(QKeySequence(self._settings.hotkey))))
        plain = QKeySequence.SequenceFormat.PortableText
        field.editingFinished.connect(lambda: self._change(hotkey=field.keySequence().toString(plain)))
        return field

    def _themes(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName("Appearance")
        for key, words in _THEMES.items():
            box.addItem(words, key)
        self._show.append(lambda: _quietly(box, lambda: box.setCurrentIndex(box.findData(self._settings.theme))))
        box.currentIndexChanged.connect(lambda _: self._change(theme=box.currentData()))
        return box

    def _change(self, **values: Any) -> None:
        self.changed.emit(replace(self._settings, **values).checked())

    def _choose_model(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Choose a model", "", "GGUF models (*.gguf)")
        if name:
            self._change(model_path=name)


def _quietly(widget: QWidget, act: Callable[[], None]) -> None:
    widget.blockSignals(True)
    act()
    widget.blockSignals(False)
