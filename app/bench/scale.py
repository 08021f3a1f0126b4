"""`mneme bench scale`: how recall, adding and deleting keep up as the store grows.

Made-up talk goes through the door that chat uses. The first spans get real embeddings; the rest get mixtures of two
of those with noise, unit length, because embedding a million messages takes hours on a laptop's cores. Keys (other
wordings of a span) are made up the same way for all. The baseline, in the same run, is a flat index and BM25 over all
words of the question.
"""

from __future__ import annotations

import gc
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import fmean, median

import numpy as np
import psutil

from app.bench.report import Report, percentile
from app.bench.talk import Talk, talks
from app.bootstrap import Assistant, build
from app.core.types import NewMessage, Role
from app.memory.recall.query import parse_query
from app.runtime.protocols import Embedder
from app.storage.index_flat import FlatIndex
from app.storage.index_signs import Vectors
from app.storage.store import Store

Progress = Callable[[int, int], None]
_SIZES = (10_000, 100_000, 1_000_000)
_AT_ONCE = 2_000  # messages in one transaction
_KEYS = 3  # of each span: with what was said before it, and two sentences
_NOISE = 0.25  # length of the noise against the mixture's 1
_POOL = 150


def bench_scale(n: int, quick: bool, progress: Progress, embedder: Embedder | None = None) -> Report:
    """Grow a store to `n` messages; measure at 10,000, 100,000 and 1,000,000 on the way, and at the end."""
    real, questions = (2_000, 30) if quick else (10_000, 200)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        with build(Path(folder), background=False, embedder=embedder) as assistant:
            growing = Growing(assistant, min(real, n), progress, n)
            sizes = [size for size in _SIZES if size < n]
            for size in [*sizes, n]:
                growing.to(size)
                found = _measured(assistant, growing.questions, questions)
                figures |= found if size == n else {f"{_short(size)}.{name}": value for name, value in found.items()}
            identity, dimension = assistant.embedder.identity, assistant.embedder.dimension
        figures |= {"fill_s": growing.seconds} | _reopened(Path(folder), identity, dimension)
        figures["store_mb"] = sum(path.stat().st_size for path in Path(folder).glob("mneme.db*")) / 1e6
    if sizes:
        for name, part in (("growth_exponent", "recall"), ("search.growth_exponent", "search")):
            first = figures[f"{_short(sizes[0])}.{part}.p50_ms"]
            figures[name] = math.log(figures[f"{part}.p50_ms"] / first) / math.log(n / sizes[0])
    settings = {
        "n": n,
        "questions": questions,
        "real_embeddings": min(real, n),
        "other_embeddings": f"unit(w a + (1 - w) b + noise of length {_NOISE}), a and b real, w in .5 to .9",
        "keys": f"{_KEYS} a span: its vector with noise",
    }
    return Report("scale", settings, figures)


class Growing:
    """A store that grows by whole conversations through `Memory.record_all`."""

    def __init__(self, assistant: Assistant, real: int, progress: Progress, n: int) -> None:
        self._assistant = assistant
        self._talks = talks(n)
        self._real = real
        self._progress = progress
        self._n = n
        self._rng = np.random.default_rng(0)
        self._pattern: Vectors | None = None
        self._size = 0
        self.questions: list[str] = []
        self.seconds = 0.0

    def to(self, size: int) -> None:
        """Grow to at least `size` messages, every span with its vector and keys."""
        begun = time.perf_counter()
        self._assistant.embedder.load()
        store, embedder = self._assistant.store, self._assistant.embedder
        store.call(lambda s: s.vectors.use(embedder.identity, embedder.dimension))
        while self._size < size and (batch := list(self._batch(min(_AT_ONCE, size - self._size)))):
            self._store(batch)
            self._embed()
            self._progress(self._size, self._n)
        self._assistant.memory.embed_pending()
        self.seconds += time.perf_counter() - begun

    def _batch(self, messages: int) -> Iterator[Talk]:
        while messages > 0 and (talk := next(self._talks, None)):
            messages -= len(talk.texts)
            yield talk

    def _store(self, batch: list[Talk]) -> None:
        def begin(store: Store) -> list[int]:
            return [store.conversations.create(talk.question, talk.began).id for talk in batch]

        roles = (Role.USER, Role.ASSISTANT)
        messages = [
            NewMessage(key, roles[i % 2], text, talk.began)
            for key, talk in zip(self._assistant.store.write(begin), batch, strict=True)
            for i, text in enumerate(talk.texts)
        ]
        self._assistant.memory.record_all(messages)
        self.questions += [talk.question for talk in batch]
        self._size += len(messages)

    def _embed(self) -> None:
        ids = sorted(self._assistant.store.call(lambda store: store.vectors.pending(1 << 62, 1 << 30)))
        vectors = self._vectors(ids)
        keys = self._noisy(np.repeat(vectors, _KEYS, axis=0)).reshape(len(ids), _KEYS, -1)
        identity = self._assistant.embedder.identity

        def keep(store: Store) -> None:
            for start in range(0, len(ids), 500):
                store.vectors.add(ids[start : start + 500], vectors[start : start + 500])
            store.keys.add(identity, dict(zip(ids, keys, strict=True)))

        self._assistant.store.write(keep)

    def _vectors(self, ids: list[int]) -> Vectors:
        if self._pattern is None or len(self._pattern) < self._real:
            spans = self._assistant.store.call(lambda store: store.spans.read(ids))
            vectors = self._assistant.embedder.embed([spans[key].text for key in ids])
            self._pattern = vectors if self._pattern is None else np.concatenate([self._pattern, vectors])
            return vectors
        one, other = self._rng.integers(len(self._pattern), size=(2, len(ids)))
        share = self._rng.uniform(0.5, 0.9, size=(len(ids), 1)).astype(np.float32)
        return self._noisy(share * self._pattern[one] + (1 - share) * self._pattern[other])

    def _noisy(self, vectors: Vectors) -> Vectors:
        noise = self._rng.standard_normal(vectors.shape, dtype=np.float32) * (_NOISE / math.sqrt(vectors.shape[1]))
        mixed: Vectors = vectors + noise
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        return mixed


