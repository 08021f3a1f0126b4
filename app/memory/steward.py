"""What a person does to memories by hand, many at a time: pin, archive, merge, move, word anew. Each is a line of the
diary, and all but a new wording can be taken back there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.phrase import Phrase, form
from app.core.types import Message
from app.memory.diary import Kind
from app.memory.engine import Memory
from app.memory.fade import archive, bring_back, pin
from app.memory.gist import gist
from app.memory.recording import clean
from app.storage.changes import Actor, Change, NewChange
from app.storage.folds import Fold
from app.storage.owner import StoreOwner
from app.storage.store import Store

PINNED, UNPINNED, MERGED, MOVED, EDITED = "pinned", "unpinned", "merged", "moved", "edited"
_QUOTED = 90
_IS_KEPT = form("“{0}” of {1} is kept."), form("{0} episodes are kept, such as “{1}” of {2}.")
_MAY_FADE = form("“{0}” of {1} may fade again."), form("{0} episodes may fade again, such as “{1}” of {2}.")
TOO_NEW = form("This is in no episode yet. Episodes are made a few minutes after something was said; try again then.")


class Steward:
    """Takes messages by id and returns the line of the diary that undoes it. Thread-safe and blocking: not for the UI
    thread. Errors are StoreErrors and InputErrors."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._store: StoreOwner = memory.store
        self._clock = clock

    def pin(self, messages: Collection[int], *, on: bool = True) -> int:
        """Never let the episodes of these messages fade, or let them fade again."""

        def work(store: Store) -> int:
            episodes = _episodes(store, messages)
            rows = store.strengths.of_episodes(episodes)
            changing = [key for key in episodes if key in rows and rows[key].pinned != on]
            if not rows:
                raise InputError(TOO_NEW)
            states = store.strengths.states(changing)
            pin(store, changing, self._clock.now(), on=on)
            return self._note(store, PINNED if on else UNPINNED, "episode", changing or episodes, {"before": states})

        return self._store.write(work)

    def archive(self, messages: Collection[int]) -> int:
        """Put the episodes of these messages away."""
        return self._store.write(
            lambda store: archive(store, _episodes(store, messages), self._clock.now(), Actor.PERSON)
        )

    def revive(self, messages: Collection[int]) -> None:
        """Make the episodes of these messages vivid again."""
        self._store.write(lambda store: bring_back(store, _episodes(store, messages), self._clock.now()))

    def merge(self, messages: Sequence[int]) -> int:
        """Keep what these messages say as one memory: that of the first of them. Nothing is rewritten."""

        def work(store: Store) -> int:
            spans = [store.spans.of_messages(key, key) for key in sorted(set(messages))]
            first = next((own[0] for own in spans if own), None)
            others = [key for own in spans for key in own if key != first]
            if first is None or not others:
                raise InputError("Merging needs two memories or more. Choose those that say the same.")
            return self._fold(store, first, others)

        return self._store.write(work)

    def move(self, messages: Collection[int], space: str) -> int:
        """Bring messages into a space; "" is none."""

        def work(store: Store) -> int:
            ids = sorted(set(messages))
            numbers = {one.name: one.id for one in store.spaces.all()}
            before = {key: numbers.get(name, 0) for key, name in store.spaces.of_messages(ids).items()}
            store.spaces.move_messages(ids, space)
            return self._note(store, MOVED, "message", ids, {"from": before})

        return self._store.write(work)

    def move_conversations(self, ids: Sequence[int], space: str) -> int:
        """Bring conversations with all that was said in them into a space; "" is none."""

        def work(store: Store) -> int:
            numbers = {one.name: one.id for one in store.spaces.all()}
            talks = [talk for key in ids if (talk := store.conversations.get(key)) is not None]
            before = {talk.id: numbers.get(talk.space, 0) for talk in talks}
            store.spaces.move_conversations(list(before), space)
            return self._note(store, MOVED, "conversation", list(before), {"from": before})

        return self._store.write(work)

    def edit(self, message_id: int, text: str) -> Message:
        """Word a memory anew, by hand: the new words stand above whatever was derived, and the old ones are kept below
        them as they were said. Forgetting the new words brings the old ones back."""
        text = clean(text)

        def work(store: Store) -> Message:
            try:
                old = store.conversations.message(message_id)
            except KeyError:
                raise InputError("This memory is not there any more.") from None
            space = store.spaces.of_messages([message_id]).get(message_id, "")
            note = self._memory.note(store, text, self._clock.now(), space)
            mine, below = store.spans.of_messages(note.id, note.id), store.spans.of_messages(old.id, old.id)
            store.folds.join([Fold(key, mine[0], 1.0) for key in below])
            self._note(store, EDITED, "message", [note.id], {})
            return note

        return self._store.write(work)

    def _fold(self, store: Store, first: int, others: Sequence[int]) -> int:
        store.folds.join([Fold(key, first, 1.0) for key in others])
        return self._note(store, MERGED, "span", [first, *others], {"spans": others})

    def _note(self, store: Store, kind: str, table: str, ids: Sequence[int], undo: Mapping[str, object]) -> int:
        change = NewChange(kind, [(table, key) for key in ids], {}, undo, Actor.PERSON)
        return store.changes.note(change, self._clock.now())


