"""Takes an archive in: all of it is checked, then shown, and only then comes in, a transaction a conversation."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from app.archive.check import Checker, change, theme
from app.archive.format import ArchiveBroken
from app.archive.reader import Archive, Array, Space, shown
from app.core.errors import InputError
from app.memory.engine import Memory
from app.storage.incoming import Incoming
from app.storage.parts import ACROSS, NUMBERED, OF_CONVERSATIONS, Column, Part
from app.storage.store import Store

Row = dict[str, Any]
Progress = Callable[[int, int], None]
_AT_ONCE = 2_000
_ASKED = 500


@dataclass(slots=True)
class Preview:
    """What an archive would bring. `conflicts` are messages that are here with other words: both would be kept."""

    conversations: int = 0
    messages: int = 0
    known: int = 0
    conflicts: int = 0
    scope: str = ""
    made_at: str = ""
    made_by: str = ""
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Loaded:
    """What came in: rows by table; messages that were here already; those kept beside others of their name; and facts
    that were left out, because they do not stand in words of their person."""

    added: dict[str, int] = field(default_factory=dict)
    known: int = 0
    conflicts: int = 0
    disbelieved: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything is new."""
        return bool(self.added)


class Loader:
    """One archive on its way into one memory. Blocking: not for the UI thread. Errors are MnemeErrors."""

    def __init__(self, memory: Memory, archive: Archive, progress: Progress = lambda *_: None) -> None:
        self._memory, self._store = memory, memory.store
        self._archive, self._progress = archive, progress
        parts, steps, columns = self._store.call(_schema)
        if newer := [step for step in archive.manifest["schema"] if step not in steps]:
            raise ArchiveBroken("The archive is of a newer Mneme ({0}). Install that version to read it.", newer[0])
        self._columns = columns
        self._bound = [part for part in OF_CONVERSATIONS if part.name in self._columns]
        self._across = [part for part in ACROSS if part.name in self._columns]
        tables = {part.table: part.name for part in parts}
        self._homes = array("q")  # in which conversation each message is
        self._counts = {t: archive.count(f"{tables[t]}.jsonl") for t in NUMBERED if t in tables}

    def check(self) -> Preview:
        """Read all of the archive, and say what it would bring. Nothing is written. Raises ArchiveBroken."""
        archive = self._archive
        archive.verify(self._progress)
        preview = Preview(
            scope=shown(archive.manifest["scope"], 200),
            made_at=shown(archive.manifest["made_at"], 40),
            made_by=shown(archive.manifest["made_by"], 40),
            rows={name.removesuffix(".jsonl"): archive.count(name) for name in archive.parts if ".jsonl" in name},
        )
        for part in (*self._bound, *self._across):
            counted = 0
            for rows in _batches(self._rows(part), _ASKED):
                counted += len(rows)
                self._compare(part, rows, preview)
            if counted != archive.count(f"{part.name}.jsonl"):
                raise ArchiveBroken("{0}.jsonl has not as many lines as the manifest says.", part.name)
        for special in self._special("themes", theme), self._special("changes", change):
            deque(special, maxlen=0)
        for space in archive.spaces:
            self._check_space(space)
        return preview

    def load(self) -> Loaded:
        """Take all in that is not here yet. To be called after `check`. Idempotent. Raises StoreError."""
        if self._memory.paused:
            raise InputError("Memory is paused, so nothing is kept. End the pause in the settings, then try again.")
        source = shown(self._archive.manifest["id"], 32)
        incoming = self._store.call(lambda store: store.incoming(source))
        bound = [_Ahead(self._rows(part), part, self._ordering(part)) for part in self._bound[1:]]
        arrays = [_Vectors(self._archive, space) for space in self._archive.spaces]
        total = self._archive.count("conversations.jsonl")
        try:
            for done, row in enumerate(self._rows(self._bound[0]), 1):
                self._store.call(partial(self._talk, incoming, row, bound, arrays), background=True)
                self._progress(done, total)
        finally:
            for one in arrays:
                one.close()
        for part in self._across:
            self._write(partial(incoming.put, part), self._rows(part))
        self._write(partial(_each, incoming.put_theme), self._special("themes", theme))
        self._write(partial(_each, incoming.put_change), self._special("changes", change))
        self._store.call(lambda store: store.settle())
        return Loaded(dict(incoming.added), incoming.known, incoming.conflicts, incoming.disbelieved)

    def _talk(self, incoming: Incoming, row: Row, bound: list[_Ahead], arrays: list[_Vectors], store: Store) -> None:
        """A conversation with all that belongs to it, in one transaction."""
        with store.swiftly(), store.transaction():
            incoming.put(self._bound[0], [row])
            for stream in bound:
                incoming.put(stream.part, stream.until(incoming))
            for one in arrays:
                one.put(incoming)
            incoming.cut(row["cut_by"])

    def _write(self, put: Callable[[list[Row]], None], rows: Iterator[Row]) -> None:
        for batch in _batches(rows, _AT_ONCE):
            self._store.write(partial(_put, put, batch), background=True)

    def _rows(self, part: Part) -> Iterator[Row]:
        checker = Checker(part, self._columns[part.name], self._counts, self._homes)
        yield from self._told(f"{part.name}.jsonl", checker.checked)

    def _special(self, name: str, check: Callable[[Any, dict[str, int]], Row]) -> Iterator[Row]:
        yield from self._told(f"{name}.jsonl", lambda row: check(row, self._counts))

    def _told(self, name: str, check: Callable[[Any], Row]) -> Iterator[Row]:
        for number, row in enumerate(self._archive.rows(name), 1):
            try:
                yield check(row)
            except ArchiveBroken as error:
                raise ArchiveBroken("Line {0} of {1} cannot be used: {2}.", number, name, error.message) from None

    def _ordering(self, part: Part) -> tuple[str, str]:
        """The field that says how far a part has to be read for a conversation, and the table that it counts."""
        return next((c.field, c.ref) for c in self._columns[part.name] if c.ref and c.required)

    def _compare(self, part: Part, rows: list[Row], preview: Preview) -> None:
        """Count what is new among conversations and messages."""
        if part.table == "conversation":
            known = self._store.call(partial(_known_conversations, rows))
            preview.conversations += known.count(None)
        if part.table == "message":
            same = self._store.call(partial(_known_messages, rows))
            preview.messages += same.count(False)
            preview.known += same.count(True)
            preview.conflicts += same.count(None)

    def _check_space(self, space: Space) -> None:
        for kind in ("vectors", "keys"):
            if getattr(space, kind):
                deque(_blocks(self._archive, space, kind, self._counts.get("span", 0)), maxlen=0)


