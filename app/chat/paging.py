"""Episodes that come back whole: as state that was computed while nobody waited, or else line by line as text."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.chat.prompt import PAGED, page_text, system_prompt
from app.core.clock import Clock
from app.core.errors import MnemeError
from app.core.types import Episode, Filter, Hit, ModelInfo, Role, Span
from app.runtime.protocols import KvRef, Page, StateKeeper
from app.runtime.tuning import LEAST_TOP1, MOST_KL
from app.storage.kv_files import KvFile, KvIdentity, KvKind
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)

_SHORTEST = 24  # tokens: less is read as fast as it is brought in
_CHARACTERS_PER_TOKEN = 4  # of most; a text of more has hardly room
_WANTED = 64
_RUN = 4  # episodes read in one run
_READ_AS = 2  # how pages are read; those that were read in another way are not used
_FIXED_MS, _MS_PER_MB = 25.0, 1.5  # what bringing a state in costs: the next batch turns its keys, and the file is read


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An episode to be read: its text as it will stand in a prompt, and the messages it holds."""

    conversation: int
    text: str
    messages: frozenset[int]


class Pager:
    """Plans which episode a turn gets whole, and has wanted ones read while nobody waits. Thread-safe as the store."""

    def __init__(
        self,
        store: StoreOwner,
        keeper: StateKeeper | None,
        clock: Clock,
        identity: Callable[[ModelInfo], KvIdentity],
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._clock = clock
        self._identity = identity
        self._wanted: dict[str, _Wanted] = {}
        self.ms_per_token = 4.0
        """What reading costs, as it was last seen."""

    def plan(
        self,
        hits: Sequence[Hit],
        seen: Collection[int],
        room: int,
        cost: Callable[[Hit], int],
        info: ModelInfo,
        where: Filter | None = None,
    ) -> tuple[list[Hit], Page | None]:
        """The hits with the episode of one of them whole, where its state is at hand, good enough, and saves time.

        `seen` are messages that stand in the prompt, `room` is tokens. An episode that would have been of use is
        wanted from then on, unless it could never have room; one that `where` does not keep whole is left out.
        """
        if not info.shiftable or not info.fingerprint:
            return list(hits), None
        for hit in hits:
            whole = self._store.call(lambda store, hit=hit: _whole(store, hit))  # type: ignore[misc]
            if whole is None or any(message in seen for one in whole for message in _messages(one.span)):
                continue
            if where is not None and not all(where.keeps(one.span) for one in whole):
                continue
            wanted = _Wanted(whole[0].span.conversation_id, page_text(whole), frozenset(_all(whole)))
            name = self._name(wanted.text, info)
            file = self._store.call(lambda store, name=name: store.kv_files.get(name))  # type: ignore[misc]
            if file is None:
                if len(wanted.text) <= room * _CHARACTERS_PER_TOKEN:
                    self._want(name, wanted)
                continue
            inside = {one.span.id for one in whole}
            saved = sum(cost(other) for other in hits if other.span.id in inside)
            if file.tokens <= room and self._good(file, info) and self._pays(file, saved):
                others = [other for other in hits if other.span.id not in inside]
                return [*whole, *others], self._use(file, wanted.text)
        return list(hits), None

    def waiting(self) -> bool:
        """Whether episodes wait to be read."""
        return bool(self._wanted)

    def write(self, keep_going: Callable[[], bool]) -> int:
        """Have some wanted episodes read; how many. Makes way for a person. Trouble is logged."""
        done = 0
        for name in list(self._wanted)[:_RUN]:
            if self._keeper is None or not self._keeper.running or self._keeper.busy or not keep_going():
                break
            wanted = self._wanted.pop(name)
            try:
                done += self._write(self._keeper, name, wanted)
            except MnemeError as error:
                _log.warning("an episode is not kept as state: %s", error.message)
        return done

    def forget(self) -> None:
        """Want nothing any more: what was wanted may have been erased."""
        self._wanted.clear()

    def _write(self, keeper: StateKeeper, name: str, wanted: _Wanted) -> bool:
        path = self._store.call(lambda store: str(store.kv_files.path(name)), background=True)
        info = keeper.load()
        if (written := keeper.write_page(system_prompt(), wanted.text, path)) is None:
            return False
        size = (written.tokens, written.bytes, written.checksum, written.kl, written.top1)
        file = KvFile(name, KvKind.EPISODE, wanted.conversation, self._identity(info), *size)
        if not self._good(file, info):  # the row stays, so that it is not tried again
            Path(path).unlink(missing_ok=True)
            file = replace(file, bytes=0)
        self._store.write(lambda store: store.kv_files.put(file, wanted.messages, self._clock.now()), background=True)
        return True

    def _want(self, name: str, wanted: _Wanted) -> None:
        self._wanted[name] = wanted
        while len(self._wanted) > _WANTED:
            self._wanted.pop(next(iter(self._wanted)))

    def _use(self, file: KvFile, text: str) -> Page:
        def work(store: Store) -> Page:
            store.kv_files.use([file.name], self._clock.now())
            return Page(text, KvRef(str(store.kv_files.path(file.name)), file.checksum))

        return self._store.write(work)

    def _good(self, file: KvFile, info: ModelInfo) -> bool:
        near = file.kl < MOST_KL and file.top1 > LEAST_TOP1
        return near and file.identity == self._identity(info) and file.tokens >= _SHORTEST

    def _pays(self, file: KvFile, saved: int) -> bool:
        """Whether bringing it in is faster than reading the `saved` tokens of text in whose place it comes."""
        return _FIXED_MS + file.bytes / 1e6 * _MS_PER_MB < saved * self.ms_per_token

    def _name(self, text: str, info: ModelInfo) -> str:
        return hashlib.sha256(f"{_READ_AS} {self._identity(info)} {text}".encode()).hexdigest()[:32]


def _whole(store: Store, hit: Hit) -> list[Hit] | None:
    """All that was said in a hit's episode, marked as coming together; None where it is in none yet."""
    message = hit.span.first_message_id
    episode: Episode | None = store.episodes.episode_of([message]).get(message)
    if episode is None:
        return None
    spans = store.spans.read(store.spans.of_messages(episode.first_message_id, episode.last_message_id))
    told = [
        span
        for span in spans.values()
        if span.role is not Role.SYSTEM and span.conversation_id == hit.span.conversation_id
    ]
    told.sort(key=lambda span: (span.first_message_id, span.start, span.id))
    reasons = {hit.span.id: hit}
    return [
        replace(reasons[span.id], reasons=(*hit.reasons, PAGED))
        if span.id in reasons
        else Hit(span, hit.score, (PAGED,))
        for span in told
    ]


def _messages(span: Span) -> range:
    return range(span.first_message_id, span.last_message_id + 1)


def _all(hits: Iterable[Hit]) -> set[int]:
    return {message for hit in hits for message in _messages(hit.span)}
