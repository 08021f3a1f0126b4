"""What the user may set. One small value, kept as JSON beside the store and written atomically."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from app.core.errors import InputError, StoreError
from app.core.paths import CHAT_MODEL, EMBEDDER, fetched_dir, models_dir
from app.core.types import Sampling

OF_THIS_MACHINE = (
    *("model_path", "models_folder", "embedder_path", "next_embedder", "load_anyway", "memory_budget"),
    *("hotkey", "start_at_login", "welcomed", "language"),
)
"""Settings that mean nothing on another machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice with its default. Paths are empty for the embedded default.

    `pause` stops reading and writing of memory everywhere. `retention_days` is how long the words of an archived
    episode stay on disk before they are erased; 0 keeps them for ever. `kv_megabytes` is what the saved states of
    conversations and episodes may take on disk, 0 for none. `memory_budget` is what the chat model may take of memory
    in all, in MB; 0 leaves it to what is free. `models_folder` is where fetched models go, "" for the usual place.
    `next_embedder` is the folder of an embedder whose vectors are being made while `embedder_path` still serves.
    `language` is that of the window, "" for the system's; `hotkey` calls quick recall from anywhere, "" for none.
    """

    model_path: str = ""
    models_folder: str = ""
    embedder_path: str = ""
    next_embedder: str = ""
    context_tokens: int = 4096
    max_reply_tokens: int = 512
    temperature: float = 0.2
    top_p: float = 0.95
    top_k: int = 40
    repeat_penalty: float = 1.1
    recall: bool = True
    recall_tokens: int = 240
    recall_without: str = ""
    recall_buffers: str = "similarity"
    learn: bool = True
    pause: bool = False
    forgetting: bool = True
    retention_days: int = 0
    unload_after_minutes: int = 15
    sleep: bool = True
    sleep_after_idle_minutes: int = 5
    sleep_on_battery: bool = False
    sleep_free_mb: int = 800
    sleep_most_retired: float = 0.05
    sleep_without: str = ""
    load_anyway: bool = False
    memory_budget: int = 0
    kv_megabytes: int = 1_000
    theme: str = "system"
    language: str = ""
    close_to_tray: bool = True
    font_percent: int = 100
    start_at_login: bool = False
    hotkey: str = "Ctrl+Alt+M"
    welcomed: bool = False

    @property
    def chat_model(self) -> Path:
        return Path(self.model_path) if self.model_path else models_dir() / CHAT_MODEL

    @property
    def embedder(self) -> Path:
        return Path(self.embedder_path) if self.embedder_path else models_dir() / EMBEDDER

    @property
    def sampling(self) -> Sampling:
        return Sampling(self.temperature, self.top_p, self.top_k, self.repeat_penalty, None, self.max_reply_tokens)

    @property
    def own_models(self) -> Path:
        return Path(self.models_folder) if self.models_folder else fetched_dir()

    def checked(self) -> Settings:
        """The settings with numbers brought into their ranges. Raises InputError on a value of the wrong type."""
        for field in fields(self):
            value, default = getattr(self, field.name), field.default
            if isinstance(default, float) and type(value) is int:
                continue
            if type(value) is not type(default):
                raise InputError(
                    "The setting {0!r} cannot be {1!r}. Use a value like {2!r}.", field.name, value, default
                )
        context = min(max(self.context_tokens, 512), 1_048_576)
        return replace(
            self,
            context_tokens=context,
            memory_budget=max(self.memory_budget, 0),
            max_reply_tokens=min(max(self.max_reply_tokens, 16), context // 4),
            temperature=float(min(max(0.0, self.temperature), 2.0)),  # in this order NaN becomes 0
            top_p=float(min(max(0.01, self.top_p), 1.0)),
            top_k=min(max(self.top_k, 1), 1_000),
            repeat_penalty=float(min(max(1.0, self.repeat_penalty), 2.0)),
            recall_tokens=min(max(self.recall_tokens, 0), context // 8),
            retention_days=max(self.retention_days, 0),
            unload_after_minutes=max(self.unload_after_minutes, 1),
            sleep_after_idle_minutes=max(self.sleep_after_idle_minutes, 1),
            sleep_free_mb=max(self.sleep_free_mb, 0),
            sleep_most_retired=float(min(max(0.0, self.sleep_most_retired), 1.0)),
            kv_megabytes=max(self.kv_megabytes, 0),
            font_percent=min(max(self.font_percent, 70), 200),
            theme=self.theme if self.theme in ("system", "light", "dark") else "system",
        )


def load_settings(path: Path) -> Settings:
    """Read settings; a missing file gives the defaults, unknown keys are ignored.

    Raises InputError, naming the file, when it is not what Mneme wrote.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise InputError("The settings in {0} cannot be read. Correct the file, or delete it.", path) from error
    if not isinstance(found, dict):
        raise InputError("The settings in {0} are not a JSON object. Correct the file, or delete it.", path)
    known = {field.name for field in fields(Settings)}
    return Settings(**{key: value for key, value in found.items() if key in known}).checked()


def save_settings(path: Path, settings: Settings) -> None:
    """Write settings so that a kill or a full disk leaves the old file or the new one, never half of one.

    Raises StoreError when they cannot be written.
    """
    draft = path.with_suffix(".new")
    try:
        with open(draft, "w", encoding="utf-8") as file:
            json.dump(asdict(settings.checked()), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(
            "The settings could not be written to {0} ({1}). The old ones stay.", path, error.strerror
        ) from error
