"""Fetch models from the Hugging Face hub. The only place that opens a connection, and only when somebody asked for it.

What comes lies beside its target as `NAME.part` until its SHA-256 agrees with the hub's own metadata; only then does it
get its name. A pause, a cut connection, a kill or a full disk keep the part, and the next try goes on from there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from app.core.errors import DiskFull, DownloadFailed, MnemeError, ModelUnreadable
from app.core.ledger import Ledger
from app.runtime.catalogue import Entry, Kind

_SPARE = 200_000_000  # bytes that a download leaves free on the disk
_BLOCK = 1 << 20
_OF_EMBEDDERS = ("*.json", "*.txt", "model.safetensors", "tokenizer.model", "sentencepiece.bpe.model", "*/config.json")
_NOT_OF_EMBEDDERS = ("onnx/*", "openvino/*", "train_script*", "data_config.json")

Progress = Callable[[int, int], None]
KeepGoing = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as the hub describes it. `digest` is its SHA-256, or its git blob id where git itself keeps it there."""

    repo: str
    commit: str
    name: str
    size: int
    digest: str

    @property
    def is_sha256(self) -> bool:
        """Whether the digest is a SHA-256 rather than a git blob id."""
        return len(self.digest) == 64


class _Paused(Exception):
    """Somebody asked to stop for now."""


