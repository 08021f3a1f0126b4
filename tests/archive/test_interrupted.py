"""An import that ends in the middle, wherever that is, loses nothing and is finished by another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.archive.load import Loader
from app.archive.reader import Archive
from app.bootstrap import Assistant
from app.core.errors import DiskFull
from tests.archive.test_archive import another, brought, content, lived, written


class Cut(Exception):
    """The end of the process, as far as the store can tell."""


def cut_after(assistant: Assistant, calls: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """End the import before its next transaction, after so many of them; how many it could still have made."""
    left = [calls]
    call = assistant.store.call

    def counted(work: Callable[[Any], Any], *, background: bool = False) -> Any:
        left[0] -= background
        if background and left[0] < 0:
            raise Cut
        return call(work, background=background)

    monkeypatch.setattr(assistant.store, "call", counted)
    return left


def test_an_import_cut_anywhere_is_finished_by_the_next(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(assistant)
    assistant.memory.begin("I live in Bergen now.", assistant.clock.now())
    first = written(assistant, tmp_path / "a.mneme")
    cut = 0
    for calls in range(100):
        with another(tmp_path) as other:
            with monkeypatch.context() as patch:
                left = cut_after(other, calls, patch)
                try:
                    brought(other, tmp_path / "a.mneme")
                except Cut:
                    cut += 1
            assert other.store.call(lambda store: store.check()) == "ok"
            _, loaded = brought(other, tmp_path / "a.mneme")
            assert content(written(other, tmp_path / "b.mneme")) == content(first)
            if left[0] >= 0:
                assert not loaded.changed
                break
    assert cut > 8
    assert cut == calls


def test_a_disk_that_fills_in_the_middle_is_told(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(assistant)
    written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other, Archive(tmp_path / "a.mneme") as archive:
        loader = Loader(other.memory, archive)
        loader.check()
        with monkeypatch.context() as patch:
            patch.setattr("app.storage.incoming_vectors.IncomingVectors.put", _full)
            with pytest.raises(DiskFull, match="Free some space"):
                loader.load()
        assert other.store.call(lambda store: store.erasures.rows())["message"] == 0


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
