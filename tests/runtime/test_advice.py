"""The catalogue makes sense, and the advice on fitting agrees with what loading does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import InputError, ModelError, ModelUnreadable
from app.core.settings import Settings
from app.runtime.advice import Verdict, advise, check_import, guess
from app.runtime.catalogue import Kind, catalogue, entry


def test_the_catalogue_has_models_of_every_size_and_kind() -> None:
    found = catalogue()
    assert len({item.id for item in found}) == len(found) >= 12
    chat = [item for item in found if item.kind is Kind.CHAT]
    assert min(item.size for item in chat) < 1e9 < max(item.size for item in chat)
    assert sum(bool(item.active) for item in chat) >= 3
    assert sum(item.kind is Kind.EMBEDDER for item in found) >= 3
    for item in found:
        assert item.repo.count("/") == 1
        assert item.file.endswith((".gguf", ".safetensors"))
        assert item.licence
        assert item.context > 0
        assert item.note


def test_an_unknown_model_and_a_broken_catalogue_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model 'x'"):
        entry("x")
    for number, text in enumerate(["", "[[model]]\nid = 1", "model = 3", "[["]):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="cannot be read"):
            catalogue(path)


def test_what_is_not_here_is_judged_by_its_size() -> None:
    settings = Settings(memory_budget=3_000)
    assert guess(2_000_000_000, settings).verdict is Verdict.FITS
    assert guess(9_000_000_000, settings).verdict is Verdict.TOO_LARGE


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.gguf"
    path.write_bytes(b"no")
    with pytest.raises(ModelUnreadable):
        advise(path, Settings())
    with pytest.raises(ModelError):
        check_import(path)


@pytest.mark.real
def test_the_small_model_fits_and_a_tiny_budget_is_told() -> None:
    settings = Settings()
    found = advise(settings.chat_model, settings)
    assert found.verdict is Verdict.FITS
    assert 90e6 < found.needed < found.room
    tight = advise(settings.chat_model, replace(settings, memory_budget=200))
    assert tight.verdict in (Verdict.STREAMS, Verdict.TOO_LARGE)
    assert tight.reason
    if tight.verdict is Verdict.STREAMS:
        assert tight.tokens_per_second > 0
