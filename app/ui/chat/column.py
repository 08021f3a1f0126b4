"""A column of widgets of any length, of which only those in sight are laid out."""

from __future__ import annotations

from abc import abstractmethod
from itertools import accumulate

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

_WIDTH = 720
_SIDES = 24
_GAP = 12
_EDGE = 24
_BEYOND = 200  # pixels above and below what is seen that are laid out, too
_POOLED = 24


class Item(QFrame):
    """A widget of the column. `kind` names widgets that can take each other's place."""

    kind = ""

    @abstractmethod
    def height_at(self, width: int) -> int:
        """The height that it takes at a width; quick when asked again."""

    @abstractmethod
    def in_use(self) -> bool:
        """Whether it must stay as it is although it is out of sight: something in it is selected."""


class Column(QAbstractScrollArea):
    """Heights are guessed until an item was laid out, and what is seen stays where it is when a guess was wrong.

    Items are numbered from the top. While `stick`, the end stays in sight.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.stick = True
        self._heights: list[int] = []
        self._items: dict[int, Item] = {}
        self._pool: dict[str, list[Item]] = {}
        self._anchor = (0, _EDGE)  # an item in sight, and where its top is
        self._value = 0
        self._placing = False
        self.verticalScrollBar().setSingleStep(24)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @abstractmethod
    def make(self, number: int) -> Item:
        """A new widget for an item, as a child of the viewport."""

    @abstractmethod
    def kind_of(self, number: int) -> str:
        """Which kind of widget an item wants."""

    @abstractmethod
    def fill(self, number: int, item: Item) -> None:
        """Show an item in a widget of its kind."""

    @abstractmethod
    def guess(self, number: int) -> int:
        """About how high an item will be."""

    def restart(self, count: int) -> None:
        """Show this many other items, from their end."""
        for item in self._items.values():
            self._pool_or_drop(item)
        self._items.clear()
        self._heights = [self.guess(number) for number in range(count)]
        self.stick = True
        self.place()

    def grow(self) -> None:
        """There is one more item at the end."""
        self._heights.append(self.guess(len(self._heights)))
        self.place()

    def shrink(self) -> None:
        """The last item is gone."""
        if (item := self._items.pop(len(self._heights) - 1, None)) is not None:
            self._pool_or_drop(item)
        self._heights.pop()
        self.place()

    def shown(self, number: int) -> Item | None:
        """The widget of an item, if it is laid out."""
        return self._items.get(number)

    def in_sight(self) -> list[Item]:
        """The widgets that are laid out, from the top."""
        return [self._items[number] for number in sorted(self._items) if not self._items[number].isHidden()]

    def reveal(self, number: int) -> None:
        """Bring an item into sight near the top, unless it is in sight."""
        item = self._items.get(number)
        if item is not None and item.y() >= 0 and item.y() + min(item.height(), 80) <= self.viewport().height():
            return
        self.stick = False
        self._anchor = (number, 2 * _EDGE)
        self.place()

    def place(self) -> None:
        """Lay out what is in sight, and let the rest go."""
        if self._placing:
            return
        self._placing = True
        try:
            self._place()
        finally:
            self._placing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def _width(self) -> int:
        return max(min(_WIDTH, self.width() - 2 * _SIDES), 80)

    def _place(self) -> None:
        count, height = len(self._heights), self.viewport().height()
        if not count:
            self._set_bar(0, 0)
            return
        top, y = self._start(count, height)
        while top > 0 and y > -_BEYOND:
            top -= 1
            y -= self._measured(top) + _GAP
        y = min(y, _EDGE) if top == 0 else y
        places, bottom = self._downward(top, y, height)
        if bottom is not None and bottom < height and (top > 0 or y < _EDGE):
            down = min(height - bottom, _EDGE - y if top == 0 else height)
            places = [(number, at + down) for number, at in places]
        self._show(places)

    def _start(self, count: int, height: int) -> tuple[int, int]:
        """An item to begin with, and where its top is."""
        if self.stick:
            return count - 1, height - _EDGE - self._measured(count - 1)
        number, y = self._anchor
        return min(number, count - 1), y

    def _downward(self, top: int, y: int, height: int) -> tuple[list[tuple[int, int]], int | None]:
        """Where the items from `top` on are; and the end of all, if that is in sight."""
        places, number = [], top
        while number < len(self._heights) and y < height + _BEYOND:
            places.append((number, y))
            y += self._measured(number) + _GAP
            number += 1
        return places, y - _GAP + _EDGE if number == len(self._heights) else None

    def _show(self, places: list[tuple[int, int]]) -> None:
        wanted, width = {number for number, _ in places}, self._width()
        for number in [number for number in self._items if number not in wanted]:
            self._let_go(number)
        x = (self.width() - width) // 2  # of the whole, so that it stands over the composer
        for number, y in places:
            item = self._items[number]
            item.setGeometry(x, y, width, self._heights[number])
            item.show()
        seen = next(((n, y) for n, y in places if y + self._heights[n] > 0), places[-1])
        self._anchor = seen
        whole = sum(self._heights) + _GAP * (len(self._heights) - 1) + 2 * _EDGE
        self._set_bar(whole, sum(self._heights[: seen[0]]) + _GAP * seen[0] + _EDGE - seen[1])

    def _set_bar(self, whole: int, value: int) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(0, whole - height))
        bar.setValue(value)
        self._value = bar.value()

    def _measured(self, number: int) -> int:
        """The height of an item, which is laid out for it."""
        item = self._items.get(number)
        if item is None:
            pool = self._pool.get(self.kind_of(number), [])
            item = self._items[number] = pool.pop() if pool else self.make(number)
            self.fill(number, item)
        self._heights[number] = item.height_at(self._width())
        return self._heights[number]

    def _let_go(self, number: int) -> None:
        item = self._items[number]
        item.hide()
        if item.in_use():
            return
        focus = QApplication.focusWidget()
        if isinstance(focus, QWidget) and item.isAncestorOf(focus):
            self.setFocus()
        self._pool_or_drop(self._items.pop(number))

    def _pool_or_drop(self, item: Item) -> None:
        item.hide()
        pool = self._pool.setdefault(item.kind, [])
        if len(pool) < _POOLED:
            pool.append(item)
        else:
            item.deleteLater()

    def _scrolled(self, value: int) -> None:
        if self._placing:
            return
        by = value - self._value
        if abs(by) <= 3 * self.viewport().height():
            self._anchor = (self._anchor[0], self._anchor[1] - by)
        else:
            tops = list(accumulate((height + _GAP for height in self._heights), initial=_EDGE))
            number = next((n for n, top in enumerate(tops[1:]) if top > value), len(self._heights) - 1)
            self._anchor = (number, tops[number] - value)
        self.stick = value >= self.verticalScrollBar().maximum()
        self.place()
