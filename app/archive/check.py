"""Checks rows of an archive against the schema before any of them comes near the store. Pure."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.archive.format import ArchiveBroken
from app.core.clock import from_text, to_text
from app.core.text import storable
from app.storage.parts import JSON, NUMBERED, OF_CONVERSATIONS, STATES, Column, Part

Row = dict[str, Any]
Counts = Mapping[str, int]
_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
_MOMENTS = ("at", "since", "until", "ended_at")
_DEFAULTS: Mapping[str, Any] = {"mode": "remember", "pinned": 0, "space": "", "persona": ""}


class Checker:
    """Checks the rows of one part, in order. `counts` are how many rows the numbered tables have in this archive;
    `homes` learns from the messages, which come first, in which conversation each is."""

    def __init__(self, part: Part, columns: Sequence[Column], counts: Counts, homes: array[int]) -> None:
        self._part, self._columns, self._counts, self._homes = part, columns, counts, homes
        self._of_messages = [column.field for column in columns if column.ref == "message"]
        self._at_home = part in OF_CONVERSATIONS
        self._checks = [(column.field, self._check(column)) for column in columns]
        first = next((column.field for column in columns if column.ref and column.required), None)
        self._ordered = first if part.table in NUMBERED and part.table not in ("job_run", "conversation") else None
        self._last, self._number = 0, -1

    def checked(self, row: Any) -> Row:
        """The row with what can be stored. Raises ArchiveBroken, naming the field."""
        if not isinstance(row, dict):
            raise ArchiveBroken("a row is not an object")
        self._number += 1
        found = {field: check(row.get(field)) for field, check in self._checks}
        for name in self._part.extra:
            found[name] = _EXTRA[name](row.get(name))
        if self._ordered is not None:
            if found[self._ordered] < self._last:
                raise ArchiveBroken("{0!r} goes back from {1}", self._ordered, self._last)
            self._last = found[self._ordered]
        self._whole(found)
        if self._at_home:
            self._live_together(found)
        return found

    def _live_together(self, row: Row) -> None:
        """What belongs to a conversation speaks of its messages alone: others may not be there when it comes in."""
        homes = {self._homes[row[name]] for name in self._of_messages if row[name] is not None}
        if "conversation" in row:
            homes.add(row["conversation"])
        if len(homes) > 1:
            raise ArchiveBroken("messages of several conversations are mixed")
        if self._part.table == "message" and self._number == len(self._homes):
            self._homes.append(row["conversation"])

    def _whole(self, row: Row) -> None:
        """What one column alone does not tell."""
        table = self._part.table
        if table == "message" and row["parent"] is not None and row["parent"] >= self._number:
            raise ArchiveBroken("'parent' does not come before its message")
        if table == "span" and not 0 <= row["start"] <= row["end"]:
            raise ArchiveBroken("'start' and 'end' are no range")
        if table == "link" and row["a"] == row["b"]:
            raise ArchiveBroken("a memory is linked with itself")

    def _check(self, column: Column) -> Callable[[Any], Any]:
        """The check of one column's values."""
        where = (self._part.table, column.name)
        check: Callable[[Any], Any]
        if column.ref:
            check = _number_below(self._counts.get(column.ref, 0))
        elif where in STATES:
            check = _one_of(STATES[where])
        elif where in JSON:
            check = _json_of(JSON[where])
        elif column.kind == "TEXT" and (column.name.endswith("_at") or column.name in _MOMENTS):
            check = _moment
        else:
            check = _KINDS[column.kind]
        return _named(column.field, check, required=column.required, default=_DEFAULTS.get(column.name))


def theme(row: Any, counts: Counts) -> Row:
    """A theme with its episodes and lines."""
    if not isinstance(row, dict):
        raise ArchiveBroken("a row is not an object")
    episode, span = _number_below(counts.get("episode", 0)), _number_below(counts.get("span", 0))
    pairs = _list(row.get("episodes"))
    return {
        "made_at": None if row.get("made_at") is None else _moment(row["made_at"]),
        "episodes": [(episode(_pair(pair)[0]), _real(pair[1])) for pair in pairs],
        "lines": [span(number) for number in _list(row.get("lines"))],
    }