class Downloader:
    """Fetches into a folder and writes each network call into a ledger. Blocking; one may run on several threads."""

    def __init__(self, folder: Path, ledger: Ledger, endpoint: str = "") -> None:
        self._folder = folder
        self._ledger = ledger
        self._endpoint = endpoint or os.environ.get("HF_ENDPOINT", "https://huggingface.co")

    def started(self, entry: Entry) -> int:
        """How many bytes of a model lie here already, not yet complete."""
        place = entry.place(self._folder)
        parts = [_part(place)] if entry.kind is Kind.CHAT else [*_unfinished(place).rglob("*")]
        return sum(part.stat().st_size for part in parts if part.is_file())

    def fetch(self, entry: Entry, report: Progress, keep_going: KeepGoing) -> Path | None:
        """Fetch a model, going on where an earlier try ended; its place, or None where it was paused.

        Raises DownloadFailed, DiskFull, ModelUnreadable for wrong bytes, StoreError where it cannot be written down.
        """
        place, done = entry.place(self._folder), False
        with _told(entry.name, self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            files = self._look(entry)
            base = self._folder if entry.kind is Kind.CHAT else _unfinished(place)
            self._room(files, base)
            total, before = sum(file.size for file in files), 0
            for file in files:
                share = _Share(report, before, total)
                self._fetch(file, base / file.name, share, keep_going)
                before += file.size
            if entry.kind is Kind.EMBEDDER:
                _put_in_place(base, place)
            done = True
        return place if done else None

    def discard(self, entry: Entry) -> None:
        """Let go of what has come of a model that is not complete."""
        place = entry.place(self._folder)
        for path in (_part(place), _note(_part(place))):
            path.unlink(missing_ok=True)
        shutil.rmtree(_unfinished(place), ignore_errors=True)

    def _look(self, entry: Entry) -> list[Remote]:
        """What the hub says of the files of a model."""
        from app.runtime import hub

        with hub.calling(self._ledger, f"look up {entry.repo}"):
            info = hub.describe(self._endpoint, entry.repo)
        wanted = [file for file in info if _wanted(entry, file.name)]
        if not any(file.name == entry.file for file in wanted):
            raise DownloadFailed("{0} does not have {1} any more. Choose another model.", entry.repo, entry.file)
        return wanted

    def _room(self, files: Sequence[Remote], base: Path) -> None:
        """Raises DiskFull unless there is room for what is still to come."""
        here = sum(part.stat().st_size for file in files if (part := _part(base / file.name)).is_file())
        missing = sum(file.size for file in files if not (base / file.name).is_file()) - here
        free = shutil.disk_usage(self._folder).free
        if missing + _SPARE > free:
            raise DiskFull(
                "{0:.1f} GB are still to come, and {1:.1f} GB are free in {2}. Free some space, or choose another "
                "folder for models; what has come is kept.",
                missing / 1e9,
                free / 1e9,
                self._folder,
            )

    def _fetch(self, file: Remote, target: Path, report: Progress, keep_going: KeepGoing) -> None:
        """One file, whole and checked, or an exception."""
        if target.is_file() and target.stat().st_size == file.size and _digest(target, file) == file.digest:
            report(file.size, file.size)
            return
        part = _part(target)
        part.parent.mkdir(parents=True, exist_ok=True)
        if not _belongs(part, file):
            part.unlink(missing_ok=True)
            _note(part).write_text(json.dumps(asdict(file)), encoding="utf-8")
        from app.runtime import hub

        with open(part, "ab") as raw, hub.calling(self._ledger, f"fetch {file.repo}/{file.name}"):
            hub.get(self._endpoint, file, _Watched(raw, file.size, report, keep_going))
        if (found := _digest(part, file)) != file.digest:
            part.unlink()
            _note(part).unlink(missing_ok=True)
            raise ModelUnreadable(
                "{0} came with other bytes than the hub says it has ({1}… for {2}…). Nothing of it was kept. Try "
                "again; if it happens twice, choose another model.",
                file.name,
                found[:12],
                file.digest[:12],
            )
        os.replace(part, target)
        _note(part).unlink(missing_ok=True)


class _Watched:
    """The part file while it is written: says how far it got, and stops between two blocks when asked to."""

    def __init__(self, file: BinaryIO, size: int, report: Progress, keep_going: KeepGoing) -> None:
        self._file, self._size, self._report, self._going = file, size, report, keep_going
        self.begun = file.seek(0, os.SEEK_END)
        report(self.begun, size)

    def write(self, block: bytes) -> int:
        """Write a block. Raises _Paused."""
        if not self._going():
            raise _Paused
        written = self._file.write(block)
        self._report(self._file.tell(), self._size)
        return written

    def tell(self) -> int:
        """Where the next block goes."""
        return self._file.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place; only a server that cannot resume makes this happen."""
        return self._file.seek(place, whence)

    def truncate(self) -> int:
        """Give up what lies beyond."""
        return self._file.truncate(self._file.tell())


class _Share:
    """The progress of one file among several, as that of all of them."""

    def __init__(self, report: Progress, before: int, total: int) -> None:
        self._report, self._before, self._total = report, before, total

    def __call__(self, done: int, _: int) -> None:
        self._report(self._before + done, self._total)


def _wanted(entry: Entry, name: str) -> bool:
    if entry.kind is Kind.CHAT:
        return name == entry.file
    wanted = any(fnmatch(name, pattern) for pattern in _OF_EMBEDDERS)
    return wanted and not any(fnmatch(name, pattern) for pattern in _NOT_OF_EMBEDDERS) and ".." not in name


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _note(part: Path) -> Path:
    """Beside a part: which file of which commit it is of."""
    return part.with_name(part.name + ".json")


def _unfinished(place: Path) -> Path:
    return place.with_name(f".{place.name}.fetching")


def _belongs(part: Path, file: Remote) -> bool:
    """Whether a part is of this very file, so that more can follow on it."""
    try:
        noted = json.loads(_note(part).read_text(encoding="utf-8"))
        return bool(noted["digest"] == file.digest and part.stat().st_size <= file.size)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(path: Path, file: Remote) -> str:
    """The digest of a file in the way the hub gives that of `file`."""
    digest = hashlib.sha256() if file.is_sha256 else hashlib.sha1(usedforsecurity=False)
    if not file.is_sha256:
        digest.update(b"blob %d\0" % path.stat().st_size)
    with open(path, "rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _put_in_place(fresh: Path, place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    os.replace(fresh, place)


@contextmanager
def _told(name: str, folder: Path) -> Iterator[None]:
    """What can go wrong on the way, as an error for people. A pause is none."""
    from app.runtime import hub

    try:
        yield
    except _Paused:
        return
    except MnemeError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                "The disk of {0} is full. What has come of {1} is kept; free some space and go on.", folder, name
            ) from error
        raise DownloadFailed(hub.reason(name, error)) from error
    except hub.PROBLEMS as error:
        raise DownloadFailed(hub.reason(name, error)) from error
