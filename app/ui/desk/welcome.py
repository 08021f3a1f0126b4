"""The first run in three calm steps: what Mneme is and where data lies, a model, and one's past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.ui.engine import Engine
from app.ui.models.words import gigabytes
from app.ui.widgets import WidePage, label, link, named

if TYPE_CHECKING:
    from app.runtime.catalogue import Entry

_TO_EDGE = 48


class WelcomePage(WidePage):
    """Emits `done` when it is over, `models_wanted` with the id of a model to fetch ("" to look at all), and
    `import_wanted`."""

    done = Signal()
    models_wanted = Signal(str)
    import_wanted = Signal()

    def __init__(self, engine: Engine) -> None:
        super().__init__("")
        self._engine = engine
        self.close_button.setText(self.tr("Skip"))
        self.steps = QStackedWidget()
        self.where = label()
        for step in (self._what(), self._model(), self._past()):
            self.steps.addWidget(step)
        self.back = link(self.tr("Back"))
        self.back.clicked.connect(lambda: self._go(-1))
        self.place = label()
        self.on = named(QPushButton(), "primary")
        self.on.clicked.connect(lambda: self._go(1))
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addWidget(self.place, 1)
        foot.addWidget(self.on)
        self.body.setSpacing(24)
        self.body.addSpacing(_TO_EDGE)
        self.body.addWidget(self.steps)
        self.body.addLayout(foot)
        self.body.addStretch(1)
        self._go(0)

    def refresh(self) -> None:
        """Begin with the first step, and say where data lies."""
        self._go(-self.steps.currentIndex())
        if (assistant := self._engine.assistant) is not None:
            self.where.setText(self.tr("Everything lies in {0}").format(assistant.data.root))

    def _what(self) -> QWidget:
        return _step(
            self.tr("Mneme remembers what you tell it"),
            self.tr(
                "It is an assistant that runs on this computer, with the network cable pulled. What you say is kept, "
                "and comes back when it matters. Under each reply you see which memories it used, and you can mend "
                "or erase every one."
            ),
            self.tr("Nothing is sent anywhere, and a page lists every network call that the app ever made."),
            self.where,
        )

    def _model(self) -> QWidget:
        ready = self.tr(
            "A small model is ready now. It answers at once and repeats your notes well, but it reasons poorly. A "
            "larger one writes better, and takes longer to fetch and to answer."
        )
        look = link(self.tr("See all models, and those this machine already has"))
        look.clicked.connect(lambda: self.models_wanted.emit(""))
        return _step(self.tr("A model that answers"), ready, *map(self._offer, _recommended()), look)

    def _offer(self, entry: Entry) -> QWidget:
        button = QPushButton(self.tr("Fetch {0}, {1}").format(entry.name, gigabytes(entry.size)))
        button.clicked.connect(lambda: self.models_wanted.emit(entry.id))
        return _left(button)

    def _past(self) -> QWidget:
        bring = QPushButton(self.tr("Import…"))
        bring.clicked.connect(self.import_wanted)
        return _step(
            self.tr("Bring your past"),
            self.tr(
                "Conversations from ChatGPT, Claude, Open WebUI, Jan, LM Studio and GPT4All, a memory from mem0, or "
                "your own Markdown: Mneme takes them in with their dates. This can also be done later, in the settings."
            ),
            _left(bring),
        )

    def _go(self, by: int) -> None:
        last = self.steps.count() - 1
        to = self.steps.currentIndex() + by
        if to > last:
            self.done.emit()
            return
        self.steps.setCurrentIndex(max(to, 0))
        self.back.setVisible(to > 0)
        self.place.setText(self.tr("{0} of {1}").format(max(to, 0) + 1, last + 1))
        self.on.setText(self.tr("Begin") if to == last else self.tr("Next"))


def _recommended() -> list[Entry]:
    from app.runtime.catalogue import Kind, catalogue

    return [entry for entry in catalogue() if entry.recommended and entry.kind is Kind.CHAT]


def _step(title: str, *parts: str | QWidget) -> QWidget:
    step = named(QWidget(), "plain")
    column = QVBoxLayout(step)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(16)
    column.addWidget(label(title, "welcome"))
    for part in parts:
        column.addWidget(_words(part) if isinstance(part, str) else part)
    column.addStretch(1)
    return step


def _words(text: str) -> QLabel:
    return label(text, "value")


def _left(widget: QWidget) -> QWidget:
    """A button that is as wide as its words."""
    row = named(QWidget(), "plain")
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(widget)
    line.addStretch(1)
    return row
