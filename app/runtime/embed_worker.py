"""The process in which the embedding model lives."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.errors import EmbedderError
from app.core.text import storable
from app.runtime.messages import Embed, EmbedConfig
from app.runtime.worker import CALM_THREADS, Channel

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_BATCH = 32
_ALONE = {  # no hub, no processes of its own, and no semaphores that would be reported as leaked when it is ended
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "JOBLIB_MULTIPROCESSING": "0",
    **CALM_THREADS,
}


def main(pipe: Connection[Any, Any], config: EmbedConfig) -> None:
    """Load the embedder, then answer Embed until the app ends. Never goes to the network."""
    os.environ |= _ALONE
    EmbedWorker(Channel(pipe), Path(config.path)).run()


class EmbedWorker:
    """Serves one sentence-transformers folder."""

    def __init__(self, channel: Channel, folder: Path) -> None:
        self._channel = channel
        self._folder = folder

    def run(self) -> None:
        """Serve until the app ends."""
        self._channel.serve(self._start, self._handle)

    def _start(self) -> tuple[str, int]:
        """Load the weights; return their identity and the length of their vectors."""
        weights = next((self._folder / name for name in _WEIGHTS if (self._folder / name).is_file()), None)
        if weights is None:
            raise EmbedderError(
                "There is no embedding model in {0}. Run `mneme setup`, or choose another folder.", self._folder
            )
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        except Exception as error:  # the libraries underneath raise a zoo of types for damaged files
            raise EmbedderError(
                "The embedding model in {0} cannot be loaded ({1}). Run `mneme setup` to fetch it again, or "
                "choose another folder.",
                self._folder,
                type(error).__name__,
            ) from error
        with open(weights, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{self._folder.name}:{digest[:16]}", len(self._vectors(("x",))[0])

    def _handle(self, body: Embed) -> Iterator[npt.NDArray[np.float32]]:
        yield self._vectors(body.texts)

    def _vectors(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        vectors = self._model.encode(
            [storable(text) for text in texts],
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)
