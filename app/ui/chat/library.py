"""What the window asks of the store: the list, a conversation, a new title, an import. Never on the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from app.core.documents import Document, Passage
from app.core.errors import MnemeError
from app.core.types import Conversation, Hit, Message, Verdict, is_private
from app.ui.engine import Engine
from app.ui.tasks import Tasks

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.storage.store import Store

T = TypeVar("T")


class Thread(NamedTuple):
    """A branch of a conversation, what was shown beside each question and what recall made of it, and the versions."""

    messages: list[Message]
    shown: dict[int, list[Hit]]
    verdicts: dict[int, Verdict]
    versions: dict[int, tuple[int, ...]]
    attached: Mapping[int, Sequence[Document]] = MappingProxyType({})
    passages: Mapping[int, Passage] = MappingProxyType({})
    document: Document | None = None


class Library:
    """Asks in the background and calls back on the UI thread. Says nothing while the engine is not open."""

    def __init__(self, engine: Engine, tasks: Tasks, failed: Callable[[MnemeError], None]) -> None:
        self._engine = engine
        self._tasks = tasks
        self._failed = failed
        self._asked = 0

    def read(self, conversation_id: int, through: int, show: Callable[[Thread], None]) -> None:
        """A conversation with what each reply was shown: its open branch; that `through` a message is opened."""

        def work(store: Store) -> Thread:
            thread = store.conversations.thread(conversation_id)
            if through and all(message.id != through for message in thread):
                store.branches.choose(conversation_id, through)
                thread = store.conversations.thread(conversation_id)
            ids = [message.id for message in thread]
            versions = store.branches.versions(conversation_id)
            documents = store.documents
            more = documents.attached(ids), documents.passages(ids), documents.get(conversation_id)
            return Thread(thread, store.recalls.shown(ids), store.recalls.verdicts(ids), versions, *more)

        def private(assistant: Assistant) -> Thread:
            talks = assistant.session.private
            if through and all(message.id != through for message in talks.thread(conversation_id)):
                talks.choose(conversation_id, through)
            thread = talks.thread(conversation_id)
            ids = [message.id for message in thread]
            return Thread(thread, talks.shown(ids), talks.verdicts(ids), talks.versions(conversation_id))

        here = is_private(conversation_id)
        self._ask(lambda assistant: private(assistant) if here else assistant.store.write(work), show)

    def find(self, wanted: str, show: Callable[[list[Conversation]], None], space: str | None = None) -> None:
        """Conversations by title and by what was said in them, or the latest; only the newest question is answered.
        `space` keeps to those of one, "" to those of none."""
        self._asked += 1
        number = self._asked

        def work(store: Store) -> list[Conversation]:
            if not wanted:
                return store.conversations.recent(space=space)
            by_words = map(store.conversations.get, store.spans.conversations_with(wanted.split()))
            found = [*store.conversations.titled(wanted), *by_words]
            there = {item.id: item for item in found if item is not None and space in (None, item.space)}
            return list(there.values())

        def if_newest(items: list[Conversation]) -> None:
            if number == self._asked:
                show(items)

        def all_of(assistant: Assistant) -> list[Conversation]:
            private = [talk for talk in assistant.session.private.all() if wanted.casefold() in talk.title.casefold()]
            return [*private, *assistant.store.call(work)]

        self._ask(all_of, if_newest)

    def look_up(self, wanted: str, show: Callable[[list[Conversation]], None]) -> None:
        """Conversations by title, or the latest."""

        def work(store: Store) -> list[Conversation]:
            return store.conversations.titled(wanted) if wanted else store.conversations.recent(12)

        self._ask(lambda assistant: assistant.store.call(work), show)

    def pin(self, conversation_id: int, pinned: bool, done: Callable[[], None]) -> None:
        """Keep a conversation on top of the list, or let it go down again."""
        self._ask(
            lambda assistant: assistant.store.write(lambda store: store.conversations.pin(conversation_id, pinned)),
            lambda _: done(),
        )

    def open_branch(self, conversation_id: int, message_id: int, done: Callable[[], None]) -> None:
        """Open the branch that goes through a message."""

        def work(assistant: Assistant) -> None:
            assistant.session.talks(conversation_id).choose(conversation_id, message_id)

        self._ask(work, lambda _: done())

    def rename(self, conversation_id: int, title: str, done: Callable[[], None]) -> None:
        """Give a conversation another title."""

        def work(store: Store) -> None:
            store.conversations.rename(conversation_id, title)

        def rename(assistant: Assistant) -> None:
            if is_private(conversation_id):
                assistant.session.private.rename(conversation_id, title)
            else:
                assistant.store.write(work)

        self._ask(rename, lambda _: done())

    def judge(self, question_id: int, span_id: int, opened: bool) -> None:
        """The user opened a source of a reply, or said that it has nothing to do with the question: recall learns."""

        def work(assistant: Assistant) -> bool:
            learning = assistant.memory.learning
            return (learning.note_opened if opened else learning.note_dismissed)(question_id, span_id)

        self._ask(work, lambda _: None)

    def _ask(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, self._failed)
