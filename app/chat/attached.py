"""What a reply is shown of the documents attached in its conversation: the passages that bear on the question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from app.chat.prompt import heading, noted
from app.core.documents import Document
from app.core.types import Filter, Hit, Message, is_private
from app.memory.engine import Memory
from app.runtime.protocols import ChatModel
from app.storage.store import Store

_MOST = 4  # documents that are looked into, the last attached first
_EACH = 8  # passages of each that may be shown
_SHARE = 4  # one part in so many of what the model holds is for passages
_BEGINNING = "its beginning"


class Attached:
    """Reads what was attached. On the caller's thread; errors are StoreErrors and ModelErrors."""

    def __init__(self, memory: Memory, model: ChatModel) -> None:
        self._memory = memory
        self._model = model

    def attach(self, message: Message, documents: Sequence[int]) -> None:
        """Note that documents were handed over with a message; with a private one none can be."""
        if documents and not is_private(message.id):

            def work(store: Store) -> None:
                for key in documents:
                    store.documents.attach(message.id, key)

            self._memory.store.write(work)

    def of(self, question: Message, off: Collection[int]) -> dict[Document, bool]:
        """The documents of a conversation up to a question, `off` its branch left out, the last attached first; and
        whether each came with this question."""
        if is_private(question.id):
            return {}
        found = self._memory.store.call(lambda store: store.documents.in_conversation(question.conversation_id))
        here = {document: key == question.id for key, document in found if key not in off}
        return dict(list(here.items())[::-1][:_MOST])

    def room(self, context: int) -> int:
        """The tokens that passages may take."""
        return context // _SHARE

    def passages(
        self, text: str, documents: dict[Document, bool], budget: int, already: Collection[int], wait_s: float | None
    ) -> list[Hit]:
        """The passages that bear on a question and fit a budget, in the order of their documents; of one that has just
        come its beginning, too. What is `already` in the prompt (ids of spans) is left out."""
        ranked = [list(self._ranked(text, document, new, wait_s)) for document, new in documents.items()]
        hits = [hit for row in zip_longest(*ranked) for hit in row if hit is not None and hit.span.id not in already]
        prices = self._model.count_tokens([f"{heading(hit.span)}\n{noted(hit)}" for hit in hits]) if hits else []
        chosen = []
        for hit, price in zip(hits, prices, strict=True):
            if price <= budget:
                chosen.append(hit)
                budget -= price
        return sorted(chosen, key=lambda hit: hit.span.id)

    def _ranked(self, text: str, document: Document, new: bool, wait_s: float | None) -> Iterator[Hit]:
        found = self._memory.recall(text, _EACH, wait_s=wait_s, where=Filter(document=document.name)).hits
        first = self._memory.store.call(lambda store: store.documents.first_span(document.id)) if new else None
        if first is not None and all(hit.span.id != first.id for hit in found):
            reasons = (f"in {document.name}, {first.passage.words}" if first.passage else document.name, _BEGINNING)
            yield from (*found[:1], Hit(first, 0.0, reasons), *found[1:])
        else:
            yield from found
