"""A process that says one thing after another, and prints the number of each once it is stored, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from app.bootstrap import build
from app.core.types import NewMessage, Role
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


def main(folder: str) -> None:
    parts = {"clock": FakeClock(), "model": FakeModel(), "embedder": FakeEmbedder()}
    assistant = build(Path(folder), background=False, **parts)
    conversation, first = assistant.memory.begin("message 1", assistant.clock.now())
    print(first.id, flush=True)
    while True:
        text = f"message {first.id + 1}: " + "and so on " * (first.id % 300)
        message = NewMessage(conversation.id, Role.USER, text, assistant.clock.now(), first.id)
        first = assistant.memory.record(message)
        print(first.id, flush=True)
        if first.id % 7 == 0:
            assistant.memory.embed_pending()


if __name__ == "__main__":
    main(sys.argv[1])
