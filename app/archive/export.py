"""Writes an archive: everything, or what a scope names, as it was at one moment."""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from app import __version__
from app.archive.crypto import Sealing
from app.archive.format import MANIFEST, NAME, SETTINGS, VERSION
from app.core.clock import Clock, to_text
from app.core.settings import OF_THIS_MACHINE, Settings
from app.storage.database import explained
from app.storage.outgoing import Outgoing, Space

Progress = Callable[[int, int], None]
LEVEL = 6  # of deflate, for words; vectors hardly shrink and are stored as they are
_LINES_AT_ONCE = 1_000


def export(
    database: Path,
    target: Path,
    clock: Clock,
    settings: Settings,
    *,
    ids: Collection[int] | None = None,
    scope: str = "everything",
    passphrase: str = "",
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Write the store at `database`, or the messages `ids` with what came from them, to `target`; its manifest.

    Readable by its owner alone; takes the name `target` only when it is whole and on disk. For any thread.
    Raises StoreError.
    """
    with Outgoing(database, ids) as outgoing, written(target) as file:
        if not passphrase:
            return _write(file, outgoing, clock, settings, scope, progress)
        sealing = Sealing(file, passphrase)
        try:
            manifest = _write(cast(BinaryIO, sealing), outgoing, clock, settings, scope, progress)
        except BaseException:
            sealing.give_up()
            raise
        sealing.close()
        return manifest


def _write(
    file: BinaryIO, outgoing: Outgoing, clock: Clock, settings: Settings, scope: str, progress: Progress
) -> dict[str, Any]:
    writer = _Writer(file, progress)
    try:
        return writer.write(outgoing, clock, settings, scope)
    finally:
        writer.close()


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """A file, for its owner alone, that takes its name when all went well, and is gone when not."""
    draft = target.with_name(target.name + ".part")
    with explained(target):
        draft.unlink(missing_ok=True)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield cast(BinaryIO, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


class _Writer:
    """One archive as it is written, part after part."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._parts: dict[str, dict[str, Any]] = {}
        self._progress = progress

    def write(self, outgoing: Outgoing, clock: Clock, settings: Settings, scope: str) -> dict[str, Any]:
        streams = [(part.name, outgoing.rows(part)) for part in outgoing.parts]
        streams += [("themes", outgoing.themes()), ("changes", outgoing.changes())]
        for done, (name, rows) in enumerate(streams, 1):
            self._lines(f"{name}.jsonl", rows)
            self._progress(done, len(streams) + 1)
        embedders = [self._space(outgoing, number, space) for number, space in enumerate(outgoing.spaces())]
        kept = {name: value for name, value in asdict(settings).items() if name not in OF_THIS_MACHINE}
        self._member(SETTINGS, [_json(kept).encode()])
        manifest = {
            "format": NAME,
            "version": VERSION,
            "id": uuid.uuid4().hex,
            "made_at": to_text(clock.now()),
            "made_by": f"Mneme {__version__}",
            "schema": outgoing.steps,
            "scope": scope,
            "embedders": embedders,
            "parts": self._parts,
        }
        self._zip.writestr(_info(MANIFEST), json.dumps(manifest, ensure_ascii=False, indent=1))
        self._progress(len(streams) + 1, len(streams) + 1)
        return manifest

    def close(self) -> None:
        """Write the directory of the zip. Idempotent."""
        self._zip.close()

    def _lines(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        counted = 0

        def blocks() -> Iterator[bytes]:
            nonlocal counted
            block = []
            for row in rows:
                block.append(_json(row))
                counted += 1
                if len(block) == _LINES_AT_ONCE:
                    yield ("\n".join(block) + "\n").encode()
                    block = []
            if block:
                yield ("\n".join(block) + "\n").encode()

        self._member(name, blocks())
        self._parts[name] = {"rows": counted, **self._parts[name]}

    def _space(self, outgoing: Outgoing, number: int, space: Space) -> dict[str, Any]:
        found: dict[str, Any] = {"identity": space.identity, "dimension": space.dimension}
        if space.vectors:
            name = found["vectors"] = f"vectors/{number}.npy"
            self._array(f"vectors/{number}.spans.npy", "<i8", (space.vectors,), _first(outgoing.vectors(space)))
            self._array(name, "<f4", (space.vectors, space.dimension), (data for _, data in outgoing.vectors(space)))
        if space.keyed:
            name = found["keys"] = f"keys/{number}.npy"
            self._array(f"keys/{number}.spans.npy", "<i8", (space.keyed, 2), _first(outgoing.keys(space)))
            self._array(name, "<f2", (space.keys, space.dimension), (data for _, data in outgoing.keys(space)))
        return found

    def _array(self, name: str, kind: str, shape: tuple[int, ...], blocks: Iterable[bytes]) -> None:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(head, {"descr": kind, "fortran_order": False, "shape": shape})
        self._member(name, (block for part in ([head.getvalue()], blocks) for block in part), zipfile.ZIP_STORED)
        self._parts[name] = {"rows": shape[0], **self._parts[name]}

    def _member(self, name: str, blocks: Iterable[bytes], how: int = zipfile.ZIP_DEFLATED) -> None:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_info(name, how), "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                size += len(block)
                member.write(block)
        self._parts[name] = {"bytes": size, "sha256": digest.hexdigest()}


def _first(found: Iterable[tuple[Any, bytes]]) -> Iterator[bytes]:
    return (numbers.tobytes() for numbers, _ in found)


def _info(name: str, how: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # without a date, so that the same content gives the same bytes
    info.compress_type, info.external_attr = how, 0o600 << 16
    return info


def _json(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
