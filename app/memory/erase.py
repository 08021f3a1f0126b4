"""Erasure that is true: what will go is shown, it goes in one transaction, and a probe proves that it is gone.

A journal row is written before the first word is touched, so that an erasure which dies in the middle is finished at
the next start. It names messages by meaningless names, and forgets even these once all is done.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ConsentNeeded, InputError, StoreError
from app.core.paths import DataDir
from app.core.phrase import Phrase, form
from app.core.types import Filter, Hit, Message
from app.memory.engine import Memory, title_of
from app.memory.recall.keys import facts
from app.memory.recall.query import parse_query
from app.memory.repeats import repeats, says_again
from app.storage.all_words import wordings
from app.storage.probe import LEAST, Probe, files_of
from app.storage.purge import copies_with, drop_drafts, erase_in_copy, scrub
from app.storage.store import Store

_TRIES, _PAUSE_S = 20, 0.25  # while another process reads, the log cannot be emptied
_EXPIRED_AT_ONCE = 500  # episodes in one night
_VARIED = 8  # different bytes without which a run is no part of a vector but counters and zeros
_WORD = 8  # letters of a word that is looked for by itself
_ASKED = 6  # of the texts that were erased: so many are asked for, each in several wordings
_NOUNS = {
    "message": (form("message"), form("messages")),
    "conversation": (form("conversation"), form("conversations")),
    "episode": (form("episode"), form("episodes")),
    "fact": (form("fact"), form("facts")),
    "link": (form("link"), form("links")),
    "fold": (form("link"), form("links")),
    "theme_line": (form("line of a summary"), form("lines of summaries")),
    "theme": (form("summary"), form("summaries")),
    "span": (form("index entry"), form("index entries")),
    "recall": (form("record of what a reply was shown"), form("records of what replies were shown")),
    "kv_file": (form("cached prompt"), form("cached prompts")),
}

EXPIRE = "expire"
"""The name of the job."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is meant: messages, episodes by uid, conversations, what a search for words finds, and all that a filter
    keeps; words and filter together are a search in a place and time."""

    messages: tuple[int, ...] = ()
    episodes: tuple[str, ...] = ()
    conversations: tuple[int, ...] = ()
    words: str = ""
    where: Filter | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would take: the messages, how many of each kind of thing that came from them, the backups they
    are in, and other messages that repeat them."""

    messages: tuple[Message, ...]
    counts: Mapping[str, int]
    backups: int
    repeats: tuple[Message, ...]

    def told(self) -> str:
        """All that would go, for people: "1 message, 2 facts, 1 backup that holds it"."""
        return ", ".join(self.parts())

    def parts(self) -> list[Phrase]:
        """The same part by part."""
        parts = [_counted(count, noun) for noun, count in self.counts.items()]
        if self.backups:
            one = self.backups == 1
            parts.append(Phrase("a copy in 1 backup") if one else Phrase("copies in {0} backups", self.backups))
        return parts


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did and what the probe found: traces in bytes, in which files, and how many memories recall still
    brought for the words. Without the words."""

    messages: int
    bytes_found: int
    recalled: int
    files: int
    ms: float
    where: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing was found."""
        return self.bytes_found == 0 and self.recalled == 0

    def figures(self) -> dict[str, float]:
        """By name, for the journal."""
        return {name: float(getattr(self, name)) for name in ("messages", "bytes_found", "recalled", "files", "ms")}


@dataclass(slots=True)
class _Needles:
    """What the probe looks for. In memory alone, and only while an erasure runs."""

    texts: list[str]
    derived: set[str]
    vectors: set[bytes]
    kept: str = ""  # what was said and stays
    kept_derived: str = ""
    known: set[str] = field(default_factory=set)  # texts of repeats that stay by the person's choice


class _Explained:
    """Tells whether something that was kept has the bytes of a run. What was said explains all; what was derived of it
    explains only what had been derived. At the ends of a run a few bytes of what lay beside may fit by chance."""

    def __init__(self, needles: _Needles, has_vector: Callable[[bytes], bool]) -> None:
        self._said = "\0".join(wording for text in needles.texts for wording in wordings(text)).encode()
        self._kept = needles.kept.encode(), needles.kept.casefold().encode()
        self._derived = needles.kept_derived.encode()
        self._has_vector = has_vector

    def __call__(self, run: bytes) -> bool:
        inner = run[3:-3] if len(run) >= LEAST else run
        if any(inner in whole for whole in self._kept):
            return True
        if run in self._said:
            return False
        if inner in self._derived:
            return True
        return not _readable(run) and (len(set(inner)) < _VARIED or self._has_vector(inner))


