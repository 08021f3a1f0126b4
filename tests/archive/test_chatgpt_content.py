"""The words of one message of a ChatGPT export as readable Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from app.archive.importers.chatgpt import content_text


def _content(**content: Any) -> str:
    return content_text({"content": content})


def test_the_parts_of_a_text_stand_in_paragraphs() -> None:
    assert _content(content_type="text", parts=["one", "", "two"]) == "one\n\ntwo"


def test_a_text_without_content_type_is_read() -> None:
    assert _content(parts=["words"]) == "words"


def test_a_content_that_is_only_a_string_is_read() -> None:
    assert content_text({"content": "words"}) == "words"


@pytest.mark.parametrize("message", [{}, {"content": None}, {"content": 7}, {"content": {"parts": None}}])
def test_a_message_without_content_has_no_words(message: dict[str, Any]) -> None:
    assert content_text(message) == ""


def test_code_is_fenced_under_its_language() -> None:
    assert _content(content_type="code", language="python", text="x = 1\n") == "```python\nx = 1\n```"


@pytest.mark.parametrize("language", ["", "unknown", None])
def test_code_of_unknown_language_is_fenced_under_the_tool_it_went_to(language: str | None) -> None:
    content = {"content_type": "code", "language": language, "text": "x = 1"}
    assert content_text({"recipient": "python", "content": content}) == "```python\nx = 1\n```"
    assert content_text({"recipient": "all", "content": content}) == "```\nx = 1\n```"


def test_code_that_went_to_nobody_has_a_fence_without_language() -> None:
    content = {"content_type": "code", "language": "unknown", "text": "x = 1"}
    assert content_text({"recipient": None, "content": content}) == "```\nx = 1\n```"


def test_code_without_text_has_no_words() -> None:
    assert _content(content_type="code", language="python", text=None) == ""


def test_a_text_field_without_content_type_is_taken_for_code() -> None:
    assert _content(text="x = 1") == "```\nx = 1\n```"


def test_the_output_of_a_tool_is_fenced() -> None:
    assert _content(content_type="execution_output", text="1/3\n") == "```\n1/3\n```"


def test_a_fence_is_longer_than_every_fence_within() -> None:
    inner = "````\n```py\nx\n```\n````"
    assert _content(content_type="code", language="md", text=inner) == f"`````md\n{inner}\n`````"


def test_line_ends_of_windows_become_plain_ones_in_a_fence() -> None:
    assert _content(content_type="execution_output", text="a\r\nb") == "```\na\nb\n```"


def test_a_picture_among_the_parts_stays_visible_beside_the_words() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://abc", "width": 8}
    found = _content(content_type="multimodal_text", parts=["look", picture, None])
    words, fenced = found.split("\n\n", 1)
    assert words == "look"
    assert fenced.startswith("```json\n") and fenced.endswith("\n```")
    assert "file-service://abc" in fenced


def test_a_spoken_part_gives_its_transcript() -> None:
    assert _content(parts=[{"content_type": "audio_transcription", "text": "hello there"}]) == "hello there"


@pytest.mark.parametrize("key", ["text", "result", "content"])
def test_other_contents_give_their_words(key: str) -> None:
    assert _content(content_type="something_new", **{key: "words"}) == "words"


def test_a_content_of_unknown_shape_is_kept_whole() -> None:
    assert "quotable" in _content(content_type="something_new", deep={"inside": "quotable"})


def test_a_number_among_the_parts_is_kept() -> None:
    assert _content(parts=[42]) == "42"
