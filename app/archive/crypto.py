"""A file under a passphrase, written and read in chunks, so that its size does not matter and nothing of it is ever
on disk in the clear.

The key is scrypt's (RFC 7914) of the passphrase and a random salt. The content is cut into chunks of 64 KiB, each
sealed by ChaCha20-Poly1305 (RFC 8439) as in STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): the nonce counts the chunks and flags the last
one, so that a chunk that was changed, moved or left out, or a file that was cut short, does not open.
"""

from __future__ import annotations

import io
import os
import struct
from collections import OrderedDict
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.archive.format import ArchiveBroken

MAGIC = b"mneme sealed 1\n\0"
CHUNK = 64 << 10
_TAG = 16
_COST, _BLOCK, _LANES = 16, 8, 2  # 64 MiB and about a fifth of a second
_MOST_COST = 20
_HEADER = struct.Struct(">16s16sBBB13s")  # magic, salt, log2 of scrypt's N, r, p, and room
_KEPT = 64  # chunks that stay opened: a zip is read at several places at once


def _key(passphrase: str, header: bytes) -> ChaCha20Poly1305:
    _, salt, cost, block, lanes, _ = _HEADER.unpack(header)
    if not (10 <= cost <= _MOST_COST and 1 <= block <= 16 and 1 <= lanes <= 8):
        raise ArchiveBroken(
            "The archive asks for more work than a passphrase needs. It is damaged, or was made to harm."
        )
    scrypt = Scrypt(salt=salt, length=32, n=1 << cost, r=block, p=lanes)
    return ChaCha20Poly1305(scrypt.derive(passphrase.encode("utf-8", "replace")))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing(io.RawIOBase):
    """Seals what is written to it into `file`, which stays open. Only `close` makes it whole."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._header = _HEADER.pack(MAGIC, os.urandom(16), _COST, _BLOCK, _LANES, b"")
        self._file, self._aead = file, _key(passphrase, self._header)
        self._left, self._number = bytearray(), 0
        file.write(self._header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object) -> int:
        """Seal each chunk that is full, and that is followed by something."""
        given = memoryview(data)  # type: ignore[arg-type]
        self._left += given
        while len(self._left) > CHUNK:
            self._seal(bytes(self._left[:CHUNK]), last=False)
            del self._left[:CHUNK]
        return given.nbytes

    def close(self) -> None:
        """Seal the last chunk."""
        if not self.closed:
            self._seal(bytes(self._left), last=True)
            super().close()

    def give_up(self) -> None:
        """Close without a last chunk: what was written does not open."""
        super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._aead.encrypt(_nonce(self._number, last), chunk, self._header))
        self._number += 1


class Opened(io.RawIOBase):
    """The content of a sealed file, to be read from any place. Chunks are opened as they are needed; a wrong passphrase
    and a file that was cut are found at once, a chunk that was changed when it is read. Raises ArchiveBroken."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        header = file.read(_HEADER.size)
        body = file.seek(0, os.SEEK_END) - _HEADER.size
        if len(header) != _HEADER.size or body < _TAG:
            raise ArchiveBroken("The archive is cut short. Take another copy of it.")
        self._file, self._header, self._aead = file, header, _key(passphrase, header)
        self._chunks = max(1, -(-body // (CHUNK + _TAG)))
        self._size = body - self._chunks * _TAG
        self._at = 0
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        try:
            self._chunk(0)
        except ArchiveBroken:
            raise ArchiveBroken(
                "This passphrase does not open the archive, or its beginning is damaged. Try the passphrase again."
            ) from None
        self._chunk(self._chunks - 1)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place of the content."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """The place in the content."""
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read on, no further than to the end of a chunk."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._at >= self._size or not view:
            return 0
        number, start = divmod(self._at, CHUNK)
        found = self._chunk(number)[start : start + len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _chunk(self, number: int) -> bytes:
        if (known := self._cache.get(number)) is not None:
            self._cache.move_to_end(number)
            return known
        self._file.seek(_HEADER.size + number * (CHUNK + _TAG))
        sealed = self._file.read(CHUNK + _TAG)
        try:
            found = self._aead.decrypt(_nonce(number, number == self._chunks - 1), sealed, self._header)
        except InvalidTag:
            raise ArchiveBroken("The archive is damaged or was changed. Take another copy of it.") from None
        self._cache[number] = found
        if len(self._cache) > _KEPT:
            self._cache.popitem(last=False)
        return found


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file begins as a sealed one. Leaves it at its beginning."""
    found = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return found