def change(row: Any, counts: Counts) -> Row:
    """A line of the diary: numbers and states, no words."""
    if not isinstance(row, dict):
        raise ArchiveBroken("a row is not an object")
    subjects = []
    for pair in _list(row.get("subjects")):
        name, number = _pair(pair)
        table = "job_run" if name == "run" else name
        if not isinstance(table, str) or table not in NUMBERED:
            raise ArchiveBroken("a change is about something unknown")
        subjects.append((name, _number_below(counts.get(table, 0))(number)))
    run = row.get("job_run")
    return {
        "at": _moment(row.get("at")),
        "job_run": None if run is None else _number_below(counts.get("job_run", 0))(run),
        "actor": _one_of(frozenset({"night", "person"}))(row.get("actor")),
        "kind": _word(row.get("kind")),
        "detail": {_word(name): _integer(value) for name, value in _object(row.get("detail")).items()},
        "undo": _undo(_object(row.get("undo")), counts),
        "undone_at": None if row.get("undone_at") is None else _moment(row["undone_at"]),
        "subjects": subjects,
    }


def _undo(undo: Row, counts: Counts) -> Row:
    span, episode = _number_below(counts.get("span", 0)), _number_below(counts.get("episode", 0))
    state = _one_of(STATES["episode", "state"])
    found: Row = {
        "spans": [span(number) for number in _list(undo.get("spans", []))],
        "episodes": [episode(number) for number in _list(undo.get("episodes", []))],
        "before": [(episode(_pair(pair)[0]), state(pair[1])) for pair in _list(undo.get("before", []))],
    }
    return {name: value for name, value in found.items() if value}


def _named(field: str, check: Callable[[Any], Any], *, required: bool, default: Any) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if value is None:
            if not required:
                return None
            value = default
        try:
            return check(value)
        except ArchiveBroken as error:
            raise ArchiveBroken("{0!r} {1}", field, error.message) from None

    return checked


def _number_below(count: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if type(value) is not int or not 0 <= value < count:
            raise ArchiveBroken("leads nowhere")
        return value

    return check


def _one_of(words: frozenset[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ArchiveBroken("is none of the words it may be")
        return value

    return check


def _json_of(kind: type) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = _text(value)
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, kind):
            raise ArchiveBroken("is not the JSON it should be")
        return text

    return check


def _moment(value: Any) -> str:
    try:
        return to_text(from_text(_text(value)))
    except (ValueError, OverflowError):
        raise ArchiveBroken("is no moment with a time zone") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ArchiveBroken("is not text")
    return storable(value)


def _word(value: Any) -> str:
    """A name that Mneme gave, such as "folded"."""
    text = _text(value)
    if len(text) > 40 or not text.replace("_", "").replace(" ", "").isalnum():
        raise ArchiveBroken("is not a name")
    return text


def _integer(value: Any) -> int:
    if type(value) is not int or not _SMALLEST <= value <= _LARGEST:
        raise ArchiveBroken("is not a whole number")
    return value


def _real(value: Any) -> float:
    if type(value) is int and _SMALLEST <= value <= _LARGEST:
        return float(value)
    if type(value) is not float or not math.isfinite(value):
        raise ArchiveBroken("is not a number")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ArchiveBroken("a list is missing")
    return value


def _object(value: Any) -> Row:
    if not isinstance(value, dict):
        raise ArchiveBroken("an object is missing")
    return value


def _pair(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise ArchiveBroken("a pair is missing")
    return value


def _place(value: Any) -> list[str] | None:
    if value is None:
        return None
    if len(parts := [_text(part) for part in _list(value)]) != 4:
        raise ArchiveBroken("'place' has not four parts")
    return parts


_KINDS: Mapping[str, Callable[[Any], Any]] = {"TEXT": _text, "INTEGER": _integer, "REAL": _real}
_EXTRA: Mapping[str, Callable[[Any], Any]] = {
    "cut_by": lambda value: None if value is None else _text(value),
    "place": _place,
    "names": lambda value: [] if value is None else [_text(name) for name in _list(value)],
    "about": lambda value: None if value is None else _text(value),
}
