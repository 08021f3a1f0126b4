"""Saved KV state as a file: a header, the tokens, and the state as llama.cpp gives it.

Native code reads a state without checking it, so a file is loaded only when its checksum and its identity are right.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.core.errors import DiskFull

Bytes = npt.NDArray[np.uint8]

_MAGIC = b"MNEMEKV1"
_HEADER = 512
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class KvState:
    """Tokens that a model read, the place of the first one, and its state behind them."""

    tokens: list[int]
    at: int
    state: Bytes


def write(path: Path, identity: str, state: KvState) -> tuple[int, str]:
    """Write a state so that the file is whole or not there; its size and checksum. Raises DiskFull."""
    about = {"identity": identity, "tokens": len(state.tokens), "at": state.at, "bytes": int(state.state.size)}
    header = (_MAGIC + json.dumps(about).encode()).ljust(_HEADER)
    parts = (np.frombuffer(header, np.uint8), np.array(state.tokens, "<i4").view(np.uint8), state.state)
    digest, draft = hashlib.sha256(), path.with_suffix(".part")
    try:
        with open(draft, "wb") as file:
            for part in parts:
                digest.update(part.data)
                file.write(part.data)
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise DiskFull(
            "What the model holds could not be kept in {0} ({1}). Nothing is lost: it is read again when it "
            "is needed. Free some space, or allow less for it in the settings.",
            path.parent,
            error.strerror,
        ) from error
    return sum(part.size for part in parts), digest.hexdigest()


def read(path: Path, identity: str, checksum: str) -> KvState | None:
    """The state of a file; None when it is missing, torn, not what was written, or of another model."""
    try:
        content = np.fromfile(path, np.uint8)
        if hashlib.sha256(content.data).hexdigest() != checksum or content[: len(_MAGIC)].tobytes() != _MAGIC:
            return None
        about = json.loads(content[len(_MAGIC) : _HEADER].tobytes())
        first = _HEADER + 4 * int(about["tokens"])
        if about["identity"] != identity or first + int(about["bytes"]) != content.size:
            return None
        return KvState(content[_HEADER:first].view("<i4").tolist(), int(about["at"]), content[first:])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fingerprint(path: Path) -> str:
    """A hash of a model file: its size, its first and last MiB, and a thousand places between, which takes no time."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        digest.update(str(size).encode())
        for place in (0, max(size - _PIECE, 0)):
            file.seek(place)
            digest.update(file.read(_PIECE))
        for place in range(0, size, max(size // 1_000, 1)):
            file.seek(place)
            digest.update(file.read(64))
    return digest.hexdigest()[:32]
