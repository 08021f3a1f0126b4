"""Keeps documents: each passage is a memory with its place, and can never become a fact about a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.core.clock import Clock
from app.core.documents import Document, Passage
from app.core.errors import InputError
from app.core.phrase import form
from app.core.types import NewMessage, Origin, Role, is_private
from app.memory.documents.read import Text, read, written
from app.memory.engine import Memory
from app.memory.segmentation.turns import passages
from app.storage.store import Store

_PRIVATE = form(
    "A private chat writes nothing, and a document is kept in memory. Attach it in a chat that is remembered, or paste "
    "the part that matters."
)


class DocumentKeeper:
    """Thread-safe and blocking: not for the UI thread. Errors are InputErrors and StoreErrors."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    def attach(
        self,
        path: Path,
        conversation_id: int | None = None,
        tell: Callable[[str], None] = lambda _: None,
        going: Callable[[], bool] = lambda: True,
    ) -> Document:
        """Read a file and keep it, in the space of a conversation; one that is here already is not kept twice.

        `tell` gets a sentence on what could not be read in time. Raises Stopped as soon as `going` says no.
        """
        self._refuse(conversation_id)
        text = read(path, going)
        document = self._keep(text, conversation_id)
        if text.left_out:
            tell(text.left_out)
        return document

    def attach_text(self, name: str, text: str, conversation_id: int | None = None) -> Document:
        """Keep a long text that was pasted."""
        self._refuse(conversation_id)
        return self._keep(written(name, text), conversation_id)

    def _refuse(self, conversation_id: int | None) -> None:
        if is_private(conversation_id):
            raise InputError(_PRIVATE)
        self._memory.refuse_while_paused()

    def _keep(self, text: Text, conversation_id: int | None) -> Document:
        cut = list(_cut(text))

        def work(store: Store) -> Document:
            talk = store.conversations.get(conversation_id) if conversation_id is not None else None
            space = talk.space if talk is not None else self._memory.here.space
            if (known := store.documents.same(text.sha256, space)) is not None:
                return known
            return self._put(store, text, cut, space)

        return self._memory.store.write(work)

    def _put(self, store: Store, text: Text, cut: list[tuple[str, Passage]], space: str) -> Document:
        now = self._clock.now()
        name = _free(store, text.name)
        talk = store.conversations.create(name, now, Origin.DOCUMENT, space=space)
        pages = len(text.pages) if text.kind.has_pages else None
        document = Document(talk.id, name, text.kind, text.bytes, pages, text.sha256, now, len(cut))
        store.documents.add(document)
        place, parent = replace(self._memory.here, space=space, document=name), None
        for words, where in cut:
            new = NewMessage(talk.id, Role.TOOL, words, now, parent, origin=Origin.DOCUMENT, place=place)
            parent = self._memory.add_inside(store, [new])[0].id
            store.documents.place(parent, where)
        return document


def _cut(text: Text) -> Iterator[tuple[str, Passage]]:
    """Passages with their place, in order."""
    for number, page in enumerate(text.pages, 1):
        for start, end in passages(page):
            words = page[start:end].strip("\n")
            first = page.count("\n", 0, start + len(page[start:end]) - len(page[start:end].lstrip("\n"))) + 1
            where = Passage(number if text.kind.has_pages else None, first, first + words.count("\n"))
            yield words.strip() if text.kind.has_pages else words, where


def _free(store: Store, name: str) -> str:
    """The name, with a number where another document has it."""
    found, number = name, 1
    while store.documents.named(found):
        number += 1
        stem, dot, ending = name.rpartition(".")
        found = f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})"
    return found
