"""Archives that were made to harm: refused with a clear word, before a row or a file is written."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.archive import crypto
from app.archive.crypto import CHUNK, Opened, Sealing
from app.archive.format import ArchiveBroken
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bootstrap import Assistant
from tests.archive.test_archive import lived, written
from tools.fuzz import run


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The members of an archive of a store that has lived."""
    from tests.archive.test_archive import another

    folder = tmp_path_factory.mktemp("hostile")
    with another(folder) as assistant:
        lived(assistant)
        written(assistant, folder / "a.mneme")
    with zipfile.ZipFile(folder / "a.mneme") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(path: Path, parts: dict[str, bytes], *, mended: bool = True) -> Path:
    """An archive of these members, whose checksums fit unless told otherwise."""
    manifest = json.loads(parts["manifest.json"])
    if mended:
        for name, content in parts.items():
            if name != "manifest.json":
                known = manifest["parts"].setdefault(name, {})
                if name.endswith(".jsonl") and known.get("bytes") != len(content):
                    known["rows"] = content.count(b"\n")
                known |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, json.dumps(manifest) if name == "manifest.json" else content)
    return path


def refused(assistant: Assistant, path: Path) -> str:
    before = assistant.store.call(lambda store: store.erasures.rows())
    with pytest.raises(ArchiveBroken) as told, Archive(path) as archive:
        Loader(assistant.memory, archive).check()
    assert assistant.store.call(lambda store: store.erasures.rows()) == before
    return told.value.message


def _row(name: str, number: int, **fields: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in parts[name].splitlines()]
        rows[number] |= fields
        parts[name] = "".join(json.dumps(row) + "\n" for row in rows).encode()

    return change


def _manifest(**fields: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | fields).encode()

    return change


def _member(name: str, content: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: content})


HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "path traversal": (_member("../../evil.jsonl"), "member that no archive"),
    "absolute name": (_member("/etc/cron.d/evil"), "member that no archive"),
    "drive letter": (_member("C:\\evil.jsonl"), "member that no archive"),
    "strange member": (_member("program.exe"), "member that no archive"),
    "zip bomb": (_member("bombs.jsonl", b"\n" * (30 << 20)), "grow beyond measure"),
    "deep JSON": (_member("messages.jsonl", b"[" * 200_000 + b"\n"), "nested too deep"),
    "no JSON": (_member("messages.jsonl", b"{]\n"), "not JSON"),
    "NaN": (_member("strengths.jsonl", b'{"message": NaN}\n'), "not JSON"),
    "rows that are no objects": (_member("messages.jsonl", b"7\n"), "not an object"),
    "a text of the wrong type": (_row("messages.jsonl", 0, text=7), "'text' is not text"),
    "a role that is none": (_row("messages.jsonl", 0, role="root"), "'role' is none of the words"),
    "a reference out of range": (_row("messages.jsonl", 0, conversation=99), "'conversation' leads nowhere"),
    "a negative reference": (_row("messages.jsonl", 1, parent=-1), "'parent' leads nowhere"),
    "a reference that is a truth": (_row("messages.jsonl", 1, parent=True), "'parent' leads nowhere"),
    "a message before its parent": (_row("messages.jsonl", 0, parent=3), "does not come before"),
    "a circle": (_row("messages.jsonl", 1, parent=1), "does not come before"),
    "rows out of order": (_row("messages.jsonl", 0, conversation=2), "goes back"),
    "a moment that is none": (_row("messages.jsonl", 0, created_at="tomorrow"), "no moment"),
    "a moment without a zone": (_row("messages.jsonl", 0, created_at="2024-05-01T10:00:00"), "no moment"),
    "a number too large": (_row("strengths.jsonl", 0, uses=1 << 70), "not a whole number"),
    "a place of two": (_row("messages.jsonl", 0, place=["a", "b"]), "four parts"),
    "a span of a talk to come": (_row("spans.jsonl", 0, first_message=4, last_message=4), "are mixed"),
    "a strength across talks": (_row("strengths.jsonl", 0, last_message=5), "are mixed"),
    "an answer to another talk": (_row("messages.jsonl", 4, parent=0), "are mixed"),
    "a range that is none": (_row("spans.jsonl", 0, start=9, end=1), "no range"),
    "a diary with words": (_row("changes.jsonl", 0, detail={"said": "secret"}), "not a whole number"),
    "a diary about a table": (_row("changes.jsonl", 0, subjects=[["sqlite_master", 1]]), "something unknown"),
    "JSON that is none": (_row("recall_hits.jsonl", 0, reasons="{"), "JSON it should be"),
    "counts that are wrong": (
        lambda parts: _manifest(
            parts={
                name: part | ({"rows": 5_000} if name == "messages.jsonl" else {})
                for name, part in json.loads(parts["manifest.json"])["parts"].items()
            }
        )(parts),
        "",
    ),
    "a newer version": (_manifest(version=2), "newer Mneme"),
    "another format": (_manifest(format="photos"), "no archive of Mneme"),
    "no identity": (_manifest(id=7), "manifest of the archive is damaged"),
    "an embedder of no size": (
        _manifest(embedders=[{"identity": "x", "dimension": -1, "vectors": "vectors/0.npy"}]),
        "manifest of the archive is damaged",
    ),
    "an embedder of half a sign": (
        _manifest(embedders=[{"identity": "\ud800", "dimension": 64, "vectors": "vectors/0.npy"}]),
        "manifest of the archive is damaged",
    ),
    "vectors elsewhere": (
        _manifest(embedders=[{"identity": "x", "dimension": 64, "vectors": "/etc/passwd"}]),
        "manifest of the archive is damaged",
    ),
    "an array with code": (
        _member(
            "vectors/0.npy",
            b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (6, 64)}".ljust(128) + b"\n",
        ),
        "",
    ),
    "a huge array": (
        _member(
            "vectors/0.npy",
            b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (6, 64), }".ljust(127) + b"\n",
        ),
        "cut short",
    ),
    "vectors of nothing": (
        lambda parts: parts.update({"vectors/0.spans.npy": parts["vectors/0.spans.npy"][:-8] + b"\xff" * 7 + b"\x7f"}),
        "order of its spans",
    ),
    "vectors that are no numbers": (
        lambda parts: parts.update({"vectors/0.npy": parts["vectors/0.npy"][:-4] + b"\x00\x00\xc0\x7f"}),
        "no number",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused(assistant: Assistant, tmp_path: Path, parts: dict[str, bytes], name: str) -> None:
    change, told = HOSTILE[name]
    own = dict(parts)
    change(own)
    assert told in refused(assistant, made(tmp_path / "a.mneme", own))
    assert {path.name for path in tmp_path.iterdir()} == {"a.mneme", "data"}


def test_a_changed_part_is_found_by_its_checksum(assistant: Assistant, tmp_path: Path, parts: dict[str, bytes]) -> None:
    own = parts | {"messages.jsonl": parts["messages.jsonl"].replace(b"blue", b"grey")}
    assert "not as it was written" in refused(assistant, made(tmp_path / "a.mneme", own, mended=False))


def test_a_missing_part_is_found(assistant: Assistant, tmp_path: Path, parts: dict[str, bytes]) -> None:
    own = {name: content for name, content in parts.items() if name != "spans.jsonl"}
    assert "other members" in refused(assistant, made(tmp_path / "a.mneme", own))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(assistant: Assistant, tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = made(tmp_path / "a.mneme", parts)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("messages.jsonl", b"{}")
    assert "some twice" in refused(assistant, path)


def test_a_link_is_refused(assistant: Assistant, tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = made(tmp_path / "a.mneme", parts)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("links2.jsonl")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "member that no archive" in refused(assistant, path)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_opens_as_it_was(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    file = sealed(data)
    opened = Opened(file, "word")
    assert opened.read() == data
    opened.seek(size // 2)
    assert opened.read(10) == data[size // 2 : size // 2 + 10]


def sealed(data: bytes) -> io.BytesIO:
    file = io.BytesIO()
    sealing = Sealing(file, "word")
    for start in range(0, len(data), 10_000):
        sealing.write(data[start : start + 10_000])
    sealing.close()
    file.seek(0)
    return file


def _swap(whole: bytes) -> bytes:
    size = CHUNK + 16
    return whole[:48] + whole[48 + size : 48 + 2 * size] + whole[48 : 48 + size] + whole[48 + 2 * size :]


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a flipped bit": lambda whole: whole[:100_000] + bytes([whole[100_000] ^ 1]) + whole[100_001:],
    "a flipped bit of the salt": lambda whole: whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
    "chunks in another order": _swap,
    "a chunk left out": lambda whole: whole[:48] + whole[48 + CHUNK + 16 :],
    "a chunk twice": lambda whole: whole[: 48 + CHUNK + 16] + whole[48:],
    "cut at a chunk": lambda whole: whole[: 48 + 2 * (CHUNK + 16)],
    "cut anywhere": lambda whole: whole[:-7],
    "more at the end": lambda whole: whole + b"x",
    "header alone": lambda whole: whole[:48],
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_done_to_a_sealed_file_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_COST", 10)
    whole = sealed(bytes(3 * CHUNK + 5)).getvalue()
    with pytest.raises(ArchiveBroken):
        Opened(io.BytesIO(TAMPERED[name](whole)), "word").read()


def test_a_header_that_asks_for_endless_work_is_refused() -> None:
    header = struct.pack(">16s16sBBB13s", crypto.MAGIC, bytes(16), 63, 8, 1, b"")
    with pytest.raises(ArchiveBroken, match="more work"):
        Opened(io.BytesIO(header + bytes(100)), "word")


def test_mutated_files_are_refused_or_taken_and_never_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_COST", 10)
    found = run(400, 7, ["archive", "import", "gguf", "sealed"], tmp_path)
    assert found["failures"] == []
    assert sum(found["outcomes"].values()) == 400
