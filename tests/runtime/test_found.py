"""Models that other programs hold are found where each of them keeps them, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

from app.runtime.found import find_models

SIZE = 1_000_000


def _model(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF" + bytes(SIZE))
    return path


def _ollama(root: Path, name: str, digest: str) -> None:
    manifest = root / "manifests" / name
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:" + "0" * 64, "size": 3},
        {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": SIZE},
    ]
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}), encoding="utf-8")


def test_each_program_is_looked_at(tmp_path: Path) -> None:
    ollama = tmp_path / ".ollama" / "models"
    _ollama(ollama, "registry.ollama.ai/library/qwen3/4b", "a" * 64)
    _ollama(ollama, "registry.ollama.ai/someone/tuned/latest", "b" * 64)
    for letter in "ab":
        _model(ollama / "blobs" / f"sha256-{letter * 64}")
    _model(tmp_path / ".lmstudio" / "models" / "maker" / "repo" / "studio.gguf")
    _model(tmp_path / ".local" / "share" / "Jan" / "data" / "llamacpp" / "models" / "jan" / "model.gguf")
    _model(tmp_path / ".local" / "share" / "nomic.ai" / "GPT4All" / "four.gguf")
    _model(tmp_path / ".cache" / "llama.cpp" / "cached.gguf")
    blob = _model(tmp_path / ".cache" / "huggingface" / "hub" / "models--a--b" / "blobs" / "1234")
    link = blob.parents[1] / "snapshots" / "abc" / "hub.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(blob)
    own = _model(tmp_path / "own" / "mine.gguf")
    found = find_models([own.parent], tmp_path, {})
    assert [(item.owner, item.name) for item in found] == [
        ("Mneme", "mine"),
        ("Ollama", "qwen3:4b"),
        ("Ollama", "someone/tuned:latest"),
        ("LM Studio", "studio"),
        ("Jan", "model"),
        ("GPT4All", "four"),
        ("llama.cpp", "cached"),
        ("Hugging Face", "hub"),
    ]
    assert all(item.path.is_file() and item.size == SIZE + 4 for item in found)


def test_the_environment_moves_them(tmp_path: Path) -> None:
    _model(tmp_path / "hub" / "one.gguf")
    _model(tmp_path / "cache" / "two.gguf")
    _ollama(tmp_path / "far", "registry.ollama.ai/library/three/latest", "c" * 64)
    _model(tmp_path / "far" / "blobs" / ("sha256-" + "c" * 64))
    env = {
        name: str(tmp_path / folder)
        for name, folder in (("HF_HUB_CACHE", "hub"), ("LLAMA_CACHE", "cache"), ("OLLAMA_MODELS", "far"))
    }
    assert {item.name for item in find_models([], tmp_path / "home", env)} == {"one", "two", "three:latest"}


def test_what_is_no_model_of_its_own_is_left_out(tmp_path: Path) -> None:
    for name in ("mmproj-model.gguf", "big-00002-of-00003.gguf", "big-00001-of-00003.gguf"):
        _model(tmp_path / name)
    (tmp_path / "vocabulary.gguf").write_bytes(b"GGUF")
    (tmp_path / "gone.gguf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "again.gguf").symlink_to(tmp_path / "big-00001-of-00003.gguf")
    assert len(find_models([tmp_path], tmp_path / "home", {})) == 1


def test_broken_manifests_are_passed_over(tmp_path: Path) -> None:
    root = tmp_path / ".ollama" / "models"
    for number, text in enumerate(["", "[]", '{"layers": 3}', '{"layers": [{}]}', '{"layers": ["x"]}']):
        manifest = root / "manifests" / "registry" / "library" / "m" / str(number)
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text(text, encoding="utf-8")
    _ollama(root, "registry/library/up/latest", "../../secret")
    assert find_models([], tmp_path, {}) == []
