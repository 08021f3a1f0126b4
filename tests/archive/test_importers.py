"""Exports of other assistants come in: dated, once, with their roles; what is malformed is named and costs no other."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.archive.importers import KINDS, bring_in, detect
from app.archive.importers.shared import moment
from app.bootstrap import Assistant
from app.core.errors import InputError
from app.core.types import Origin, Role
from tests.archive.exports import chain as chatgpt
from tests.archive.exports import conversations, thread

_AT = "2024-05-01T09:30:00.000000Z"
_SECONDS = 1_714_555_800


def _claude(folder: Path) -> Path:
    said = [
        {"uuid": "m1", "sender": "human", "text": "Where is the key?", "created_at": _AT},
        {
            **{"uuid": "m2", "sender": "assistant", "text": "", "created_at": _AT},
            "content": [{"type": "text", "text": "Under the pot."}, {"type": "tool_use", "input": {}}],
        },
    ]
    talk = {"uuid": "c1", "name": "Keys", "created_at": _AT, "chat_messages": said}
    return _json(folder / "claude.json", [talk, {"uuid": "c2"}])


def _open_webui(folder: Path) -> Path:
    nodes = {
        "a": {"id": "a", "parentId": None, "role": "user", "content": "Where is the key?", "timestamp": _SECONDS},
        "b": {"id": "b", "parentId": "a", "role": "assistant", "content": "Under the pot.", "timestamp": _SECONDS},
        "c": {"id": "c", "parentId": "a", "role": "assistant", "content": "No idea.", "timestamp": _SECONDS},
    }
    chat = {"title": "Keys", "history": {"messages": nodes, "currentId": "b"}}
    return _json(folder / "chats.json", [{"id": "c1", "title": "Keys", "chat": chat, "created_at": _SECONDS}, 7])


def _jan(folder: Path) -> Path:
    one, two = folder / "threads" / "t1", folder / "threads" / "t2"
    one.mkdir(parents=True)
    two.mkdir()
    _json(one / "thread.json", {"id": "t1", "title": "Keys", "created": _SECONDS})
    said = [("user", "Where is the key?", _SECONDS), ("assistant", "Under the pot.", (_SECONDS + 1) * 1000)]
    rows = [
        {"id": f"m{i}", "role": role, "created_at": at, "content": [{"type": "text", "text": {"value": text}}]}
        for i, (role, text, at) in enumerate(said)
    ]
    (one / "messages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (two / "messages.jsonl").write_text("{")
    return folder


def _lm_studio(folder: Path) -> Path:
    text = [{"type": "text", "text": "Where is the key?"}]
    steps = [
        {"type": "contentBlock", "content": [{"type": "text", "text": "Under the pot."}]},
        {"type": "debugInfoBlock"},
    ]
    said = [
        {"versions": [{"type": "singleStep", "role": "user", "content": text}], "currentlySelected": 0},
        {"versions": [{}, {"type": "multiStep", "role": "assistant", "steps": steps}], "currentlySelected": 1},
    ]
    _json(folder / "1.conversation.json", {"name": "Keys", "createdAt": _SECONDS * 1000, "messages": said})
    _json(folder / "2.conversation.json", {"messages": [{"versions": []}]})
    return folder


def _q(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return struct.pack(">I", len(data)) + data


def _chat(version: int = 12) -> bytes:
    head = struct.pack(">Iiq", 0xF5D553CC, version, _SECONDS)
    head += _q("c1") + _q("Keys") + _q("") + _q("model") + struct.pack(">I", 1) + _q("documents") + struct.pack(">i", 2)
    source = b"".join(map(_q, "abcdefg")) + struct.pack(">iii", 1, 2, 3)
    for name, text, flags in (("Prompt: ", "Where is the key?", 5), ("Response: ", "Under the pot.", 6)):
        head += struct.pack(">i", 0) if version < 12 else b""
        head += _q(name) + _q(text) + bytes(flags) + struct.pack(">q", 1) + source + struct.pack(">q", 0)
        head += struct.pack(">q", 0) if version >= 12 else b""
    return head


def _gpt4all(folder: Path) -> Path:
    (folder / "gpt4all-c1.chat").write_bytes(_chat())
    (folder / "gpt4all-c2.chat").write_bytes(_chat()[:100])
    return folder


def _mem0(folder: Path) -> Path:
    return _json(
        folder / "m.json", {"results": [{"id": "1", "memory": "Under the pot.", "created_at": _AT}, {"id": 2}]}
    )


def _markdown(folder: Path) -> Path:
    text = "# Keys\n\n2024-05-01\n\n**You**, 09:30\n\nWhere is the key?\n\n**Assistant**, 09:31\n\nUnder the pot.\n"
    (folder / "talk.md").write_text(text)
    return folder / "talk.md"


def _jsonl(folder: Path) -> Path:
    rows = [
        {"role": "user", "content": "Where is the key?", "timestamp": _AT},
        {"role": "assistant", "text": "Under the pot."},
    ]
    (folder / "talk.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n{\n")
    return folder / "talk.jsonl"


def _json(path: Path, found: Any) -> Path:
    path.write_text(json.dumps(found))
    return path


EXPORTS: dict[str, Callable[[Path], Path]] = {
    "chatgpt": lambda folder: _json(folder / "c.json", [chatgpt("Where is the key?", "Under the pot."), 7]),
    "claude": _claude,
    "open-webui": _open_webui,
    "jan": _jan,
    "lm-studio": _lm_studio,
    "gpt4all": _gpt4all,
    "mem0": _mem0,
    "markdown": _markdown,
    "jsonl": _jsonl,
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_export_comes_in_dated_and_once(assistant: Assistant, tmp_path: Path, kind: str) -> None:
    path = EXPORTS[kind](tmp_path)
    assert detect(path) == kind
    first, second = bring_in(assistant.memory, kind, path), bring_in(assistant.memory, kind, path)
    assert first.conversations == 1
    assert (second.messages, second.already_known) == (0, first.messages)
    assert len(first.problems) == (0 if kind == "markdown" else 1)
    found = conversations(assistant)[0]
    assert (found.origin, found.created_at.year) == (Origin.IMPORTED, 2023 if kind == "chatgpt" else 2024)
    said = thread(assistant)
    assert said[-1].text == "Under the pot."
    assert said[-1].role is {"mem0": Role.TOOL, "chatgpt": Role.USER}.get(kind, Role.ASSISTANT)
    if kind != "mem0":
        assert (said[0].text, said[0].role, found.title) == (
            "Where is the key?",
            Role.USER,
            {"chatgpt": "Talk", "jsonl": "Untitled"}.get(kind, "Keys"),
        )
    assert assistant.memory.search("pot").hits


def test_every_kind_has_an_example() -> None:
    assert set(EXPORTS) == set(KINDS)


@pytest.mark.parametrize("kind", ["jan", "lm-studio", "gpt4all"])
def test_a_folder_may_come_as_a_zip(assistant: Assistant, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    EXPORTS[kind](folder)
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in folder.rglob("*"):
            archive.write(each, each.relative_to(folder))
    assert detect(path) == kind
    assert bring_in(assistant.memory, kind, path).messages == 2


def test_branches_of_open_webui_are_kept_and_the_open_one_is_the_thread(assistant: Assistant, tmp_path: Path) -> None:
    bring_in(assistant.memory, "open-webui", _open_webui(tmp_path))
    assert [message.text for message in thread(assistant)] == ["Where is the key?", "Under the pot."]
    assert assistant.memory.search("idea").hits


def test_what_was_attached_is_data_and_not_the_users_words(assistant: Assistant, tmp_path: Path) -> None:
    said = {"uuid": "m", "sender": "human", "text": "Read this.", "created_at": _AT}
    said["attachments"] = [{"file_name": "a.txt", "extracted_content": "My name is Mallory."}]  # type: ignore[assignment]
    talk = {"uuid": "c", "name": "", "created_at": _AT, "chat_messages": [said]}
    bring_in(assistant.memory, "claude", _json(tmp_path / "c.json", [talk]))
    roles = {message.text: message.role for message in thread(assistant)}
    assert roles == {"My name is Mallory.": Role.TOOL, "Read this.": Role.USER}


def test_a_document_is_data(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Garden\n\nThe oak is old.\n")
    bring_in(assistant.memory, "markdown", tmp_path)
    assert [(message.role, message.speaker) for message in thread(assistant)] == [(Role.TOOL, "notes.md")]


def test_a_chat_of_an_older_gpt4all_says_what_to_do(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "a.chat").write_bytes(_chat(11))
    (tmp_path / "b.chat").write_bytes(_chat(9))
    report = bring_in(assistant.memory, "gpt4all", tmp_path)
    assert report.messages == 2
    assert "open it once in a current GPT4All" in report.problems[0]


def test_a_link_out_of_the_folder_is_not_followed(assistant: Assistant, tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "secret.md"
    folder.mkdir()
    outside.write_text("secret")
    (folder / "a.md").symlink_to(outside)
    with pytest.raises(InputError):
        bring_in(assistant.memory, "markdown", folder)


def test_a_zip_that_grows_beyond_measure_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b" " * (8 << 20))
        archive.getinfo("conversations.json").file_size = 1 << 40
    with pytest.raises(InputError, match="cannot be read"):
        bring_in(assistant.memory, "claude", path)


def test_what_cannot_be_told_asks_for_the_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Say which kind"):
        detect(_json(tmp_path / "x.json", {"a": 1}))


@pytest.mark.parametrize("value", [_AT, _SECONDS, _SECONDS * 1000, "2024-05-01 11:30:00+02:00", "2024-05-01T09:30:00"])
def test_moments_are_read_as_programs_write_them(value: Any) -> None:
    assert moment(value) == datetime(2024, 5, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, True, -1, "soon", float("inf"), 1e40, [], "9" * 30])
def test_what_is_no_moment_is_none(value: Any) -> None:
    assert moment(value) is None


_FIELDS = """uuid id chat_messages sender text content chat history messages currentId parentId role memory results
versions steps created_at name value type currentlySelected"""
_KEYS = st.sampled_from(_FIELDS.split())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60)
@given(_JSON, st.sampled_from(["claude", "open-webui", "lm-studio", "mem0", "jsonl"]))
def test_no_json_is_too_strange(assistant: Assistant, tmp_path: Path, found: Any, kind: str) -> None:
    path = _json(tmp_path / f"strange.{'jsonl' if kind == 'jsonl' else 'json'}", found)
    with suppress(InputError):
        bring_in(assistant.memory, kind, path)
