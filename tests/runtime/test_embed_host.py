"""The real embedder in its real process."""

from __future__ import annotations

import json
import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.bootstrap import build
from app.core.errors import EmbedderError
from app.core.settings import Settings
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig
from app.runtime.weights import EMBEDDED, missing
from tests.fakes import FakeModel

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


def test_a_tokenizer_that_does_not_fit_the_weights_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "minilm"
    shutil.copytree(Settings().embedder, folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"] = {word: key + 100_000 for word, key in tokenizer["model"]["vocab"].items()}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    with closing(EmbedHost(EmbedConfig(str(folder)))) as host, pytest.raises(EmbedderError):
        host.load()


@pytest.mark.parametrize("text", ["", " ", "👩‍🚀", "日本語", "half \ud83d", "a\x00b", "word " * 20_000])
def test_any_text_has_a_vector(embed_host: EmbedHost, text: str) -> None:
    assert np.linalg.norm(embed_host.embed([text])[0]) == pytest.approx(1.0, abs=1e-5)


def test_a_vector_does_not_hang_on_its_company(embed_host: EmbedHost) -> None:
    alone = embed_host.embed(["The ferry leaves at nine."])[0]
    among = embed_host.embed(["Hello.", "The ferry leaves at nine.", "A much longer sentence than the others. " * 9])[1]
    assert alone @ among == pytest.approx(1.0, abs=1e-4)


def test_recall_by_meaning_needs_no_word_in_common(data_dir: Path, embed_host: EmbedHost) -> None:
    with build(data_dir, background=False, model=FakeModel(), embedder=embed_host) as assistant:
        for fact in ("My puppy is scared of storms.", "The ferry leaves at nine.", "Rye bread needs caraway."):
            assistant.memory.remember(fact)
        found = assistant.memory.recall("Which animal is afraid of thunder?", strict=True)
        assert found.by_meaning
        assert found.hits[0].span.text == "My puppy is scared of storms."
        assert assistant.memory.recall("half \ud83d of a ferry").by_meaning


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_without_the_real_embedder_recall_goes_by_words(data_dir: Path, tmp_path: Path, damage: str) -> None:
    if damage == "damaged":
        shutil.copytree(Settings().embedder, tmp_path / "minilm")
        (tmp_path / "minilm" / "config.json").write_text("{")
    host = EmbedHost(EmbedConfig(str(tmp_path / "minilm")))
    with build(data_dir, background=False, model=FakeModel(), embedder=host) as assistant:
        assistant.memory.remember("The ferry leaves at nine.")
        found = assistant.memory.recall("ferry")
        assert (found.by_meaning, found.hits[0].span.text) == (False, "The ferry leaves at nine.")


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
