"""Reads an archive without trusting it: no member is written to disk, none is larger than it says, and every part is
checked against the manifest before anyone uses it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from app.archive.crypto import Opened, is_sealed
from app.archive.format import (
    MANIFEST,
    MOST_DIMENSION,
    MOST_LINE,
    MOST_MANIFEST,
    MOST_MEMBERS,
    MOST_RATIO,
    NAME,
    SETTINGS,
    SLACK,
    VERSION,
    ArchiveBroken,
    fits,
)
from app.core.errors import MnemeError
from app.core.phrase import Phrase

_BLOCK = 1 << 20
_AGAIN = Phrase("Take another copy of it.")
_HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class PassphraseNeeded(ArchiveBroken):
    """The archive is sealed, and no passphrase was given."""

    title = "The archive needs its passphrase"


class Space(NamedTuple):
    """An embedder of the archive, and the names of its arrays; "" where there is none."""

    identity: str
    dimension: int
    vectors: str
    keys: str


@contextmanager
def told() -> Iterator[None]:
    """Whatever a broken file provokes, as an ArchiveBroken."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise ArchiveBroken("The file is no archive of Mneme, or is damaged ({0}). {1}", error, _AGAIN) from error
    except MnemeError:
        raise
    except Exception as error:  # zlib, numpy's reader of headers and the system each have their own
        raise ArchiveBroken("The archive is damaged ({0}). {1}", type(error).__name__, _AGAIN) from error


