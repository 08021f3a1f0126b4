"""A ChatGPT export comes in, once, and whatever is wrong with it is said."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.archive.importers.chatgpt import import_chatgpt
from app.bootstrap import Assistant
from app.core.errors import InputError, MnemeError, StoreError
from app.core.types import Origin, Role
from tests.archive.exports import chain, conversations, node, talk, text, texts, thread, write


def test_messages_come_in_with_their_conversation(assistant: Assistant, tmp_path: Path) -> None:
    report = import_chatgpt(assistant.memory, write(tmp_path, [chain("Where is the key?", "Under the pot.")]))
    assert (report.conversations, report.messages, report.already_known, report.problems) == (1, 2, 0, [])
    found = conversations(assistant)[0]
    assert (found.title, found.origin) == ("Talk", Origin.IMPORTED)
    assert found.created_at.timestamp() == 1_700_000_000
    assert [message.text for message in thread(assistant)] == ["Where is the key?", "Under the pot."]


def test_the_open_branch_is_the_thread_and_the_other_can_be_recalled(assistant: Assistant, tmp_path: Path) -> None:
    raw = talk(
        node("q", None, text("Which tree?")),
        node("new", "q", text("A birch", "assistant")),
        node("old", "q", text("A hornbeam", "assistant")),
        current_node="new",
    )
    import_chatgpt(assistant.memory, write(tmp_path, [raw]))
    assert [message.text for message in thread(assistant)] == ["Which tree?", "A birch"]
    assert assistant.memory.search("hornbeam").hits[0].span.text == "A hornbeam"


def test_a_second_import_adds_nothing(assistant: Assistant, tmp_path: Path) -> None:
    path = write(tmp_path, [chain("one", "two"), chain("three", conversation_id="c2")])
    import_chatgpt(assistant.memory, path)
    again = import_chatgpt(assistant.memory, path)
    assert (again.conversations, again.messages, again.already_known) == (0, 0, 3)
    assert len(texts(assistant)) == 3


def test_a_grown_export_adds_only_what_is_new(assistant: Assistant, tmp_path: Path) -> None:
    import_chatgpt(assistant.memory, write(tmp_path, [chain("one", "two")]))
    report = import_chatgpt(assistant.memory, write(tmp_path, [chain("one", "two", "three")]))
    assert (report.conversations, report.messages, report.already_known) == (1, 1, 2)
    assert [message.text for message in thread(assistant)] == ["one", "two", "three"]


def test_a_grown_export_without_ids_adds_only_what_is_new(assistant: Assistant, tmp_path: Path) -> None:
    before = talk(node("m", None, text("one")), conversation_id=None)
    after = talk(node("m", None, text("one")), node("a", "m", text("two")), conversation_id=None)
    import_chatgpt(assistant.memory, write(tmp_path, [before]))
    assert import_chatgpt(assistant.memory, write(tmp_path, [after])).messages == 1
    assert [message.text for message in thread(assistant)] == ["one", "two"]


def test_a_conversation_without_a_title_is_untitled(assistant: Assistant, tmp_path: Path) -> None:
    import_chatgpt(assistant.memory, write(tmp_path, [chain("words", title=None)]))
    assert conversations(assistant)[0].title == "Untitled"


def test_the_zip_of_an_export_is_read_as_it_comes(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("chat.html", "<html></html>")
        archive.writestr("conversations.json", json.dumps([chain("from the zip")]))
    assert import_chatgpt(assistant.memory, path).messages == 1
    assert texts(assistant) == ["from the zip"]


def test_malformed_conversations_are_named_and_the_others_come_in(assistant: Assistant, tmp_path: Path) -> None:
    export = [7, chain("good"), {"title": "no mapping"}, chain("also good", conversation_id="c2")]
    report = import_chatgpt(assistant.memory, write(tmp_path, export))
    assert (report.conversations, report.messages) == (2, 2)
    assert [problem.split(":")[0] for problem in report.problems] == ["conversation 1", "conversation 3"]


def test_half_characters_and_nul_cost_no_conversation(assistant: Assistant, tmp_path: Path) -> None:
    raw = talk(
        node("a", None, text("half \ud83d of a smile")),
        node("b", "a", text("\x00")),
        node("c", "b", text("after\x00wards")),
        title="odd \udc00 title",
    )
    report = import_chatgpt(assistant.memory, write(tmp_path, [raw]))
    assert report.problems == []
    assert texts(assistant) == ["half ? of a smile", "afterwards"]


def test_a_conversation_without_words_leaves_nothing_behind(assistant: Assistant, tmp_path: Path) -> None:
    report = import_chatgpt(assistant.memory, write(tmp_path, [talk(node("a", None, None))]))
    assert report.conversations == 0
    assert conversations(assistant) == []


def test_progress_tells_every_conversation(assistant: Assistant, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write(tmp_path, [chain("one"), 7])
    import_chatgpt(assistant.memory, path, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_trouble_with_the_store_ends_the_import(assistant: Assistant, tmp_path: Path) -> None:
    path = write(tmp_path, [chain("one")])
    assistant.close()
    with pytest.raises(StoreError):
        import_chatgpt(assistant.memory, path)


def _zip(inside: str = "conversations.json", content: str = "[]") -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inside, content)

    return make


def _damaged_zip(path: Path) -> None:
    _zip(content=json.dumps(list(range(2000))))(path)
    whole = bytearray(path.read_bytes())
    begin = 30 + len("conversations.json")
    whole[begin : begin + 40] = b"\xff" * 40
    path.write_bytes(whole)


def _locked_zip(path: Path) -> None:
    _zip()(path)
    whole = bytearray(path.read_bytes())
    whole[6] |= 1  # "encrypted", in the header of the file
    whole[whole.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(whole)


_NO_EXPORTS: dict[str, Callable[[Path], Any]] = {
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "empty": lambda path: path.write_bytes(b""),
    "not JSON": lambda path: path.write_text("Dear diary"),
    "cut off": lambda path: path.write_text('[{"title": "T'),
    "not text": lambda path: path.write_bytes(bytes(range(128, 256))),
    "not a list": lambda path: path.write_text('{"mapping": {}}'),
    "too deep": lambda path: path.write_text("[" * 200_000 + "]" * 200_000),
    "zip of something else": _zip("photos.json"),
    "zip of no JSON": _zip(content="Dear diary"),
    "damaged zip": _damaged_zip,
    "zip with a password": _locked_zip,
}


@pytest.mark.parametrize("kind", _NO_EXPORTS)
def test_a_file_that_is_no_export_is_told_with_advice(assistant: Assistant, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "chosen"
    _NO_EXPORTS[kind](path)
    with pytest.raises(InputError) as told:
        import_chatgpt(assistant.memory, path)
    assert str(path) in told.value.message
    assert "Choose the conversations.json of a ChatGPT export, or its zip." in told.value.message
    assert conversations(assistant) == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_MESSAGE = _JSON | st.fixed_dictionaries(
    {},
    optional={
        "author": _JSON | st.fixed_dictionaries({"role": _JSON | st.sampled_from(list(Role)), "name": _JSON}),
        "content": _JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "content_type": _JSON | st.sampled_from(["text", "code", "execution_output"]),
                "parts": _JSON | st.lists(_JSON, max_size=3),
                "text": _JSON,
                "language": _JSON,
            },
        ),
        "create_time": _JSON,
        "recipient": _JSON,
    },
)
_NODE = st.fixed_dictionaries({}, optional={"parent": _JSON | st.sampled_from("abc"), "message": _MESSAGE})
_TALK = _JSON | st.fixed_dictionaries(
    {"mapping": st.dictionaries(st.sampled_from("abc") | st.text(max_size=2), _NODE | _JSON, max_size=4)},
    optional={"title": _JSON, "create_time": _JSON, "current_node": _JSON, "id": _JSON, "conversation_id": _JSON},
)


@settings(max_examples=150)
@given(export=_JSON | st.lists(_TALK, max_size=3))
def test_whatever_a_file_holds_it_comes_in_or_is_told(assistant: Assistant, tmp_path: Path, export: Any) -> None:
    path = write(tmp_path, export)
    try:
        first = import_chatgpt(assistant.memory, path)
    except MnemeError:
        assert not isinstance(export, list)
    else:
        again = import_chatgpt(assistant.memory, path)
        assert again.messages == 0
        assert again.problems == first.problems


def test_a_real_export_comes_in_whole_and_dated(
    assistant: Assistant, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    path = shared("chatgpt/conversations.json")
    report = import_chatgpt(assistant.memory, path)
    assert (report.conversations, report.messages, report.problems) == (1, 42, [])
    said = thread(assistant)
    assert len(said) == 42
    assert {message.created_at.year for message in said} == {2023}
    assert [message.created_at for message in said] == sorted(message.created_at for message in said)
    again = import_chatgpt(assistant.memory, path)
    assert (again.messages, again.already_known) == (0, 42)


def test_a_real_export_keeps_code_and_tool_output_and_is_found_by_its_words(
    assistant: Assistant, shared: Callable[[str], Path]
) -> None:
    import_chatgpt(assistant.memory, shared("chatgpt/conversations.json"))
    said = thread(assistant)
    assert any(m.role is Role.TOOL and m.text == "```\n1/3\n```" and m.speaker == "python" for m in said)
    assert any(m.role is Role.ASSISTANT and m.text.startswith("```python\nfrom sympy import") for m in said)
    assert "monte carlo" in assistant.memory.search("monte carlo").hits[0].span.text.lower()
