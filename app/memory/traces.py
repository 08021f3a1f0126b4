"""Traces of what was erased: in the bytes of every file under the data folder, and in what recall still brings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.core.paths import DataDir
from app.core.types import Hit
from app.memory.engine import Memory
from app.memory.recall.keys import facts
from app.memory.recall.query import parse_query
from app.memory.repeats import says_again
from app.storage.all_words import wordings
from app.storage.probe import LEAST, Probe, files_of
from app.storage.store import Store

_VARIED = 8  # different bytes without which a run is no part of a vector but counters and zeros
_WORD = 8  # letters of a word that is looked for by itself
_ASKED = 6  # of the texts that were erased: so many are asked for, each in several wordings


@dataclass(slots=True)
class Needles:
    """What is looked for. In memory alone, and only while an erasure runs."""

    texts: list[str]
    derived: set[str]
    vectors: set[bytes]
    kept: str = ""  # what was said and stays
    kept_derived: str = ""
    known: set[str] = field(default_factory=set)  # texts of repeats that stay by the person's choice


class _Explained:
    """Tells whether something that was kept has the bytes of a run. What was said explains all; what was derived of it
    explains only what had been derived. At the ends of a run a few bytes of what lay beside may fit by chance."""

    def __init__(self, needles: Needles, has_vector: Callable[[bytes], bool]) -> None:
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


class Traces:
    """Looks for them, in the store of a memory and the files beside it. Blocking; Errors are StoreErrors."""

    def __init__(self, memory: Memory, data: DataDir) -> None:
        self._memory = memory
        self._store = memory.store
        self._data = data

    def left(self, needles: Needles) -> tuple[dict[Path, set[bytes]], int]:
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

    def recalled(self, needles: Needles, wait_s: float | None) -> int:
        """How many memories recall brings for the words, and for other wordings of them, that say them again.

        `wait_s` is how long to wait for an embedder, to ask by meaning, too; None: by words alone.
        """
        found: set[int] = set()
        for text in needles.texts[:_ASKED]:
            for asked in paraphrases(text):
                hits = [*self._memory.search(asked, 5).hits, *self._ask(asked, wait_s)]
                found |= {h.span.id for h in hits if h.span.text not in needles.known and says_again(text, h.span.text)}
        return len(found)

    def _ask(self, text: str, wait_s: float | None) -> Sequence[Hit]:
        if wait_s is None:
            return ()
        return self._memory.recall(text, 5, wait_s=wait_s).hits


def paraphrases(text: str) -> list[str]:
    """Other wordings by rule, without a model: its telling words, a question for it, its sentences as facts."""
    words = parse_query(text[:2_000]).words
    longest = sorted(words, key=len)[-3:]
    third = facts(text[:2_000], "Anna", "Ben")[:1]
    return list(
        dict.fromkeys([text[:2_000], " ".join(words[:12]), f"What did I say about {' '.join(longest)}?", *third])
    )


def needles_of(store: Store, ids: Collection[int], keep: Collection[int]) -> tuple[list[str], Needles]:
    """The meaningless names of these messages, and what to look for once they are gone. Repeats to `keep` stay."""
    texts = store.words.said(ids)
    stale = store.erasures.stale_spans(ids)
    known = set(store.words.said(keep))
    return store.erasures.uids(ids), Needles(texts, store.words.derived(), store.words.vectors(ids, stale), known=known)


def gone(store: Store, needles: Needles) -> None:
    """What is derived and went; and all that was kept, which explains what is found of it."""
    derived = store.words.derived()
    needles.derived -= derived
    needles.kept, needles.kept_derived = store.words.kept(), "\0".join(derived)
    needles.vectors = {vector for vector in needles.vectors if not store.words.has_vector(vector)}


def _bytes_of(needles: Needles) -> set[bytes]:
    texts = {wording for text in [*needles.texts, *needles.derived] for wording in wordings(text)}
    kept = needles.kept.casefold()
    words = {word for text in needles.texts for word in re.findall(r"[^\W\d_]{8,40}", text)}
    own = {form for word in words if word.casefold() not in kept for form in (word, word.casefold())}
    return {text.encode("utf-8", "replace") for text in texts | own if len(text) >= _WORD} | needles.vectors


def longest(runs: Collection[bytes]) -> list[bytes]:
    """The runs that are not part of another."""
    return [run for run in runs if not any(run != other and run in other for other in runs)]


def _readable(run: bytes) -> bool:
    return all(byte >= 0x20 or byte in (9, 10, 13) for byte in run)
