"""GPT4All's `*.chat`, a file, a folder or a zip: Qt's QDataStream, big endian. Versions 11 and 12, which are those of
GPT4All 3.5 and later; it writes old chats anew when it has opened them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from app.archive.importers.shared import EPOCH, Item, Turn, chain, files_in, moment
from app.core.errors import InputError
from app.core.types import ForeignConversation, Role

ADVICE = "Choose a .chat file of GPT4All, or the folder it keeps them in."
MAGIC = 0xF5D553CC
_NONE = 0xFFFFFFFF
_MOST = 1_000_000
_ROLES = {"System": Role.SYSTEM, "Prompt": Role.USER, "Response": Role.ASSISTANT}


def read(path: Path) -> Sequence[Item]:
    """The chats of a folder."""
    files = files_in(path, (".chat",), ADVICE)
    if not files:
        raise InputError("{0} holds no chats of GPT4All. {1}", path, ADVICE)
    return [(name, partial(_chat, load)) for name, load in files]


def _chat(load: Callable[[], bytes]) -> ForeignConversation:
    stream = _Stream(load())
    if stream.number("I") != MAGIC:
        raise ValueError("it is no chat of GPT4All")
    if (version := stream.number("i")) not in (11, 12):
        raise ValueError(f"it is of format {version}; open it once in a current GPT4All")
    began = moment(stream.number("q")) or EPOCH
    key, name, _, _ = (stream.text() for _ in range(4))
    for _ in range(stream.count("I")):
        stream.text()  # names of collections of documents
    turns = [_item(stream, version) for _ in range(stream.count("i"))]
    return ForeignConversation(f"gpt4all:{key}", name or "Untitled", began, chain(turns, began), "GPT4All")


def _item(stream: _Stream, version: int) -> Turn:
    if version < 12:
        stream.number("i")
    name, value = stream.text().strip(" :"), stream.text()
    if name not in _ROLES:
        raise ValueError(f"it has a message of the unknown kind {name[:20]!r}")
    stream.skip(6 if name == "Response" else 5)  # what became of a reply
    for _ in range(stream.count("q")):  # sources
        for _ in range(7):
            stream.text()
        stream.skip(12)
    attached = []
    for _ in range(stream.count("q")):
        stream.data()
        attached.append(stream.data().decode("utf-8", "replace"))
    if version >= 12:
        value += "".join(_inside(stream) for _ in range(stream.count("q")))
    return Turn(_ROLES[name], value)


def _inside(stream: _Stream) -> str:
    """A part of a reply; calls of tools are told as what they are: not read."""
    name, value = stream.text().strip(" :"), stream.text()
    if name not in ("Text", "Response"):
        raise ValueError("it has calls of tools, which cannot be read")
    return value + "".join(_inside(stream) for _ in range(stream.count("q")))


class _Stream:
    """What QDataStream wrote. Raises ValueError at its end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, kind: str) -> int:
        """A number of a kind of `struct`."""
        found: int = struct.unpack(f">{kind}", self._take(struct.calcsize(kind)))[0]
        return found

    def count(self, kind: str) -> int:
        """How many follow."""
        if not 0 <= (found := self.number(kind)) <= _MOST:
            raise ValueError("it is damaged")
        return found

    def text(self) -> str:
        """A QString."""
        return self.data().decode("utf-16-be", "replace")

    def data(self) -> bytes:
        """A QByteArray."""
        length = self.number("I")
        return b"" if length == _NONE else self._take(length)

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        self._take(count)

    def _take(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise ValueError("it is cut short")
        self._at += count
        return self._data[self._at - count : self._at]
