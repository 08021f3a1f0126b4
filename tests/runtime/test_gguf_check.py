"""The header is read with suspicion, before native code sees the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import ModelError, ModelMissing, ModelTooLarge, ModelUnreadable
from app.core.settings import Settings
from app.runtime.gguf_check import GgufHeader, check_gguf
from app.runtime.messages import ChatConfig
from app.runtime.placing import place
from tests.runtime.gguf import MODEL, header, sound, string, tensor, value

SOUND = sound()


def check(folder: Path, content: bytes) -> GgufHeader:
    (folder / "model.gguf").write_bytes(content)
    return check_gguf(folder / "model.gguf")


def checked_or_refused(folder: Path, content: bytes) -> None:
    """The only two ends a check may have."""
    try:
        found = check(folder, content)
    except ModelError as error:
        assert "model.gguf" in error.message
    else:
        assert found.kv_bytes_per_token() >= 0


def test_a_sound_file_tells_what_it_is(tmp_path: Path) -> None:
    found = check(tmp_path, SOUND)
    assert found.size_bytes == len(SOUND)
    assert found.metadata["general.name"] == "Tiny"
    assert found.number("context_length") == 2048
    assert found.number("nothing", 7) == 7
    assert found.kv_bytes_per_token() == 2 * (16 + 16) * 2 * 2


@pytest.mark.real
def test_the_embedded_model_is_sound() -> None:
    found = check_gguf(Settings().chat_model)
    assert found.metadata["general.architecture"] == "llama"
    assert (found.number("context_length"), found.number("block_count")) == (8192, 30)
    assert found.kv_bytes_per_token() == 23_040


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"no model at .*nothing\.gguf\. Choose another file, or run `mneme setup`"):
        check_gguf(tmp_path / "nothing.gguf")


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 a zip", b"# A text\n" * 100, b"FUGG" + SOUND[4:]])
def test_a_file_that_is_no_gguf_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelUnreadable, match=r"is not a GGUF model\. Download it again, or choose another GGUF file"):
        check(tmp_path, content)


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match="cannot be read"):
        check_gguf(tmp_path)


@pytest.mark.parametrize("version", [0, 1, 4, 1 << 31])
def test_a_version_that_nobody_knows_is_told(tmp_path: Path, version: int) -> None:
    with pytest.raises(ModelUnreadable, match=f"version {version}"):
        check(tmp_path, header(MODEL, [tensor("w", [64], 0)], version))


@given(st.integers(4, len(SOUND) - 257))
def test_a_header_cut_anywhere_is_told(tmp_path: Path, length: int) -> None:
    with pytest.raises(ModelUnreadable, match=r"model\.gguf is cut short: part of the model is missing"):
        check(tmp_path, SOUND[:length])


def test_missing_weights_are_told(tmp_path: Path) -> None:
    tensors = [tensor("a", [1_000_000], 0), tensor("b", [1_000_000], 4_000_000)]
    with pytest.raises(ModelUnreadable, match="cut short"):
        check(tmp_path, header(MODEL, tensors) + b"\x00" * 4_000_000)


@pytest.mark.real
@pytest.mark.parametrize("share", [0.001, 0.2, 0.5, 0.9])
def test_a_real_model_whose_download_broke_off_is_told(tmp_path: Path, share: float) -> None:
    size = Settings().chat_model.stat().st_size
    with open(Settings().chat_model, "rb") as whole:
        content = whole.read(int(size * share))
    with pytest.raises(ModelUnreadable, match="cut short"):
        check(tmp_path, content)


@given(st.binary(max_size=400))
@example(b"\xff" * 64)
def test_whatever_follows_the_first_bytes_is_checked_or_refused(tmp_path: Path, rest: bytes) -> None:
    checked_or_refused(tmp_path, b"GGUF\x03\x00\x00\x00" + rest)


@given(st.lists(st.tuples(st.integers(4, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_header_is_checked_or_refused(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    content = bytearray(SOUND)
    for at, byte in damage:
        content[at] = byte
    checked_or_refused(tmp_path, bytes(content))


@pytest.mark.parametrize(
    "metadata",
    [
        {"general.alignment": "32"},
        {"general.alignment": float("inf")},
        {"general.alignment": 0},
        {"general.alignment": 2**64 - 1},
        {"llama.block_count": float("nan")},
        {"llama.embedding_length": float("inf")},
        {"llama.attention.head_count": 0},
        {"llama.attention.head_count": "many"},
        {"general.architecture": 3},
    ],
)
def test_metadata_of_nonsense_is_checked_or_refused(tmp_path: Path, metadata: dict[str, object]) -> None:
    head = header(MODEL | metadata, [tensor("w", [64], 0)])
    checked_or_refused(tmp_path, head + b"\x00" * 1024)


@pytest.mark.parametrize("length", [1 << 27, 1 << 62, 1 << 63, (1 << 64) - 1])
def test_a_string_of_absurd_length_is_refused(tmp_path: Path, length: int) -> None:
    size = length.to_bytes(8, "little")
    key = string("tokenizer.ggml.tokens")
    items = (9).to_bytes(4, "little") + (8).to_bytes(4, "little") + (1).to_bytes(8, "little") + size
    start = b"GGUF\x03\x00\x00\x00" + (1).to_bytes(8, "little") + (1).to_bytes(8, "little")
    for content in (start + size + b"abc", start + key + items + b"abc"):
        with pytest.raises(ModelUnreadable):
            check(tmp_path, content)


@pytest.mark.parametrize("found", [True, 7, -0.5, "words", ["a", "b"], [1, 2, 3]])
def test_every_kind_of_value_is_passed_over_rightly(tmp_path: Path, found: object) -> None:
    assert len(value(found)) > 4
    content = header({"x": found} | MODEL, [tensor("w", [64], 0)]) + b"\x00" * 512
    metadata = check(tmp_path, content).metadata
    assert metadata["general.name"] == "Tiny"
    assert metadata.get("x") == (None if isinstance(found, list) else found)


def test_a_model_larger_than_memory_is_told_with_figures(tmp_path: Path) -> None:
    path = tmp_path / "huge.gguf"
    path.write_bytes(SOUND)
    os.truncate(path, 2_000_000_000_000)  # sparse: takes no room
    with pytest.raises(
        ModelTooLarge, match=r"huge\.gguf needs about 2000\.\d GB .*Close other programs, choose"
    ) as told:
        place(path, check_gguf(path), ChatConfig(str(path), 4096))
    assert told.value.exit_code == 3


def test_a_context_larger_than_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(sound(llama__context_length=1 << 40, llama__block_count=80))
    found = check_gguf(path)
    with pytest.raises(ModelTooLarge, match="with this context"):
        place(path, found, ChatConfig(str(path), 1 << 40))
    place(path, found, ChatConfig(str(path), 1_000))


def test_a_context_beyond_what_the_model_was_trained_on_is_not_counted(tmp_path: Path) -> None:
    place(tmp_path / "model.gguf", check(tmp_path, SOUND), ChatConfig("", 1 << 50))
