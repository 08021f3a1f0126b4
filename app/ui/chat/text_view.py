"""Words as a page shows them: as high as they are, selectable, and fetching nothing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QResizeEvent, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextBrowser

from app.ui.markdown import COPY, to_html


class TextView(QTextBrowser):
    """Text as high as its content. Loads nothing; a link opens in the user's browser when clicked. `copy_wanted`
    carries the number of a code block, `more_wanted` whether the whole conversation is to be copied, or from here."""

    copy_wanted = Signal(int)
    more_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._clicked)

    def show_text(self, text: str, *, markdown: bool) -> None:
        if markdown:
            self.setHtml(to_html(text))
        else:
            self.setPlainText(text)
        self.fit(self.viewport().width())

    def fit(self, width: int) -> None:
        """Take the height of the words at a width."""
        self.document().setTextWidth(width)
        self.setFixedHeight(int(self.document().size().height()) + 4)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing that anyone wrote makes the app fetch anything."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit(self.viewport().width())

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        menu.addAction(self.tr("Copy from here on")).triggered.connect(lambda _=False: self.more_wanted.emit(False))
        menu.addAction(self.tr("Copy the conversation")).triggered.connect(lambda _=False: self.more_wanted.emit(True))
        menu.popup(event.globalPos())

    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == COPY:
            self.copy_wanted.emit(int(url.path() or 0))
        elif url.scheme() in ("http", "https", "mailto"):
            QDesktopServices.openUrl(url)
