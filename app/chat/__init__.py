"""One turn of a conversation: store, recall, prompt, stream, store."""

from app.chat.session import Session

__all__ = ["Session"]