class _Ahead:
    """The rows of a part, read as far as what they refer to has come in."""

    def __init__(self, rows: Iterator[Row], part: Part, ordering: tuple[str, str]) -> None:
        self.part = part
        self._rows, (self._field, self._table) = rows, ordering
        self._next = next(rows, None)

    def until(self, incoming: Incoming) -> Iterator[Row]:
        """The rows whose first reference is there by now."""
        reached = len(incoming.ids[self._table])
        while self._next is not None and self._next[self._field] < reached:
            row, self._next = self._next, next(self._rows, None)
            yield row


class _Vectors:
    """The vectors and keys of one embedder, handed over as far as their spans have come in."""

    def __init__(self, archive: Archive, space: Space) -> None:
        self._space = space
        self._streams = [
            (kind, _Held(_blocks(archive, space, kind, 1 << 62)))
            for kind in ("vectors", "keys")
            if getattr(space, kind)
        ]

    def put(self, incoming: Incoming) -> None:
        """Hand over what is due."""
        reached = len(incoming.ids["span"])
        for kind, held in self._streams:
            put = incoming.vectors.put if kind == "vectors" else incoming.vectors.put_keys
            for numbers, data in held.until(reached):
                put(self._space.identity, self._space.dimension, numbers, data)

    def close(self) -> None:
        """Let the files go."""
        for _, held in self._streams:
            held.close()


class _Held:
    """Blocks of numbers and data that are handed over in part."""

    def __init__(self, blocks: Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[Any]]]) -> None:
        self._blocks = blocks
        self._numbers: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._data: npt.NDArray[Any] = np.zeros(0)

    def until(self, reached: int) -> Iterator[tuple[npt.NDArray[np.int64], bytes]]:
        """What is of spans below a number."""
        while True:
            if not len(self._numbers):
                found = next(self._blocks, None)
                if found is None:
                    return
                self._numbers, self._data = found
            spans = self._numbers if self._numbers.ndim == 1 else self._numbers[:, 0]
            due = int(np.searchsorted(spans, reached))
            if due == 0:
                return
            rows = due if self._numbers.ndim == 1 else int(self._numbers[:due, 1].sum())
            yield self._numbers[:due], self._data[:rows].tobytes()
            self._numbers, self._data = self._numbers[due:], self._data[rows:]

    def close(self) -> None:
        """Let the files go."""
        self._blocks.close()  # type: ignore[attr-defined]


def _blocks(
    archive: Archive, space: Space, kind: str, spans: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[Any]]]:
    """Numbers of spans, each with how many keys it has where `kind` is keys, and the vectors of these. Checked."""
    name = getattr(space, kind)
    width, of = (0, "<f4") if kind == "vectors" else (2, "<f2")
    numbers = archive.array(name.removesuffix(".npy") + ".spans.npy", "<i8", width)
    data = archive.array(name, of, space.dimension)
    last = -1
    try:
        for start in range(0, numbers.rows, _AT_ONCE):
            found = numbers.read(min(_AT_ONCE, numbers.rows - start))
            of_spans, rows = (found, len(found)) if width == 0 else (found[:, 0], _keys(found[:, 1], data))
            if of_spans[0] <= last or (np.diff(of_spans) <= 0).any() or of_spans[-1] >= spans:
                raise ArchiveBroken("{0} is not in the order of its spans.", name)
            last = int(of_spans[-1])
            yield found, data.read(rows)
        if not (numbers.ended() and data.ended()):
            raise ArchiveBroken("{0} and the list of its spans are of different length.", name)
    finally:
        numbers.close()
        data.close()


def _keys(counts: npt.NDArray[np.int64], data: Array) -> int:
    """How many keys these spans have together."""
    if (counts < 0).any() or (counts > 10_000).any():
        raise ArchiveBroken("A span has more keys than any has.")
    return int(counts.sum())


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def _each(put: Callable[[Row], None], rows: list[Row]) -> None:
    for row in rows:
        put(row)


def _put(put: Callable[[list[Row]], None], rows: list[Row], _: Store) -> None:
    put(rows)


def _schema(store: Store) -> tuple[list[Part], list[str], dict[str, list[Column]]]:
    parts = store.parts()
    return parts, store.steps(), {part.name: store.schema_of(part) for part in parts}


def _known_conversations(rows: list[Row], store: Store) -> list[int | None]:
    incoming = store.incoming("")
    return [incoming.known_conversation(row["uid"], row["external_id"]) for row in rows]


def _known_messages(rows: list[Row], store: Store) -> list[bool | None]:
    incoming = store.incoming("")
    return [incoming.known_message(row["uid"], row) for row in rows]