class Archive:
    """An archive that is open for reading. Use as a context manager. Raises ArchiveBroken."""

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self.path = path
        try:
            self._file = cast(BinaryIO, path.open("rb"))
        except OSError as error:
            raise ArchiveBroken("{0} cannot be opened ({1}). Choose a .mneme file.", path, error.strerror) from error
        try:
            with told():
                self._open(passphrase)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def rows(self, name: str) -> Iterator[Any]:
        """The rows of a part; none where the archive lacks it."""
        if name in self.parts:
            with told(), self._zip.open(name) as member:
                number = 0
                while line := member.readline(MOST_LINE + 1):
                    number += 1
                    yield self._row(name, number, line)

    def array(self, name: str, kinds: str, width: int) -> Array:
        """The array of this name, to be read on. `width` is how many columns it has, 0 for a plain list."""
        with told():
            return Array(self._zip.open(name), name, kinds, width)

    def count(self, name: str) -> int:
        """How many rows a part has by the manifest."""
        return int(self.parts.get(name, {}).get("rows", 0))

    def settings(self) -> dict[str, Any]:
        """The settings of the archive."""
        if SETTINGS not in self.parts:
            return {}
        with told():
            found = _loads(self._zip.read(SETTINGS))
        return found if isinstance(found, dict) else {}

    def verify(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Read every part and compare it with the manifest."""
        for done, (name, part) in enumerate(self.parts.items(), 1):
            digest, size = hashlib.sha256(), 0
            with told(), self._zip.open(name) as member:
                while block := member.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
            if size != part["bytes"] or digest.hexdigest() != part["sha256"]:
                raise ArchiveBroken("{0} is not as it was written. {1}", name, _AGAIN)
            progress(done, len(self.parts))

    def _open(self, passphrase: str) -> None:
        source = self._file
        if is_sealed(self._file):
            if not passphrase:
                raise PassphraseNeeded("The archive was made with a passphrase. Give it to open the archive.")
            source = cast(BinaryIO, Opened(self._file, passphrase))
        self._zip = zipfile.ZipFile(source)
        infos = self._zip.infolist()
        names = [info.filename for info in infos]
        if len(infos) > MOST_MEMBERS or len(set(names)) != len(names):
            raise ArchiveBroken("The archive has more members than one of Mneme's, or some twice. {0}", _AGAIN)
        for info in infos:
            _fair(info)
        self.manifest = self._manifest()
        self.parts: Mapping[str, dict[str, Any]] = self.manifest["parts"]
        if set(self.parts) != set(names) - {MANIFEST}:
            raise ArchiveBroken("The archive has other members than its manifest says. {0}", _AGAIN)
        for info in infos:
            if info.filename != MANIFEST and info.file_size != self.parts[info.filename]["bytes"]:
                raise ArchiveBroken("{0} is not as long as it was written. {1}", info.filename, _AGAIN)
        self.spaces = [_space(found, self.parts) for found in self.manifest["embedders"]]

    def _manifest(self) -> dict[str, Any]:
        if MANIFEST not in self._zip.namelist() or self._zip.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise ArchiveBroken("The file has no manifest, so it is no archive of Mneme. Choose a .mneme file.")
        found = _loads(self._zip.read(MANIFEST))
        if not isinstance(found, dict) or found.get("format") != NAME:
            raise ArchiveBroken("The file is no archive of Mneme. Choose a .mneme file.")
        if found.get("version") != VERSION:
            raise ArchiveBroken("The archive was written by a newer Mneme. Install that version to read it.")
        texts = all(isinstance(found.get(name), str) for name in ("id", "made_at", "made_by", "scope"))
        lists = all(isinstance(found.get(name), list) for name in ("schema", "embedders"))
        if not (texts and lists and _sound(found.get("parts"))):
            raise ArchiveBroken("The manifest of the archive is damaged. {0}", _AGAIN)
        return found

    def _row(self, name: str, number: int, line: bytes) -> Any:
        if len(line) > MOST_LINE:
            raise ArchiveBroken("Line {0} of {1} is too long. {2}", number, name, _AGAIN)
        try:
            return _loads(line)
        except ArchiveBroken as error:
            raise ArchiveBroken("Line {0} of {1} {2}. {3}", number, name, error.message, _AGAIN) from error.__cause__


class Array:
    """A .npy file that is read on, without code in it and without more memory than is asked for."""

    def __init__(self, file: IO[bytes], name: str, kinds: str, width: int) -> None:
        self._file, self._name = file, name
        if np.lib.format.read_magic(file) != (1, 0):
            raise ArchiveBroken("{0} is no array. {1}", name, _AGAIN)
        shape, fortran, kind = np.lib.format.read_array_header_1_0(file)
        wide = len(shape) == 1 if width == 0 else len(shape) == 2 and shape[1] == width
        if not wide or fortran or kind.str not in kinds.split():
            raise ArchiveBroken("{0} has another form than it should. {1}", name, _AGAIN)
        self.rows: int = shape[0]
        self._kind, self._shape = kind, shape[1:]
        self._bytes = int(kind.itemsize * (shape[1] if width else 1))

    def read(self, rows: int) -> npt.NDArray[Any]:
        """The next rows. Raises ArchiveBroken where there are not so many, or not all are numbers."""
        data = bytearray()
        with told():
            while len(data) < rows * self._bytes and (block := self._file.read(rows * self._bytes - len(data))):
                data += block
        if len(data) != rows * self._bytes:
            raise ArchiveBroken("{0} is cut short. {1}", self._name, _AGAIN)
        found = np.frombuffer(bytes(data), dtype=self._kind).reshape(rows, *self._shape)
        if not np.isfinite(found).all():
            raise ArchiveBroken("{0} holds what is no number. {1}", self._name, _AGAIN)
        return found

    def ended(self) -> bool:
        """Whether nothing is left."""
        with told():
            return not self._file.read(1)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def _fair(info: zipfile.ZipInfo) -> None:
    """Refuse a member of a strange name or kind, and one that grows beyond all measure when it is unpacked."""
    kind = info.external_attr >> 16 & 0o170000
    if not fits(info.filename) or kind not in (0, 0o100000) or info.flag_bits & 1 or info.compress_type not in _HOW:
        raise ArchiveBroken("The archive has a member that no archive of Mneme has. It may have been made to harm.")
    if info.file_size > MOST_RATIO * info.compress_size + SLACK:
        raise ArchiveBroken("{0} would grow beyond measure. The archive may have been made to harm.", info.filename)


def _sound(parts: Any) -> bool:
    return isinstance(parts, dict) and all(
        isinstance(part, dict)
        and type(part.get("bytes")) is int
        and isinstance(part.get("sha256"), str)
        and type(part.get("rows", 0)) is int
        and 0 <= part.get("rows", 0) <= part["bytes"]
        for part in parts.values()
    )


def _space(found: Any, parts: Mapping[str, Any]) -> Space:
    if not isinstance(found, dict):
        raise ArchiveBroken("The manifest of the archive is damaged. {0}", _AGAIN)
    identity, dimension = found.get("identity"), found.get("dimension")
    names = [found.get(name, "") for name in ("vectors", "keys")]
    there = [name for name in names if name] + [_beside(name) for name in names if name]
    if (
        not (
            isinstance(identity, str)
            and shown(identity, 500) == identity
            and type(dimension) is int
            and 0 < dimension <= MOST_DIMENSION
        )
        or not all(isinstance(name, str) for name in names)
        or any(name not in parts for name in there)
    ):
        raise ArchiveBroken("The manifest of the archive is damaged. {0}", _AGAIN)
    return Space(identity, dimension, *names)


def shown(text: str, most: int) -> str:
    """A text of the manifest as it can be shown and stored: on one line, and not for ever."""
    return "".join(sign for sign in text[:most] if sign.isprintable())


def _beside(name: Any) -> str:
    """The array that says which spans an array is of."""
    return str(name).removesuffix(".npy") + ".spans.npy"


def _loads(text: bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise ArchiveBroken("is nested too deep") from error
    except ValueError as error:
        raise ArchiveBroken("is not JSON") from error


def _no_number(text: str) -> float:
    raise ValueError(text)
