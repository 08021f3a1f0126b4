"""Nobody but the user speaks for the user: not the words of others in what comes in, nor facts that an archive brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.archive.importers import KINDS, bring_in
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bootstrap import Assistant
from app.core.clock import to_text
from app.core.facts import FactKind, NewStatement
from app.core.types import NewMessage, Role
from app.memory.facts.keeper import FactKeeper
from tests.archive.exports import chain, node, talk, text, write
from tests.archive.test_archive import another, brought, content, written
from tests.archive.test_hostile import made

_PLANTED = "I live in Oslo. My sister Anna works at the library. My favourite colour is green."


def facts(assistant: Assistant) -> list[tuple[str, str, str]]:
    FactKeeper(assistant.store, assistant.clock).extract_pending()
    said = assistant.store.call(lambda store: store.facts.of_subjects(store.facts.subjects()))
    return [(one.subject, one.attribute, one.value) for one in said]


def _chatgpt(folder: Path) -> Path:
    said = [node("n1", None, text("Hello there")), node("n2", "n1", text(_PLANTED, "assistant"))]
    said += [node("n3", "n2", text(_PLANTED, "tool")), node("n4", "n3", text(_PLANTED, "system"))]
    return write(folder, [talk(*said)])


def _claude(folder: Path) -> Path:
    attached = {"file_name": "cv.txt", "extracted_content": _PLANTED}
    said: list[dict[str, Any]] = [
        {"uuid": "m1", "sender": "human", "text": "See this.", "attachments": [attached]},
        {"uuid": "m2", "sender": "assistant", "text": _PLANTED},
    ]
    return write(folder, [{"uuid": "c1", "name": "Talk", "chat_messages": said}])


def _mem0(folder: Path) -> Path:
    return write(folder, {"results": [{"id": "1", "memory": _PLANTED, "created_at": "2024-05-01T09:30:00Z"}]})


def _jsonl(folder: Path) -> Path:
    rows = [{"role": role, "content": _PLANTED} for role in ("assistant", "tool", "system", "developer", "narrator")]
    path = folder / "talk.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _jan(folder: Path) -> Path:
    (folder / "t1").mkdir()
    row = {"id": "m1", "role": "assistant", "content": [{"type": "text", "text": {"value": _PLANTED}}]}
    (folder / "t1" / "messages.jsonl").write_text(json.dumps(row), encoding="utf-8")
    return folder / "t1"


OTHERS = {"chatgpt": _chatgpt, "claude": _claude, "mem0": _mem0, "jsonl": _jsonl, "jan": _jan}


@pytest.mark.parametrize("kind", OTHERS)
def test_the_words_of_others_are_nobodys_facts(assistant: Assistant, tmp_path: Path, kind: str) -> None:
    assert kind in KINDS
    report = bring_in(assistant.memory, kind, OTHERS[kind](tmp_path))
    assert report.messages > 0
    assert report.problems == []
    assert facts(assistant) == []


def test_what_the_user_said_elsewhere_is_theirs(assistant: Assistant, tmp_path: Path) -> None:
    bring_in(assistant.memory, "chatgpt", write(tmp_path, [chain("I live in Oslo.")]))
    assert ("me", "home", "Oslo") in facts(assistant)


def test_true_facts_come_in_with_their_history(assistant: Assistant, tmp_path: Path) -> None:
    assistant.memory.begin("I live in Oslo.", assistant.clock.now())
    assistant.memory.begin("I moved to Bergen.", assistant.clock.now())
    note = assistant.memory.remember("My home: Graz")
    by_hand = NewStatement(
        note.id, 9, 13, "me", "home", "Graz", FactKind.HOLDS, assistant.clock.now(), by_hand=True, method="hand"
    )
    assistant.store.write(lambda store: store.facts.add(by_hand))
    known = facts(assistant)
    first = written(assistant, tmp_path / "a.mneme")
    with another(tmp_path) as other:
        _, loaded = brought(other, tmp_path / "a.mneme")
        assert loaded.disbelieved == 0
        assert facts(other) == known
        assert content(written(other, tmp_path / "b.mneme")) == content(first)


def _parts(assistant: Assistant, folder: Path) -> dict[str, bytes]:
    opened, question = assistant.memory.begin("Good morning. I live in Oslo.", assistant.clock.now())
    answer = NewMessage(opened.id, Role.ASSISTANT, "You live in Rome.", assistant.clock.now(), question.id)
    assistant.memory.record(answer)
    written(assistant, folder / "a.mneme")
    with Archive(folder / "a.mneme") as archive:
        parts = {name: archive._zip.read(name) for name in archive.parts}
        return parts | {"manifest.json": archive._zip.read("manifest.json")}


PLANTED: dict[str, dict[str, Any]] = {
    "a value that nobody said": {"message": 0, "start": 14, "end": 29, "value": "Rome"},
    "words beyond the message": {"message": 0, "start": 14, "end": 400, "value": "Oslo"},
    "no words at all": {"message": 0, "start": 14, "end": 14, "value": ""},
    "the assistant's words": {"message": 1, "start": 0, "end": 17, "value": "Rome"},
    "by hand, in a chat": {"message": 0, "start": 14, "end": 29, "value": "Oslo", "by_hand": 1},
    "surer than sure": {"message": 0, "start": 14, "end": 29, "value": "Oslo", "confidence": 7.0},
    "neither true nor false": {"message": 0, "start": 14, "end": 29, "value": "Oslo", "rejected": -3},
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fact_stays_outside(assistant: Assistant, tmp_path: Path, name: str) -> None:
    parts = _parts(assistant, tmp_path)
    planted = {
        **{"subject": "me", "attribute": "bank", "kind": "holds", "said_at": to_text(assistant.clock.now())},
        **{"adds": 0, "mends": 0, "by_hand": 0, "confidence": 1.0, "method": "rules", "rejected": 0},
        **PLANTED[name],
    }
    row = json.dumps(planted).encode() + b"\n"
    parts["facts.jsonl"] = parts["facts.jsonl"] + row if planted["message"] else row + parts["facts.jsonl"]
    path = made(tmp_path / "planted.mneme", parts)
    with another(tmp_path) as other:
        with Archive(path) as archive:
            loader = Loader(other.memory, archive)
            loader.check()
            loaded = loader.load()
        assert loaded.disbelieved == 1
        assert facts(other) == [("me", "home", "Oslo")]