class Eraser:
    """Thread-safe and blocking: not for the UI thread. Errors are StoreErrors, and an InputError for nothing."""

    def __init__(self, memory: Memory, data: DataDir, clock: Clock, holder: str = "") -> None:
        self._memory = memory
        self._store = memory.store
        self._data = data
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
            return Preview(messages, _told(counts), len(copies), again)

        return self._store.call(work)

    def erase(self, ids: Collection[int], keep: Collection[int] = (), told: Progress = lambda _: None) -> Erased:
        """Take messages out for good, everywhere, and prove it. `keep` are repeats that stay by the person's choice.

        There is no undo. Returns when it is proven, or says where traces are left. Raises StoreError; what was begun is
        then finished at the next start.
        """
        began = time.perf_counter()
        told("Looking at what there is…")
        uids, needles = self._store.call(lambda store: _needles(store, ids, keep))
        if not uids:
            raise InputError("These messages are not there any more.")
        now = self._clock.now()
        number = self._store.write(lambda store: store.erasures.begin(uids, self._holder, now))
        told("Erasing…")
        self._remove(uids)
        self._store.call(lambda store: _after(store, needles))
        told("Erasing in backups…")
        self._purge(uids, whole=False)
        told("Looking for traces…")
        runs, files = self._probe(needles)
        if runs:
            self._clean(runs, uids)
            runs, files = self._probe(needles)
        erased = Erased(
            messages=len(uids),
            bytes_found=sum(len(run) for found in runs.values() for run in _longest(found)),
            recalled=self._recalled(needles),
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

    def _probe(self, needles: _Needles) -> tuple[dict[Path, set[bytes]], int]:
        """Traces that nothing which was kept explains, by file; and how many files were searched."""
        probe, explained = Probe(_bytes_of(needles)), _Explained(needles, self._has_vector)
        found: dict[Path, set[bytes]] = {}
        files = files_of(self._data.root)
        for path in files:
            if left := {run for run in probe.in_file(path) if not explained(run)}:
                found[path] = left
        if self._store.call(lambda store: store.words.ghosts()):
            found.setdefault(self._data.database, set()).add(b"a ghost in the index of words")
        return found, len(files)

    def _has_vector(self, part: bytes) -> bool:
        return self._store.call(lambda store: store.words.has_vector(part))

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

    def _recalled(self, needles: _Needles) -> int:
        """How many memories recall brings for the words, and for other wordings of them, that say them again."""
        found: set[int] = set()
        for text in needles.texts[:_ASKED]:
            for asked in paraphrases(text):
                hits = [*self._memory.search(asked, 5).hits, *self._ask(asked)]
                found |= {h.span.id for h in hits if h.span.text not in needles.known and says_again(text, h.span.text)}
        return len(found)

    def _ask(self, text: str) -> Sequence[Hit]:
        if self.meaning_wait_s is None:
            return ()
        return self._memory.recall(text, 5, wait_s=self.meaning_wait_s).hits


def paraphrases(text: str) -> list[str]:
    """Other wordings by rule, without a model: its telling words, a question for it, its sentences as facts."""
    words = parse_query(text[:2_000]).words
    longest = sorted(words, key=len)[-3:]
    third = facts(text[:2_000], "Anna", "Ben")[:1]
    return list(
        dict.fromkeys([text[:2_000], " ".join(words[:12]), f"What did I say about {' '.join(longest)}?", *third])
    )


def _said_with(store: Store, words: str, where: Filter | None) -> list[int]:
    keys = [key for key, _ in store.spans.search(words.split(), 10_000, unfinished=True, where=where)]
    return store.erasures.of_spans(keys)


def _needles(store: Store, ids: Collection[int], keep: Collection[int]) -> tuple[list[str], _Needles]:
    texts = store.words.said(ids)
    stale = store.erasures.stale_spans(ids)
    known = set(store.words.said(keep))
    return store.erasures.uids(ids), _Needles(
        texts, store.words.derived(), store.words.vectors(ids, stale), known=known
    )


def _after(store: Store, needles: _Needles) -> None:
    """What is derived and went; and all that was kept, which explains what is found of it."""
    derived = store.words.derived()
    needles.derived -= derived
    needles.kept, needles.kept_derived = store.words.kept(), "\0".join(derived)
    needles.vectors = {vector for vector in needles.vectors if not store.words.has_vector(vector)}


def _bytes_of(needles: _Needles) -> set[bytes]:
    texts = {wording for text in [*needles.texts, *needles.derived] for wording in wordings(text)}
    kept = needles.kept.casefold()
    words = {word for text in needles.texts for word in re.findall(r"[^\W\d_]{8,40}", text)}
    own = {form for word in words if word.casefold() not in kept for form in (word, word.casefold())}
    return {text.encode("utf-8", "replace") for text in texts | own if len(text) >= _WORD} | needles.vectors


def _longest(runs: Collection[bytes]) -> list[bytes]:
    """The runs that are not part of another."""
    return [run for run in runs if not any(run != other and run in other for other in runs)]


def _readable(run: bytes) -> bool:
    return all(byte >= 0x20 or byte in (9, 10, 13) for byte in run)


def _told(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table as people call them."""
    found: dict[str, int] = {}
    for table, (_, many) in _NOUNS.items():
        if counts.get(table):
            found[many] = found.get(many, 0) + counts[table]
    return found


def _counted(count: int, many: str) -> Phrase:
    one = next((single for single, plural in _NOUNS.values() if plural == many), many)
    return Phrase("1 {0}", Phrase(one)) if count == 1 else Phrase("{0} {1}", count, Phrase(many))