def kinds(clock: Clock) -> Mapping[str, Kind]:
    """The changes that a person makes by hand, for the diary."""
    return {
        PINNED: Kind(partial(_tell_episodes, *_IS_KEPT), partial(_unpin, clock, False)),
        UNPINNED: Kind(partial(_tell_episodes, *_MAY_FADE), partial(_unpin, clock, True)),
        MERGED: Kind(_tell_merged, _undo_merged),
        MOVED: Kind(_tell_moved, _undo_moved),
        EDITED: Kind(_tell_edited),
    }


def _episodes(store: Store, messages: Collection[int]) -> list[int]:
    found = sorted(set(store.episodes.numbers(list(messages)).values()))
    if not found:
        raise InputError(TOO_NEW)
    return found


def _tell_episodes(one: str, many: str, store: Store, change: Change) -> str:
    ids = change.ids("episode")
    first = store.strengths.first_words(ids)
    if first is None:
        return Phrase("An episode that has been cut anew since.")
    quote, day = gist(first[1], _QUOTED), first[0]
    return Phrase(one, quote, day) if len(ids) == 1 else Phrase(many, len(ids), quote, day)


def _unpin(clock: Clock, on: bool, store: Store, change: Change) -> None:
    if not pin(store, change.ids("episode"), clock.now(), on=on):
        raise InputError("These episodes are not there any more. There is nothing left to undo.")


def _tell_merged(store: Store, change: Change) -> str:
    spans = sorted(store.spans.read(change.ids("span")).values(), key=lambda span: span.id)
    if not spans:
        return Phrase("What was merged is not there any more.")
    return Phrase("You merged {0} memories into one: “{1}”.", len(spans), gist(spans[0].text, _QUOTED))


def _undo_merged(store: Store, change: Change) -> None:
    store.folds.take_apart(change.undo.get("spans", []))


def _tell_moved(store: Store, change: Change) -> str:
    talks, messages = change.ids("conversation"), change.ids("message")
    if talks:
        titles = [talk.title for key in talks if (talk := store.conversations.get(key)) is not None]
        quoted, count = (titles[0] if titles else ""), len(talks)
    else:
        found = store.overview.read(messages[:1])
        quoted, count = (found[0].text if found else ""), len(messages)
    words = gist(quoted, _QUOTED)
    if count == 1:
        return Phrase("You moved “{0}” to another space.", words)
    if talks:
        return Phrase("You moved {0} conversations, such as “{1}”.", count, words)
    return Phrase("You moved {0} memories, such as “{1}”.", count, words)


def _undo_moved(store: Store, change: Change) -> None:
    names = {space.id: space.name for space in store.spaces.all()}
    before: Mapping[str, int] = change.undo.get("from", {})
    table = "conversation" if change.ids("conversation") else "message"
    there = [key for key in change.ids(table) if before.get(str(key)) in {0, *names}]
    if not there:
        raise InputError("The space that this came from is not there any more. There is nothing left to undo.")
    back: Callable[[Collection[int], str], None] = (
        store.spaces.move_conversations if table == "conversation" else store.spaces.move_messages
    )
    for space in {before[str(key)] for key in there}:
        back([key for key in there if before[str(key)] == space], names.get(space, ""))


def _tell_edited(store: Store, change: Change) -> str:
    found = store.overview.read(change.ids("message"))
    if not found:
        return Phrase("You worded a memory anew.")
    return Phrase("You worded a memory anew: “{0}”.", gist(found[0].text, _QUOTED))
