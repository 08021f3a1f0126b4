from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.errors import DiskFull, ModelUnreadable
from app.core.settings import Settings
from app.runtime import requantize as written
from app.runtime.gguf_check import check_gguf
from app.runtime.native_log import forward_native_log
from app.runtime.requantize import requantize
from app.runtime.tuning import Tuning, remember, remembered


def test_what_was_found_is_remembered_by_model_and_machine(tmp_path: Path) -> None:
    path, tuning = tmp_path / "tuning.json", Tuning(batch=512, threads=1)
    remember(path, "model", "machine", tuning)
    remember(path, "other", "machine", Tuning(kv="q8_0"))
    assert remembered(path, "model", "machine") == tuning
    assert remembered(path, "model", "another machine") is None
    assert remembered(path, "third", "machine") is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"machine model": 3}', '{"machine model": {"kv": "q9", "flash": 1}}', "\x00"],
)
def test_a_file_that_makes_no_sense_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tuning.json"
    path.write_text(content)
    assert remembered(path, "model", "machine") is None


@pytest.mark.parametrize("wrong", [{"kv": "q2"}, {"batch": 0}, {"threads": -1}, {"flash": "yes"}])
def test_choices_that_there_are_not_are_not_made(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = tmp_path / "tuning.json"
    remember(path, "model", "machine", Tuning())
    found = json.loads(path.read_text())
    found["machine model"] |= wrong
    path.write_text(json.dumps(found))
    assert remembered(path, "model", "machine") is None


@pytest.mark.real
def test_weights_are_written_anew_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forward_native_log(lambda *_: None)
    target = requantize(Settings().chat_model, tmp_path / "new" / "small.Q8_0.gguf", "Q8_0")
    assert check_gguf(target).metadata["general.file_type"] == 7
    made = target.stat().st_mtime_ns
    assert requantize(Settings().chat_model, target, "Q8_0").stat().st_mtime_ns == made
    assert [file.name for file in target.parent.iterdir()] == [target.name]


@pytest.mark.real
def test_weights_that_cannot_be_written_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forward_native_log(lambda *_: None)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\x00" * 100)
    with pytest.raises(ModelUnreadable):
        requantize(broken, tmp_path / "broken.BF16.gguf", "BF16")
    monkeypatch.setattr(written, "_SPARE", 1 << 60)
    with pytest.raises(DiskFull, match="Free some space"):
        requantize(Settings().chat_model, tmp_path / "small.BF16.gguf", "BF16")
    assert list(tmp_path.iterdir()) == [broken]
