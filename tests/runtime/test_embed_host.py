"""The real embedder in its real process."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import EmbedderError
from app.core.settings import Settings
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig
from app.runtime.weights import EMBEDDED, missing

pytestmark = pytest.mark.real


def test_vectors_have_unit_length_and_meaning(embed_host: EmbedHost) -> None:
    texts = ["My dog is called Rufus.", "What is the name of my dog?", "The ferry leaves at nine."]
    vectors = embed_host.embed(texts)
    assert vectors.shape == (3, embed_host.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_its_identity_names_the_weights(embed_host: EmbedHost) -> None:
    embed_host.load()
    assert embed_host.identity == "all-MiniLM-L6-v2:" + EMBEDDED[1].sha256[:16]
    assert embed_host.dimension == 384


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    host = EmbedHost(EmbedConfig(str(tmp_path / "none")))
    with pytest.raises(EmbedderError, match="mneme setup"):
        host.load()
    with pytest.raises(EmbedderError):
        _ = host.identity


def test_damaged_weights_say_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "minilm"
    shutil.copytree(Settings().embedder, folder)
    (folder / "model.safetensors").write_bytes(b"\x08" * 100)
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        EmbedHost(EmbedConfig(str(folder))).load()


def test_it_comes_again_after_it_was_killed() -> None:
    host = EmbedHost(EmbedConfig(str(Settings().embedder)))
    host.load()
    assert host.pid is not None
    os.kill(host.pid, signal.SIGKILL)
    with pytest.raises(EmbedderError):
        for _ in range(50):
            host.embed(["until its death is noticed"])
    assert host.load()
    assert host.embed(["again"]).shape == (1, 384)
    host.close()


def test_weights_that_are_not_what_they_should_be_are_missing(tmp_path: Path) -> None:
    assert missing(tmp_path) == list(EMBEDDED)
    (tmp_path / EMBEDDED[0].target).write_bytes(b"something else")
    assert missing(tmp_path) == list(EMBEDDED)
    assert missing(Settings().chat_model.parent) == []
