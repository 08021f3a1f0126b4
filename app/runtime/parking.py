"""Which conversation is live, and the states of those that were live before."""

from __future__ import annotations

from collections.abc import Callable

from app.core.types import is_private
from app.runtime.kv_file import KvState

_MOST_BYTES = 160_000_000


class Parking:
    """States in memory, the last used kept; never those of private conversations, or of none (0)."""

    def __init__(self, room: int | None = None) -> None:
        """`room` is a limit in bytes that holds for a single state, too."""
        self._most, self._least = (_MOST_BYTES, 1) if room is None else (room, 0)
        self.live = 0
        self.own = False
        """Whether all that is held was read for the live conversation."""
        self.whole: KvState | None = None
        """The live conversation behind its last prompt, for a memory that cannot be cut."""
        self._dirty = False
        self._parked: dict[int, KvState] = {}

    def enter(self, conversation: int) -> KvState | None:
        """Make a conversation the live one; its state, if it is parked."""
        self.live, self.own, self.whole = conversation, False, None
        state = self._parked.pop(conversation, None)
        self._dirty = state is not None
        return state

    def changed(self) -> None:
        """The live conversation goes on: what is parked or saved of it is old."""
        self._dirty, self.own = True, True
        self._parked.pop(self.live, None)

    def park(self, take: Callable[[], KvState]) -> None:
        """Keep what is held of the live conversation, unless it is kept already or lies on disk as it is."""
        if not self.live or is_private(self.live) or not self._dirty or self.live in self._parked:
            return
        state = take()
        if state.tokens:
            self._parked[self.live] = state
        while (
            sum(state.state.nbytes for state in self._parked.values()) > self._most and len(self._parked) > self._least
        ):
            self._parked.pop(next(iter(self._parked)))

    def unsaved(self, conversation: int) -> KvState | None:
        """The state of a parked conversation."""
        return self._parked.get(conversation)

    def saved(self, conversation: int) -> None:
        """A conversation lies on disk: its state need not be kept in memory."""
        self._parked.pop(conversation, None)
        if conversation == self.live:
            self._dirty = False
