"""The views of the window beside the conversation: each is built when it is first opened, so the start stays fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.commands import Commands


@dataclass(frozen=True, slots=True)
class View:
    """A view by its lasting name and its translated title. A `wide` one takes the place of the conversation, the others
    stand beside it. `icon` puts it at the foot of the sidebar; `opened` gets the widget each time it is shown.
    """

    name: str
    title: str
    factory: Callable[[], QWidget]
    wide: bool = False
    icon: str = ""
    opened: Callable[[Any], None] | None = None


class Views(QObject):
    """Opens views by name. A widget with a `close_button` is closed by it. `added` tells of a new view, `shown` of one
    that is open now, "" for the conversation alone."""

    added = Signal(object)
    shown = Signal(str)

    def __init__(self, pages: QStackedWidget, side: QStackedWidget, commands: Commands) -> None:
        """The first of `pages` is the conversation."""
        super().__init__(pages)
        self._pages, self._side, self._commands = pages, side, commands
        self._known: dict[str, View] = {}
        self._built: dict[str, QWidget] = {}

    def add(self, view: View, keys: str, group: str) -> None:
        """Make a view reachable: a command with these default keys opens it."""
        self._known[view.name] = view
        self._commands.add(f"view.{view.name}", view.title, keys, lambda: self.open(view.name), group)
        self.added.emit(view)

    def open(self, name: str) -> QWidget:
        """Show a view, and build it if this is the first time."""
        view, widget = self._known[name], self.widget(name)
        stack = self._pages if view.wide else self._side
        stack.setCurrentWidget(widget)
        stack.show()
        if view.opened is not None:
            view.opened(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit(name)
        return widget

    def widget(self, name: str) -> QWidget:
        """The widget of a view, shown or not."""
        if name not in self._built:
            view = self._known[name]
            widget = self._built[name] = view.factory()
            self.put(widget, wide=view.wide)
        return self._built[name]

    def built(self, name: str) -> bool:
        """Whether a view was ever opened."""
        return name in self._built

    def open_ones(self) -> list[str]:
        """The names of the views that are open now: the wide one, then the one beside."""
        shown = [self._pages.currentWidget() if self._pages.currentIndex() > 0 else None]
        shown.append(None if self._side.isHidden() else self._side.currentWidget())
        return [name for widget in shown for name, built in self._built.items() if built is widget]

    def put(self, widget: QWidget, *, wide: bool = False) -> None:
        """Give a panel its place beside the conversation that is no view of its own, but opened by what happens."""
        (self._pages if wide else self._side).addWidget(widget)
        if (button := getattr(widget, "close_button", None)) is not None:
            button.clicked.connect(self.to_conversation if wide else self._side.hide)

    def show_panel(self, widget: QWidget) -> None:
        """Show a panel that was `put`."""
        self._side.setCurrentWidget(widget)
        self._side.show()

    def close(self) -> bool:
        """Close the top view; False when only the conversation is open."""
        if not self._side.isHidden():
            self._side.hide()
        elif self._pages.currentIndex() > 0:
            self._pages.setCurrentIndex(0)
        else:
            return False
        self.shown.emit("")
        self._go_on_writing()
        return True

    def to_conversation(self) -> None:
        """Bring the conversation back in the place of a wide view."""
        self._pages.setCurrentIndex(0)
        self._go_on_writing()

    def _go_on_writing(self) -> None:
        """What is typed next goes into the conversation, where that is to be seen."""
        page = self._pages.currentWidget()
        if page is not None and self._pages.currentIndex() == 0:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
