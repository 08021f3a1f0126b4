"""GGUF files that other programs keep here: Ollama, LM Studio, Jan, GPT4All, llama.cpp, the Hugging Face cache.

Read where they lie; nothing of theirs is copied or changed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SMALLEST = 1_000_000  # bytes: below it lies a vocabulary or a test, no model
_DEEPEST = 8
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_PIECE = re.compile(r"-0*([2-9]|\d\d+)-of-\d+\.gguf$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A model on this machine: `owner` is the program that keeps it, "Mneme" for those in its own folder."""

    owner: str
    name: str
    path: Path
    size: int


def find_models(
    own: Iterable[Path] = (), home: Path | None = None, env: Mapping[str, str] | None = None
) -> list[Found]:
    """All models on this machine, those in our `own` folders first; each file once. A read-only operation.

    Folders that are not there, or may not be read, count as empty.
    """
    home, env = home or Path.home(), os.environ if env is None else env
    found: dict[Path, Found] = {}
    for owner, name, path in _everywhere(own, home, env):
        try:
            real, size = path.resolve(), path.stat().st_size
        except OSError:
            continue
        if size >= _SMALLEST and real not in found:
            found[real] = Found(owner, name, path, size)
    return list(found.values())


def _everywhere(own: Iterable[Path], home: Path, env: Mapping[str, str]) -> Iterator[tuple[str, str, Path]]:
    for folder in own:
        yield from _in_folder("Mneme", folder)
    for root in _ollama_roots(home, env):
        yield from _in_ollama(root)
    for owner, folders in _folders(home, env).items():
        for folder in folders:
            yield from _in_folder(owner, folder)


def _folders(home: Path, env: Mapping[str, str]) -> dict[str, list[Path]]:
    data, cache = _data_dir(home, env), _cache_dir(home, env)
    hub = env.get("HF_HUB_CACHE") or f"{env.get('HF_HOME') or home / '.cache' / 'huggingface'}/hub"
    return {
        "LM Studio": [home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"],
        "Jan": [data / "Jan" / "data", home / "jan", home / ".config" / "Jan" / "data"],
        "GPT4All": [data / "nomic.ai" / "GPT4All", home / ".cache" / "gpt4all"],
        "llama.cpp": [Path(env["LLAMA_CACHE"]) if env.get("LLAMA_CACHE") else cache / "llama.cpp"],
        "Hugging Face": [Path(hub)],
    }


def _data_dir(home: Path, env: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(env.get("APPDATA") or home / "AppData" / "Roaming")
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")


def _cache_dir(home: Path, env: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache")


def _ollama_roots(home: Path, env: Mapping[str, str]) -> list[Path]:
    chosen = [Path(env["OLLAMA_MODELS"])] if env.get("OLLAMA_MODELS") else []
    return [*chosen, home / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]


def _in_ollama(root: Path) -> Iterator[tuple[str, str, Path]]:
    """Manifests name a blob by its digest; the path of the manifest is the name of the model."""
    for manifest in _files(root / "manifests", ""):
        try:
            layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
            digests = [layer["digest"] for layer in layers if layer["mediaType"] == _OLLAMA_MODEL]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        *_, space, model, tag = ("", "", "", *manifest.relative_to(root / "manifests").parts)
        name = f"{model}:{tag}" if space in ("", "library") else f"{space}/{model}:{tag}"
        for digest in digests:
            if re.fullmatch(r"sha256:[0-9a-f]{64}", str(digest)):
                yield "Ollama", name, root / "blobs" / digest.replace(":", "-")


def _in_folder(owner: str, folder: Path) -> Iterator[tuple[str, str, Path]]:
    for path in _files(folder, ".gguf"):
        if "mmproj" not in path.name.lower() and not _PIECE.search(path.name):
            yield owner, path.stem, path


def _files(folder: Path, ending: str) -> Iterator[Path]:
    """Files below a folder in their order, not endlessly deep."""
    for here, folders, names in os.walk(folder):
        if len(Path(here).relative_to(folder).parts) >= _DEEPEST:
            folders.clear()
        folders.sort()
        yield from (Path(here) / name for name in sorted(names) if name.lower().endswith(ending))
