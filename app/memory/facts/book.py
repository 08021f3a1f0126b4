"""What is known, to be read and mended: facts as of a day, set right or taken back by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.facts import ME, Fact, FactKind, NewStatement, Statement
from app.core.types import Message
from app.memory.facts.update import facts_in, facts_of
from app.memory.facts.words import concepts
from app.storage.changes import Actor, NewChange
from app.storage.owner import StoreOwner
from app.storage.store import Store

DROPPED, MERGED = "facts taken back", "facts merged"
Note = Callable[[Store, str, datetime, str], Message]


class FactBook:
    """Thread-safe and blocking: not for the UI thread. Errors are StoreErrors and InputErrors.

    `note` keeps a note by hand in a space, inside a transaction: what is set right is written down, so that it has a
    source, too.
    """

    def __init__(self, store: StoreOwner, clock: Clock, note: Note) -> None:
        self._store = store
        self._clock = clock
        self._note = note

    def read(
        self, as_of: datetime | None = None, about: str = "", *, past: bool = False, space: str | None = None
    ) -> list[Fact]:
        """The facts that hold now, or held `as_of` a moment; with `past` also those that hold no more. Read-only.

        `about` keeps to those of whom, of what or in whose value all its words stand; `space` to what was stated in
        one, each space having its own.
        """
        moment = as_of or self._clock.now()
        facts = self._store.call(lambda store: _all(store, space))
        wanted = concepts(about)
        return [fact for fact in facts if (past or fact.holds_at(moment)) and (not wanted or wanted <= _words(fact))]

    def correct(self, statement_id: int, value: str) -> Fact:
        """Set the fact of a statement right by hand: from now on it has this value, whatever is derived.

        Raises InputError when there is no such fact or nothing is left of the value.
        """
        value = " ".join(value.split())
        if not value:
            raise InputError("The new value is empty. Write what is true instead.")

        def work(store: Store) -> Fact:
            old = _of(store, statement_id)
            text = f"{told_of(old.subject)} {old.attribute}: {value}".strip()
            now = self._clock.now()
            space = store.spaces.of_messages([old.message_id]).get(old.message_id, "")
            message = self._note(store, text, now, space)
            end = len(message.text)
            said = NewStatement(
                message.id, end - len(value), end, old.subject, old.attribute, value, FactKind.HOLDS, now,
                by_hand=True, method="hand",
            )  # fmt: skip
            key = store.facts.add(said)
            line = facts_of(store.facts.inside(space).of_slots([(old.subject, old.attribute)]))
            return next(fact for fact in line if any(source.id == key for source in fact.sources))

        return self._store.write(work)

    def forget(self, statement_id: int) -> int:
        """Take a fact back: no statement of it counts any more, and reading anew does not bring it back; how many.

        The words it was read from stay. Raises InputError when there is no such fact.
        """

        def work(store: Store) -> int:
            keys = _beside(store, _of(store, statement_id))
            store.facts.reject(keys)
            return len(keys)

        return self._store.write(work)

    def drop(self, statement_ids: Sequence[int]) -> int:
        """Take many facts back, as `forget` does; the line of the diary that lets them count again."""

        def work(store: Store) -> int:
            keys = sorted({key for one in statement_ids for key in _beside(store, _of(store, one))})
            store.facts.reject(keys)
            change = NewChange(DROPPED, [("fact", key) for key in keys], actor=Actor.PERSON)
            return store.changes.note(change, self._clock.now())

        return self._store.write(work)

    def merge(self, statement_ids: Sequence[int]) -> int:
        """Make one fact of several that say the same: the others become sources of the first, and its history where
        they were said before. Nothing is rewritten; the line of the diary that parts them again.

        Raises InputError for fewer than two facts, and for facts of different spaces.
        """

        def work(store: Store) -> int:
            said = [_of(store, key) for key in dict.fromkeys(statement_ids)]
            first = set(_beside(store, said[0])) if said else set()
            others = sorted({key for one in said[1:] for key in _beside(store, one)} - first)
            if not others:
                raise InputError("Merging needs two facts or more. Choose those that say the same.")
            spaces = store.spaces.of_messages([one.message_id for one in said])
            if len({spaces.get(one.message_id, "") for one in said}) > 1:
                raise InputError("These facts are of different spaces. Move them to one, and merge them there.")
            before = store.facts.merge(others, said[0].id)
            subjects = [("fact", key) for key in (said[0].id, *others)]
            undo = {"same": {str(key): into for key, into in before.items()}}
            return store.changes.note(NewChange(MERGED, subjects, {}, undo, Actor.PERSON), self._clock.now())

        return self._store.write(work)

    def restore(self, statement_id: int) -> None:
        """Let a statement that was taken back count again. Raises InputError when there is none."""
        self._store.write(lambda store: store.facts.reject([_of(store, statement_id).id], rejected=False))


def told_of(subject: str) -> str:
    """A subject as one would say it: "my sister's dog", "Anna's"; "my" for the speaker's own."""
    first, *path = subject.split("/")
    owner = "My" if first == ME else f"{first.title()}'s"
    return " ".join([owner, *(f"{part}'s" for part in path)])


def sentence(fact: Fact) -> str:
    """A fact in plain words: "My sister's home: Bergen"."""
    return f"{told_of(fact.subject)} {fact.attribute}: {fact.value}"


def _all(store: Store, space: str | None) -> list[Fact]:
    """The facts of a space, or of each by itself: what is so at work says nothing of home."""
    names = [space] if space is not None else ["", *(one.name for one in store.spaces.all())]
    return [fact for name in names for fact in facts_in(store.facts.inside(name).all())]


def _of(store: Store, statement_id: int) -> Statement:
    said = store.facts.get(statement_id)
    if said is None:
        raise InputError("There is no fact {0}. `mneme facts` lists them with their numbers.", statement_id)
    return said


def _beside(store: Store, said: Statement) -> list[int]:
    """The statements of the fact that a statement belongs to, itself among them."""
    space = store.spaces.of_messages([said.message_id]).get(said.message_id, "")
    line = facts_of(store.facts.inside(space).of_slots([(said.subject, said.attribute)]))
    return [s.id for fact in line if any(x.id == said.id for x in fact.sources) for s in fact.sources] or [said.id]


def _words(fact: Fact) -> frozenset[str]:
    own = "me i my" if fact.subject == ME else ""
    return concepts(f"{fact.subject.replace('/', ' ')} {fact.attribute} {fact.value} {own}")
