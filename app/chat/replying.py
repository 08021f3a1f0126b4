"""A reply as it is written down while it streams."""

from __future__ import annotations

import time
from contextlib import suppress

from app.core.clock import Clock
from app.core.errors import MnemeError, StoreLocked
from app.core.types import Message, MessageState, NewMessage, Role
from app.memory.talks import Talks

_SAVE_EVERY_S = 0.5


class Reply:
    """A reply on its way to disk: written at its first words, then twice a second, then whole."""

    def __init__(self, talks: Talks, question: Message, model: str) -> None:
        self._talks = talks
        self._question = question
        self._model = model
        self._text = ""
        self._message: Message | None = None
        self._saved_at = 0.0
        self._closed = False

    def add(self, text: str, clock: Clock) -> None:
        """More of its words."""
        self._text += text
        if self._message is None:
            self._message = self._begin(clock)
        elif time.monotonic() - self._saved_at >= _SAVE_EVERY_S:
            with suppress(StoreLocked):  # the next save, or the last, has these words too
                self._talks.write_reply(self._message, self._text, MessageState.STREAMING)
            self._saved_at = time.monotonic()

    def close(self, state: MessageState) -> Message | None:
        """Write it as it is now; None when not a word was said."""
        written = self._talks.write_reply(self._message, self._text, state) if self._message is not None else None
        self._closed = True
        return written

    def close_if_torn(self) -> None:
        """Keep the partial text when the model or the reader went away in the middle."""
        if not self._closed and self._message is not None:
            with suppress(MnemeError):  # the error that tore it is the one to report
                self.close(MessageState.INTERRUPTED)

    def _begin(self, clock: Clock) -> Message:
        question = self._question
        reply = NewMessage(
            question.conversation_id,
            Role.ASSISTANT,
            self._text,
            clock.now(),
            parent_id=question.id,
            state=MessageState.STREAMING,
            model=self._model,
        )
        self._saved_at = time.monotonic()
        return self._talks.record(reply)
