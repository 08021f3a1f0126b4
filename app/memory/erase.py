"""Erasure that is true: what will go is shown, it goes in one transaction, and a probe proves that it is gone.

A journal row is written before the first word is touched, so that an erasure which dies in the middle is finished at
the next start. It names messages by meaningless names, and forgets even these once all is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ConsentNeeded, InputError, StoreError
from app.core.paths import DataDir
from app.core.types import Filter
from app.memory.engine import Memory
from app.memory.erasure import Erased, Preview, Target, counted
from app.memory.recording import title_of
from app.memory.repeats import repeats
from app.memory.traces import Traces, gone, longest, needles_of
from app.storage.purge import copies_with, drop_drafts, erase_in_copy, scrub
from app.storage.store import Store

_TRIES, _PAUSE_S = 20, 0.25  # while another process reads, the log cannot be emptied
_EXPIRED_AT_ONCE = 500  # episodes in one night
EXPIRE = "expire"
"""The name of the job."""
Progress = Callable[[str], None]


class Eraser:
    """Thread-safe and blocking: not for the UI thread. Errors are StoreErrors, and an InputError for nothing."""

    def __init__(self, memory: Memory, data: DataDir, clock: Clock, holder: str = "") -> None:
        self._memory = memory
        self._store = memory.store
        self._data = data
        self._traces = Traces(memory, data)
        self._clock = clock
        self._holder = holder
        self.meaning_wait_s: float | None = 20.0  # for an embedder to ask recall by meaning, too; None: words alone
        self.on_erased: list[
            Callable[[Collection[int]], None]
        ] = []  # told which messages went, to drop what they cached

    def find(self, target: Target) -> list[int]:
        """The messages that are meant. Raises InputError when there are none."""

        def work(store: Store) -> set[int]:
            found = {m.id for m in store.erasures.messages(target.messages)}
            found |= set(store.erasures.in_conversations(target.conversations))
            found |= set(store.erasures.in_episodes(target.episodes))
            if target.words.strip():
                found |= set(_said_with(store, target.words, target.where))
            elif target.where is not None:
                found |= set(store.erasures.of_spans(store.spans.within(target.where)))
            return found

        if not (found := self._store.call(work)):
            raise InputError(
                "Nothing that was said fits, so there is nothing to forget. `mneme recall` shows what there is."
            )
        return sorted(found)

    def preview(self, ids: Collection[int]) -> Preview:
        """What would go with these messages: counted by taking it out and putting it back. Nothing changes."""

        def work(store: Store) -> Preview:
            messages = tuple(store.erasures.messages(ids))
            again = tuple(repeats(store, messages))
            counts = store.erasures.would_remove(ids, title_of)
            copies = copies_with(self._data, store.erasures.uids(ids))
            return Preview(messages, counted(counts), len(copies), again)

        return self._store.call(work)

    def erase(self, ids: Collection[int], keep: Collection[int] = (), told: Progress = lambda _: None) -> Erased:
        """Take messages out for good, everywhere, and prove it. `keep` are repeats that stay by the person's choice.

        There is no undo. Returns when it is proven, or says where traces are left. Raises StoreError; what was begun is
        then finished at the next start.
        """
        began = time.perf_counter()
        told("Looking at what there is…")
        uids, needles = self._store.call(lambda store: needles_of(store, ids, keep))
        if not uids:
            raise InputError("These messages are not there any more.")
        now = self._clock.now()
        number = self._store.write(lambda store: store.erasures.begin(uids, self._holder, now))
        told("Erasing…")
        self._remove(uids)
        self._store.call(lambda store: gone(store, needles))
        told("Erasing in backups…")
        self._purge(uids, whole=False)
        told("Looking for traces…")
        runs, files = self._traces.left(needles)
        if runs:
            self._clean(runs, uids)
            runs, files = self._traces.left(needles)
        erased = Erased(
            messages=len(uids),
            bytes_found=sum(len(run) for found in runs.values() for run in longest(found)),
            recalled=self._traces.recalled(needles, self.meaning_wait_s),
            files=files,
            ms=(time.perf_counter() - began) * 1000,
            where=tuple(path.name for path in runs),
        )
        self._store.write(lambda store: store.erasures.finish(number, erased.figures(), self._clock.now()))
        self._settle()
        return erased

    def resume(self, alive: Callable[[str], bool] = lambda _: False) -> int:
        """Finish erasures that an earlier end of the app cut off; how many. What they were about is not known any more,
        so every file that held it is written anew. Idempotent."""
        unfinished = [one for one in self._store.call(lambda store: store.erasures.open()) if not alive(one.holder)]
        for one in unfinished:
            self._remove(one.uids)
            self._store.call(lambda store: store.compact())
            self._purge(one.uids, whole=True)
            outcome = {"messages": float(len(one.uids)), "resumed": 1.0}
            self._store.write(
                lambda store, one=one, outcome=outcome: store.erasures.finish(one.id, outcome, self._clock.now())  # type: ignore[misc]
            )
            self._settle()
        return len(unfinished)

    def expire(self, days: int, most: float) -> Erased | None:
        """Erase the words of episodes that have been archived for so many days; None when there are none, or the
        words are kept for ever (0). Raises ConsentNeeded when that is more than the share `most` of all messages."""
        before = self._clock.now() - timedelta(days=days)

        def work(store: Store) -> tuple[list[int], int]:
            outlived = store.strengths.outlived(before, _EXPIRED_AT_ONCE)
            return store.strengths.message_ids(outlived), store.conversations.counts()["message"]

        ids, of = self._store.call(work, background=True) if days > 0 else ([], 0)
        if not ids:
            return None
        if len(ids) > max(most * of, 1):
            raise ConsentNeeded(
                f"{len(ids)} of {of} messages have been archived for {days} days and would be erased at once. Nothing "
                "was. `mneme sleep --yes` does it; it cannot be undone.",
                len(ids),
                of,
            )
        return self.erase(ids)

    def _remove(self, uids: Sequence[str]) -> None:
        """One transaction: all of it, or nothing."""

        def work(store: Store) -> list[int]:
            ids = store.erasures.ids(uids)
            stale = store.erasures.stale_spans(ids)
            store.erasures.remove(ids, title_of)
            store.keys.again(stale)
            return ids

        ids = self._store.write(work)
        for forget in self.on_erased:
            forget(ids)

    def _purge(self, uids: Sequence[str], *, whole: bool) -> None:
        """Empty the log, sweep the files that saw the words, and erase in every backup that has them."""
        self._settle()
        self._store.call(lambda store: store.kv_files.sweep())
        drop_drafts(self._data)
        for path in copies_with(self._data, uids) if not whole else sorted(self._data.backups.glob("*.db")):
            erase_in_copy(path, uids, title_of, whole=whole)

    def _settle(self) -> None:
        for _ in range(_TRIES):
            if self._store.call(lambda store: store.settle()):
                return
            time.sleep(_PAUSE_S)
        raise StoreError(
            "Another program reads the memory store, so its log could not be emptied. Close it; the erasure is "
            "finished at the next start."
        )

    def _clean(self, runs: Mapping[Path, set[bytes]], uids: Sequence[str]) -> None:
        """Write anew, or rid of it, each file with traces."""
        for path in runs:
            if path.name.startswith(self._data.database.name):
                self._store.call(lambda store: store.compact())
                self._settle()
            elif path.suffix == ".db":
                erase_in_copy(path, uids, title_of, whole=True)
            else:
                scrub(self._data, path)


def _said_with(store: Store, words: str, where: Filter | None) -> list[int]:
    keys = [key for key, _ in store.spans.search(words.split(), 10_000, unfinished=True, where=where)]
    return store.erasures.of_spans(keys)
