"""Short ways to put words and vectors into a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.core.types import Message, NewMessage, NewSpan, Role
from app.storage.store import Store
from tests.fakes import FakeEmbedder

NOW = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)


def say(store: Store, text: str, conversation_id: int | None = None, **fields: Any) -> Message:
    """Store a message, in a conversation of its own if none is given."""
    with store.transaction():
        key = store.conversations.create("Talk", NOW).id if conversation_id is None else conversation_id
        return store.conversations.add(NewMessage(key, fields.pop("role", Role.USER), text, NOW, **fields))


def span_of(store: Store, message: Message) -> int:
    """Index the whole message as one span."""
    with store.transaction():
        span = NewSpan(message.conversation_id, message.id, message.id, 0, len(message.text))
        return store.spans.add(span, message.speaker, message.text)


def remember(store: Store, texts: Sequence[str], embedder: FakeEmbedder | None = None) -> list[int]:
    """Messages with a span each, and a vector each where there is an embedder; the ids of the spans."""
    keys = [span_of(store, say(store, text)) for text in texts]
    if embedder is not None:
        store.vectors.use(embedder.identity, embedder.dimension)
        with store.transaction():
            store.vectors.add(keys, embedder.embed(texts))
    return keys