def _measured(assistant: Assistant, questions: list[str], count: int) -> dict[str, float]:
    asked = questions[:: max(1, len(questions) // count)][:count]
    for question in asked[:5]:
        assistant.memory.recall(question, 10)
    recall = [_timed(partial(assistant.memory.recall, question, 10)) for question in asked]
    search = [_timed(partial(_searched, assistant, question)) for question in asked]
    typed = [_timed(partial(assistant.memory.search, question[: 8 + i % 24], 8)) for i, question in enumerate(asked)]
    resident = psutil.Process().memory_info().rss / 1e6
    figures = (
        _times("recall", recall) | _times("search", search) | _times("quick", typed) | _changed(assistant, asked[:20])
    )
    flat = assistant.store.call(FlatIndex)
    plain = [_timed(partial(_plainly, assistant, flat, question)) for question in asked]
    agreement = fmean(_agreement(assistant, flat, question) for question in asked)
    del flat
    gc.collect()
    ratios = {
        "recall.p50.ratio": percentile(plain, 50) / percentile(recall, 50),
        "recall.p95.ratio": percentile(plain, 95) / percentile(recall, 95),
        "search.p95.ratio": percentile(plain, 95) / percentile(search, 95),
    }
    return figures | _times("flat", plain) | ratios | {"agreement@10": agreement, "rss_mb": resident}


def _changed(assistant: Assistant, questions: list[str]) -> dict[str, float]:
    """Adding: until a message is on disk with its vector and a search finds it. Deleting: until no search does."""
    conversation, _ = assistant.memory.begin("Added later", assistant.clock.now())
    adding, deleting = [], []
    for question, vector in zip(questions, assistant.embedder.embed(questions), strict=True):
        begun = time.perf_counter()
        message = assistant.memory.record(NewMessage(conversation.id, Role.USER, question, assistant.clock.now()))
        new = assistant.store.write(partial(_keep, vector=vector))
        assert _nearest(assistant, vector) in new, "what was added is found"
        adding.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        assistant.store.write(partial(_remove, message_id=message.id))
        assert _nearest(assistant, vector) not in new, "what was deleted is not found"
        deleting.append((time.perf_counter() - begun) * 1000)
    assistant.memory.embed_pending()
    return {"add_ms": median(adding), "delete_ms": median(deleting)}


def _keep(store: Store, vector: Vectors) -> list[int]:
    ids = store.vectors.pending(1 << 62, 1)
    store.vectors.add(ids, vector.reshape(1, -1))
    return ids


def _remove(store: Store, message_id: int) -> None:
    store.spans.remove_of(message_id)


def _nearest(assistant: Assistant, vector: Vectors) -> int:
    return assistant.store.call(lambda store: store.vectors.search(vector, 1))[0][0]


def _searched(assistant: Assistant, question: str) -> None:
    """The candidates alone: what `_plainly` does, by the index and the bounded full text."""
    query = parse_query(question)
    vector = assistant.embedder.embed([query.meaning])[0]
    assistant.store.call(lambda store: (store.vectors.search(vector, _POOL), store.spans.search(query.words, _POOL)))


def _plainly(assistant: Assistant, flat: FlatIndex, question: str) -> None:
    query = parse_query(question)
    vector = assistant.embedder.embed([query.meaning])[0]
    assistant.store.call(lambda _: (flat.nearest(vector, _POOL), flat.with_words(query.words, _POOL)))


def _agreement(assistant: Assistant, flat: FlatIndex, question: str) -> float:
    vector = assistant.embedder.embed([question])[0]
    found = assistant.store.call(lambda store: store.vectors.search(vector, 10))
    return len({key for key, _ in found} & set(flat.nearest(vector, 10))) / 10


def _reopened(folder: Path, identity: str, dimension: int) -> dict[str, float]:
    """Open the store as the next start does: the time to build the index from the table, and the memory it takes."""
    gc.collect()
    with build(folder, background=False) as assistant:
        before = psutil.Process().memory_info().rss
        seconds = _timed(lambda: assistant.store.call(lambda s: s.vectors.use(identity, dimension))) / 1000
        return {"build_s": seconds, "index_mb": max(0, psutil.Process().memory_info().rss - before) / 1e6}


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _times(name: str, times: list[float]) -> dict[str, float]:
    return {f"{name}.p50_ms": percentile(times, 50), f"{name}.p95_ms": percentile(times, 95)}


def _short(size: int) -> str:
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k"
