"""Places on disk. Everything a person said lies under one data folder that only they can read."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
CHAT_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
EMBEDDER = "all-MiniLM-L6-v2"


def resources_dir() -> Path:
    """Icons, themes and prompts: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def catalogue_file() -> Path:
    """The list of models on offer: inside the installed package, or in a checkout's `models/`."""
    installed = _PACKAGE / "_resources" / "catalogue.toml"
    return installed if installed.is_file() else _PACKAGE.parent / "models" / "catalogue.toml"


def models_dir() -> Path:
    """The folder of the embedded weights: what the installed app brings, else where fetched models are."""
    packaged = _PACKAGE / "_models"
    return packaged if packaged.is_dir() and not os.environ.get("MNEME_MODELS") else fetched_dir()


def fetched_dir() -> Path:
    """Where models go that a person fetches: $MNEME_MODELS, else the checkout's `models/`, else the data folder's."""
    if chosen := os.environ.get("MNEME_MODELS"):
        return Path(chosen)
    checkout = _PACKAGE.parent / "models"
    return checkout if (_PACKAGE.parent / "pyproject.toml").is_file() else default_data_dir() / "models"


def default_data_dir() -> Path:
    """$MNEME_DATA, else the place this system keeps an application's data."""
    if chosen := os.environ.get("MNEME_DATA"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Mneme"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Mneme"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "mneme"


def keep_private() -> None:
    """From now on this process makes files that only their owner can read. Called once at the start."""
    os.umask(0o077)


@dataclass(frozen=True, slots=True)
class DataDir:
    """The layout of one store on disk."""

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", self.root.absolute())  # other processes and URIs know no folder to start from

    def create(self) -> DataDir:
        """Make the folders, readable by their owner alone. Idempotent."""
        for folder in (self.root, self.backups, self.logs, self.kv):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    @property
    def database(self) -> Path:
        return self.root / "mneme.db"

    @property
    def index(self) -> Path:
        """The vector cache of earlier versions; removed where it is found."""
        return self.root / "vectors.faiss"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def kv(self) -> Path:
        """What the chat model held of conversations and episodes. Disposable."""
        return self.root / "kv"

    @property
    def tuning(self) -> Path:
        """What was measured of this machine and its models."""
        return self.root / "tuning.json"

    @property
    def drives(self) -> Path:
        """How fast the drives of models read."""
        return self.root / "drives.json"

    @property
    def network(self) -> Path:
        """Every network call that was ever made."""
        return self.root / "network.jsonl"

    @property
    def weights(self) -> Path:
        """Models written anew in the format that this machine runs fastest. Disposable."""
        return self.root / "weights"
