"""The header is read with suspicion, before native code sees the file."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import ModelError, ModelMissing, ModelUnreadable
from app.core.settings import Settings
from app.runtime.gguf_check import check_gguf


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def small_gguf(version: int = 3, offset: int = 0, data: int = 64) -> bytes:
    """A header with one string, one number, one array and one tensor of 16 floats, and `data` bytes behind it."""
    pairs = [
        _text("general.architecture") + struct.pack("<I", 8) + _text("llama"),
        _text("llama.block_count") + struct.pack("<II", 4, 2),
        _text("tokens") + struct.pack("<IIQ", 9, 8, 2) + _text("a") + _text("bc"),
    ]
    tensor = _text("w") + struct.pack("<IQIQ", 1, 16, 0, offset)
    head = b"GGUF" + struct.pack("<IQQ", version, 1, len(pairs)) + b"".join(pairs) + tensor
    return head + b"\0" * (-len(head) % 32) + b"\0" * data


def test_a_sound_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.gguf"
    path.write_bytes(small_gguf())
    header = check_gguf(path)
    assert header.metadata["general.architecture"] == "llama"
    assert header.number("block_count") == 2
    assert header.number("unknown", 7) == 7


@pytest.mark.real
def test_the_embedded_model_is_sound() -> None:
    header = check_gguf(Settings().chat_model)
    assert header.kv_bytes_per_token() == 23_040


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="mneme setup"):
        check_gguf(tmp_path / "none.gguf")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a GGUF"),
        (b"PK\x03\x04 something else", "is not a GGUF"),
        (b"GGUF", "is cut short"),
        (small_gguf(version=9), "version 9"),
        (small_gguf(data=0), "is cut short"),
        (small_gguf(offset=1 << 40), "is cut short"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1), "damaged header"),
    ],
)
def test_a_broken_file_is_told_from_a_model(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnreadable, match=words):
        check_gguf(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    whole = small_gguf(data=2)
    path = tmp_path / "cut.gguf"
    for length in range(len(whole) - 2):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelUnreadable):
            check_gguf(path)


@given(st.data())
def test_no_mutation_escapes_as_another_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(small_gguf())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "mutated.gguf"
    path.write_bytes(bytes(whole))
    try:
        check_gguf(path)
    except ModelError as error:
        assert "GGUF" in error.message or "cut short" in error.message or "damaged" in error.message
