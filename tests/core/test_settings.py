from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InputError, MnemeError
from app.core.settings import Settings, load_settings, save_settings

ANY_NUMBERS = st.builds(
    Settings,
    context_tokens=st.integers(),
    max_reply_tokens=st.integers(),
    temperature=st.floats() | st.integers(),
    recall_tokens=st.integers(),
    unload_after_minutes=st.integers(),
    theme=st.text(),
)


@given(ANY_NUMBERS)
def test_checked_settings_lie_in_their_ranges(settings: Settings) -> None:
    checked = settings.checked()
    assert checked.context_tokens >= 512
    assert 16 <= checked.max_reply_tokens <= checked.context_tokens // 4
    assert 0.0 <= checked.temperature <= 2.0
    assert 0 <= checked.recall_tokens <= checked.context_tokens // 8
    assert checked.unload_after_minutes >= 1
    assert checked.theme in ("system", "light", "dark")


@given(ANY_NUMBERS)
def test_checking_twice_changes_nothing_more(settings: Settings) -> None:
    assert settings.checked().checked() == settings.checked()


def test_the_defaults_are_within_their_ranges() -> None:
    assert Settings().checked() == Settings()


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["above", "below"])
def test_a_number_beyond_all_ranges_is_brought_into_them(value: int) -> None:
    assert 0.0 <= replace(Settings(), temperature=value).checked().temperature <= 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("context_tokens", "4096"), ("context_tokens", True), ("recall", 1), ("model_path", None), ("theme", 3)],
)
def test_a_setting_of_the_wrong_type_is_named(name: str, value: object) -> None:
    with pytest.raises(InputError, match=name):
        replace(Settings(), **{name: value}).checked()


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    settings = Settings(temperature=0.7, recall=False, theme="dark", model_path="/models/größer.gguf")
    save_settings(tmp_path / "settings.json", settings)
    assert load_settings(tmp_path / "settings.json") == settings


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == Settings()


def test_settings_of_a_newer_version_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"theme": "dark", "telepathy": true}', encoding="utf-8")
    assert load_settings(tmp_path / "settings.json") == Settings(theme="dark")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"recall": "yes"}'])
def test_a_damaged_file_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_settings(tmp_path / "settings.json")
    assert caught.value.exit_code == 5


def test_an_unreadable_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"settings\.json cannot be read\. Correct the file, or delete it"):
        load_settings(tmp_path / "settings.json")


def test_a_failed_save_leaves_the_old_settings_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings(theme="dark"))
    (tmp_path / "settings.new").mkdir()  # nothing can be written there
    with pytest.raises(MnemeError, match=r"settings"):
        save_settings(path, Settings(theme="light"))
    assert load_settings(path).theme == "dark"


def test_settings_are_plain_json(tmp_path: Path) -> None:
    save_settings(tmp_path / "settings.json", Settings())
    assert json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))["context_tokens"] == 4096
