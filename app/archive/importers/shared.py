"""What all importers share: reading JSON out of files, zips and folders that nobody vouches for, moments and roles in
the ways that programs write them, and bringing conversations in so that a malformed one costs no other."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from app.core.errors import InputError, StoreError
from app.core.text import storable
from app.core.types import ForeignConversation, ForeignMessage, ImportReport, Role
from app.memory.engine import Memory

Progress = Callable[[int, int], None]
Item = tuple[str, Callable[[], ForeignConversation]]
"""How an item is called when it is malformed, and what reads it: raises ValueError, KeyError or the like."""

EPOCH = datetime.fromtimestamp(0, UTC)
MOST_FILE = 2 << 30
_MOST_FILES = 100_000
_MOST_RATIO = 1_000
_MILLISECONDS = 10_000_000_000  # a number beyond the year 2286 in seconds counts milliseconds
# The last three are what a damaged, an encrypted and an oddly compressed zip raise.
_UNREADABLE = (OSError, ValueError, RecursionError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
_ROLES = {
    **{"human": Role.USER, "prompt": Role.USER, "you": Role.USER, "me": Role.USER},
    **{"ai": Role.ASSISTANT, "bot": Role.ASSISTANT, "model": Role.ASSISTANT, "response": Role.ASSISTANT},
    "developer": Role.SYSTEM,
}


class Turn(NamedTuple):
    """A message of a conversation without branches; `key` is its id there, or ""."""

    role: Role
    text: str
    at: datetime | None = None
    key: str = ""
    speaker: str = ""


def bring_all(memory: Memory, items: Sequence[Item], progress: Progress) -> ImportReport:
    """Bring conversations in, each in a transaction of its own. A second time adds nothing; what cannot be read is
    named in the report. Raises StoreError; conversations brought in before that stay."""
    report = ImportReport()
    for number, (name, read) in enumerate(items, 1):
        progress(number, len(items))
        try:
            foreign = read()
            added = memory.bring_in(foreign)
        except StoreError:
            raise
        except Exception as error:  # whatever a malformed conversation provokes, the others come in
            report.problems.append(f"{name}: {type(error).__name__}: {error}")
            continue
        report.conversations += bool(added)
        report.messages += added
        report.already_known += len(foreign.messages) - added
    return report


def chain(turns: Iterable[Turn], began: datetime) -> tuple[ForeignMessage, ...]:
    """Messages that follow one on the other. One without an id is known by its words; one without a moment was said
    when the one before it was."""
    seen: Counter[str] = Counter()
    found: list[ForeignMessage] = []
    at = began
    for turn in turns:
        if not (text := storable(turn.text)).strip():
            continue
        at = turn.at or at
        key = turn.key or hashlib.blake2b(f"{turn.role}\0{text}".encode(), digest_size=12).hexdigest()
        seen[key] += 1
        key = key if seen[key] == 1 else f"{key}.{seen[key]}"
        parent = found[-1].external_id if found else None
        found.append(ForeignMessage(key, parent, turn.role, turn.speaker, text, at))
    return tuple(found)


def role_of(name: Any) -> Role:
    """The role that a program calls by this name; what is unknown is a tool, whose words are data."""
    text = str(name).strip().casefold()
    try:
        return _ROLES.get(text) or Role(text)
    except ValueError:
        return Role.TOOL


def moment(value: Any) -> datetime | None:
    """A moment from seconds or milliseconds, or from ISO 8601, where no time zone means UTC; None where it is none."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            return None
        return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def words_of(content: Any) -> str:
    """The words of a content that is text, an object with text, or a list of these."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n\n".join(filter(None, map(words_of, content)))
    if isinstance(content, dict):
        for key in ("text", "value", "content"):
            if key in content and content[key] is not None:
                return words_of(content[key])
    return ""


def json_in(path: Path, inside: str, advice: str) -> Any:
    """The JSON of a file, or of the member `inside` of a zip. Raises InputError with `advice`."""
    with explained(path, advice):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                try:
                    return json.loads(_member(archive, archive.getinfo(inside)))
                except KeyError:
                    raise InputError("{0} has no {1} in it. {2}", path, inside, advice) from None
        return json.loads(_whole(path))


def files_in(path: Path, suffixes: Sequence[str], advice: str) -> list[tuple[str, Callable[[], bytes]]]:
    """The files with these endings of a folder or a zip, or the one file, by name; each is read when it is called."""
    with explained(path, advice):
        if path.is_dir():
            found = [
                each for each in sorted(path.rglob("*")) if each.name.endswith(tuple(suffixes)) and _own(each, path)
            ]
            return [(each.relative_to(path).as_posix(), partial(_whole, each)) for each in found[:_MOST_FILES]]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                infos = [info for info in archive.infolist() if info.filename.endswith(tuple(suffixes))][:_MOST_FILES]
            return [(info.filename, partial(_of_zip, path, info)) for info in infos]
        with open(path, "rb"):
            return [(path.name, partial(_whole, path))]


class explained:  # noqa: N801 - used as a function
    """Whatever an unreadable file provokes, as an InputError that ends in advice."""

    def __init__(self, path: Path, advice: str) -> None:
        self._path, self._advice = path, advice

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, FileNotFoundError):
            raise InputError("There is no file {0}. {1}", self._path, self._advice) from None
        if isinstance(error, _UNREADABLE) and not isinstance(error, InputError):
            raise InputError(
                "{0} cannot be read as an export ({1}). {2}", self._path, type(error).__name__, self._advice
            ) from error


def lines_of(text: bytes) -> Iterator[tuple[int, Any]]:
    """The objects of JSON Lines with their numbers; a line that is none is an exception in its place."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, ValueError(f"line {number} is not JSON ({type(error).__name__})")


def _own(each: Path, folder: Path) -> bool:
    """Whether a file lies in the folder, and is no link out of it."""
    return each.is_file() and each.resolve().is_relative_to(folder.resolve())


def _whole(path: Path) -> bytes:
    if path.stat().st_size > MOST_FILE:
        raise ValueError("the file is larger than any export")
    return path.read_bytes()


def _of_zip(path: Path, info: zipfile.ZipInfo) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return _member(archive, info)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > min(MOST_FILE, _MOST_RATIO * info.compress_size + (1 << 20)):
        raise ValueError("a file in the zip would grow beyond measure")
    with archive.open(info) as member:
        return member.read(info.file_size + 1)[: info.file_size]
