"""What the model holds of each conversation, and how it survives: on disk, until something in it is erased."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.chat.paging import Pager
from app.chat.prompt import Turn, system_prompt
from app.core.clock import Clock
from app.core.errors import MnemeError, StoreError
from app.core.settings import Settings
from app.core.types import Message, ModelInfo, is_private
from app.runtime.protocols import Done, KvRef, Saved, StateKeeper
from app.storage.episodes import Read
from app.storage.kv_files import KvFile, KvIdentity, KvKind
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)
_TELLING = 32  # tokens read at once that tell how fast reading is
_ABOUT = 6  # turns that say what is being talked about

Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class Seen:
    """Messages that a conversation's context saw, those of them that left it since, and those whose notes did;
    `leaving` until it answered without them, `unsaved` until it is kept. `path` are the messages that it holds, empty
    where that is not known."""

    saw: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    bare: set[int] = field(default_factory=set)
    path: tuple[int, ...] = ()
    leaving: bool = False
    unsaved: bool = False

    def goes_on(self, history: Sequence[int]) -> bool:
        """Whether these messages go on from those that are held, but for such as have left: nothing was edited."""
        held = [message for message in self.path if message not in self.left]
        return list(history[: len(held)]) == held


class WorkingMemory:
    """Keeps states and knows what they saw. Thread-safe as the store is; errors of saving are logged, never raised."""

    def __init__(
        self,
        store: StoreOwner,
        keeper: StateKeeper | None,
        clock: Clock,
        settings: Callable[[], Settings],
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._clock = clock
        self._prompt = hashlib.sha256(system_prompt().encode()).hexdigest()[:16]
        self._settings = settings
        self._seen: dict[int, Seen] = {}
        self.pager = Pager(store, keeper, clock, self._identity)

    def seen(self, conversation: int, info: ModelInfo) -> Seen:
        """What the context of a conversation saw: as noted, or as it was saved."""
        if conversation not in self._seen:
            name = self._name(conversation, info)
            kept = not is_private(conversation) and bool(info.fingerprint)
            saw, left = self._store.call(lambda store: store.kv_files.saw(name)) if kept else (set(), set())
            self._seen[conversation] = Seen(saw, left)
        return self._seen[conversation]

    def saved(self, conversation: int, info: ModelInfo) -> KvRef | None:
        """The file with a conversation's state, where there is one that this model can use."""
        if is_private(conversation) or not info.fingerprint:
            return None
        name = self._name(conversation, info)

        def look(store: Store) -> KvRef | None:
            file = store.kv_files.get(name)
            if file is None or file.identity != self._identity(info):
                return None
            store.kv_files.use([name], self._clock.now())
            return KvRef(str(store.kv_files.path(name)), file.checksum)

        return self._store.write(look)

    def note(self, conversation: int, turns: Sequence[Turn]) -> None:
        """The context of a conversation is about to read these turns."""
        seen = self._seen.setdefault(conversation, Seen())
        seen.path = tuple(turn.message.id for turn in turns)
        for turn in turns:
            seen.saw.add(turn.message.id)
            for hit in turn.hits:
                seen.saw.update((hit.span.first_message_id, hit.span.last_message_id))
        seen.unsaved = True

    def answered(self, info: ModelInfo, question: Message, reply: Message | None, done: Done) -> None:
        """The context holds the reply, too. How question and reply were read is kept, so that nobody need read them
        again for it."""
        seen = self._seen.setdefault(question.conversation_id, Seen())
        seen.leaving = False
        stats = done.stats
        if (read_tokens := stats.prompt_tokens - stats.cached_tokens - stats.paged_tokens) > _TELLING:
            self.pager.ms_per_token = stats.first_token_ms / read_tokens
        read = {question.id: done.question}
        if reply is not None:
            seen.saw.add(reply.id)
            seen.path += (reply.id,)
            read[reply.id] = done.reply
        known = {
            message: Read(info.name, len(found.surprise), float(found.surprise.mean()), found.key)
            for message, found in read.items()
            if found is not None and not is_private(message)
        }
        if known:
            with suppress(StoreError):
                self._store.write(lambda store: store.episodes.observe(known))

    def values(self, conversation: int, groups: Sequence[Sequence[Message]]) -> list[float]:
        """How much each group of messages would be missed: how near it is to what is being talked about, to recall
        (embeddings) and to attention (keys, centred). Nothing known counts as least."""

        def work(store: Store) -> list[float]:
            embedder = store.episodes.embedder()
            vectors = store.episodes.vectors(conversation, embedder) if embedder else {}
            keys = {i: r.key for i, r in store.episodes.observed(conversation).items() if r.key is not None}
            ids = [[message.id for message in group] for group in groups]
            return [a + b for a, b in zip(_nearness(ids, vectors), _nearness(ids, _centred(keys)), strict=True)]

        return [0.0] * len(groups) if is_private(conversation) else self._store.call(work)

    def episodes(self, conversation: int, messages: Sequence[Message]) -> list[int]:
        """The episode that each message belongs to, 0 for none yet."""
        if is_private(conversation):
            return [0] * len(messages)
        found = self._store.call(lambda store: store.episodes.numbers([message.id for message in messages]))
        return [found.get(message.id, 0) for message in messages]

    def keep(self, keep_going: Callable[[], bool] = lambda: True, _report: object = None) -> dict[str, float]:
        """Write the states that have changed, within the space they may take; how many. A job, and part of closing."""
        kept = 0
        for conversation in [c for c, seen in self._seen.items() if seen.unsaved and not is_private(c)]:
            if not keep_going():
                break
            kept += self._keep(conversation)
        return {"kept": kept, "episodes": self.pager.write(keep_going) if self._settings().kv_megabytes else 0}

    def waiting(self) -> bool:
        """Whether there is a state to be kept."""
        return self.pager.waiting() or any(seen.unsaved for seen in self._seen.values())

    def forget(self) -> None:
        """Something was erased: the model holds nothing of any conversation any more. Files went with their rows."""
        self._seen.clear()
        self.pager.forget()
        if self._keeper is not None:
            self._keeper.forget()

    def _keep(self, conversation: int) -> bool:
        keeper, seen = self._keeper, self._seen[conversation]
        budget = self._settings().kv_megabytes * 1_000_000
        if keeper is None or not keeper.running or keeper.busy or budget <= 0:
            return False
        info = keeper.load()
        name, saw, left = self._name(conversation, info), set(seen.saw), set(seen.left)
        path = self._store.call(lambda store: str(store.kv_files.path(name)), background=True)
        seen.unsaved = False
        try:
            written = keeper.save(conversation, path)
            if written is not None:
                file = self._file(name, KvKind.CONVERSATION, conversation, info, written)
                self._store.write(lambda store: _put(store, file, saw, left, budget, self._clock), background=True)
        except MnemeError as error:
            _log.warning("a conversation's state is not kept: %s", error.message)
            return False
        return written is not None

    def _file(self, name: str, kind: KvKind, conversation: int, info: ModelInfo, written: Saved) -> KvFile:
        size = (written.tokens, written.bytes, written.checksum, written.kl, written.top1)
        return KvFile(name, kind, conversation, self._identity(info), *size)

    def _identity(self, info: ModelInfo) -> KvIdentity:
        return KvIdentity(info.fingerprint, info.quant, info.llama, self._prompt)

    def _name(self, conversation: int, info: ModelInfo) -> str:
        about = f"{conversation} {self._identity(info)}"
        return hashlib.sha256(about.encode()).hexdigest()[:32]


def _put(store: Store, file: KvFile, saw: set[int], left: set[int], budget: int, clock: Clock) -> None:
    store.kv_files.put(file, saw, clock.now(), left)
    store.kv_files.keep_within(budget)
    store.kv_files.sweep()


def _nearness(groups: Sequence[Sequence[int]], vectors: Mapping[int, Floats]) -> list[float]:
    """Cosine of each group's mean vector and that of the last turns; -1 where one has none."""
    about = _mean([message for group in groups for message in group][-_ABOUT:], vectors)
    means = [_mean(group, vectors) for group in groups]
    return [-1.0 if about is None or mean is None else float(about @ mean) for mean in means]


def _mean(messages: Iterable[int], vectors: Mapping[int, Floats]) -> Floats | None:
    known = [vectors[message] for message in messages if message in vectors]
    if not known:
        return None
    mean = np.mean(known, axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)


def _centred(keys: Mapping[int, Floats]) -> dict[int, Floats]:
    if not keys:
        return {}
    middle = np.mean(list(keys.values()), axis=0)
    return {message: key - middle for message, key in keys.items()}
