"""Writes the store that later versions must be able to open: `python -m tests.upgrade.make_store v1`.

Run it once, when a version ships. A stored database is never made again by later code.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from app.archive.importers.chatgpt import parse_conversation
from app.bootstrap import Assistant, build
from app.chat.events import Stored
from app.core.types import Message
from app.storage.migrations import back_up
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

FOLDER = Path(__file__).parent
IDENTITY, DIMENSION = "fake-32:1", 32

TALKS = [
    [
        ("My dog Biscuit is afraid of thunder.", "Poor Biscuit! A quiet room can help."),
        ("We are moving to Graz in September.", "Graz is a fine city."),
    ],
    [
        ("猫のミケは魚が大好きです。", "かわいいですね。"),
        ("My flight to Oslo leaves at 9:40 👩‍🚀", "Have a good trip."),
        ("מה שלום הכלב שלי", "שלום"),
    ],
    [("What is my dog afraid of?", "Thunder."), ("And where are we moving in September?", "To Graz.")],
]

IMPORTED = {
    "id": "export-1",
    "title": "Sourdough",
    "create_time": 1_672_574_400.0,
    "current_node": "b",
    "mapping": {
        "r": {"id": "r", "parent": None, "message": None},
        "a": {
            "id": "a",
            "parent": "r",
            "message": {
                "author": {"role": "user"},
                "create_time": 1_672_574_401.0,
                "content": {"content_type": "text", "parts": ["How long does a sourdough starter live?"]},
            },
        },
        "b": {
            "id": "b",
            "parent": "a",
            "message": {
                "author": {"role": "assistant"},
                "create_time": 1_672_574_402.0,
                "content": {"content_type": "text", "parts": ["For decades, when it is fed."]},
            },
        },
    },
}


def fill(assistant: Assistant, clock: FakeClock, model: FakeModel) -> None:
    """Talk, remember and import over some days, with what the replies were shown on record."""
    assistant.memory.remember("The spare key is under the blue flowerpot.")
    assistant.memory.bring_in(parse_conversation(IMPORTED))
    for talk in TALKS:
        clock.advance(timedelta(days=1))
        conversation: int | None = None
        for question, answer in talk:
            clock.advance(timedelta(minutes=1))
            model.enqueue(answer)
            conversation = _said(assistant, question, conversation).conversation_id
        assistant.memory.embed_pending()


def _said(assistant: Assistant, question: str, conversation: int | None) -> Message:
    events = list(assistant.session.ask(question, conversation))
    assert isinstance(events[0], Stored)
    return events[0].message


def main(name: str) -> None:
    clock, model = FakeClock(), FakeModel()
    with tempfile.TemporaryDirectory() as folder:
        parts = {"clock": clock, "model": model, "embedder": FakeEmbedder(DIMENSION, IDENTITY)}
        with build(Path(folder), background=False, **parts) as assistant:
            fill(assistant, clock, model)
            assistant.store.call(lambda store: store._db.execute("VACUUM"))
            assistant.store.call(lambda store: back_up(store._db, FOLDER / f"{name}.db"))


if __name__ == "__main__":
    main(sys.argv[1])
