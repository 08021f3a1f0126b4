"""`mneme bench recall`: does recall bring back the turns that answer a question?

Each conversation goes into a fresh store through the door that imports use. A question counts with the
share of its evidence turns among the first k recalled; the figure is the mean over questions.
Dense and BM25 alone are measured on the same store in the same run.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from app.bench.locomo import Question, Sample, load_locomo
from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.memory.recall.fuse import Weights
from app.memory.recall.query import parse_query
from app.runtime.protocols import Embedder
from app.storage.store import Store

Progress = Callable[[int, int], None]
_QUICK = 150
_PARTS = {"words": "bm25", "meaning": "cosine", "neighbours": "beside", "speaker": "speaker"}


def bench_recall(
    locomo: Path, ks: Sequence[int], limit: int | None, quick: bool, ablate: bool, progress: Progress
) -> Report:
    """Evidence recall over a LoCoMo file. `limit` asks only so many questions; `quick` asks few."""
    samples = load_locomo(locomo)
    limit = limit or (_QUICK if quick else None)
    asked = _select(samples, limit)
    if not any(asked.values()):
        raise InputError(f"{locomo} has no question with evidence.")
    run = _Run(tuple(ks), ablate, progress, sum(map(len, asked.values())))
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        for number, sample in enumerate(samples):
            if asked[sample.name]:
                with build(Path(folder) / str(number), background=False) as assistant:
                    run.measure(assistant, sample, asked[sample.name])
    settings = {"locomo": locomo.name, "conversations": len(samples), "questions": run.total, "k": list(ks)}
    return Report("recall", settings, run.figures())


def _select(samples: Sequence[Sample], limit: int | None) -> dict[str, list[Question]]:
    """Questions of categories 1 to 4 with evidence; under a limit, the same share of each conversation."""
    usable = {s.name: [q for q in s.questions if q.category in (1, 2, 3, 4) and q.evidence] for s in samples}
    if limit is None:
        return usable
    step = max(1, -(-sum(map(len, usable.values())) // limit))
    return {name: questions[::step] for name, questions in usable.items()}


class _Run:
    def __init__(self, ks: tuple[int, ...], ablate: bool, progress: Progress, total: int) -> None:
        self._ks = ks
        self._ablate = ablate
        self._progress = progress
        self.total = total
        self._done = 0
        self._scores: dict[str, list[float]] = defaultdict(list)
        self._times: list[float] = []

    def measure(self, assistant: Assistant, sample: Sample, questions: Sequence[Question]) -> None:
        for session in sample.sessions:
            assistant.memory.bring_in(session)
        assistant.memory.embed_pending()
        turns = assistant.store.call(
            lambda store: {
                message: turn
                for conversation in store.conversations.recent(10_000)
                for turn, message in store.conversations.external_ids(conversation.id).items()
            }
        )
        dense = _Dense(assistant.embedder, sample)
        for question in questions:
            begun = time.perf_counter()
            found = self._recalled(assistant, question, turns)
            self._times.append((time.perf_counter() - begun) * 1000)
            self._score("", question, found)
            self._score(f"cat{question.category}.", question, found)
            self._score("dense.", question, dense.best(question.text, 2 * max(self._ks)))
            self._score("bm25.", question, self._bm25(assistant, question, turns))
            if self._ablate:
                for name, part in _PARTS.items():
                    weights = Weights(**{part: 0.0})
                    self._score(f"without.{name}.", question, self._recalled(assistant, question, turns, weights))
            self._done += 1
            self._progress(self._done, self.total)

    def figures(self) -> dict[str, float]:
        figures = {name: fmean(values) for name, values in sorted(self._scores.items())}
        return figures | {"p50_ms": percentile(self._times, 50), "p95_ms": percentile(self._times, 95)}

    def _score(self, prefix: str, question: Question, found: Sequence[str]) -> None:
        for k in self._ks:
            share = len(question.evidence & set(found[:k])) / len(question.evidence)
            self._scores[f"{prefix}recall@{k}"].append(share)
            if not prefix:
                self._scores[f"hit@{k}"].append(float(share > 0))

    def _recalled(
        self, assistant: Assistant, question: Question, turns: dict[int, str], weights: Weights | None = None
    ) -> list[str]:
        found = assistant.memory.recall(question.text, 2 * max(self._ks), weights=weights)
        return _named([hit.span.first_message_id for hit in found.hits], turns)

    def _bm25(self, assistant: Assistant, question: Question, turns: dict[int, str]) -> list[str]:
        words = parse_query(question.text).words

        def work(store: Store) -> list[int]:
            spans = [key for key, _ in store.spans.search(words, 2 * max(self._ks))]
            places = store.spans.neighbours(spans)
            return [places[key].message_id for key in spans]

        return _named(assistant.store.call(work), turns)


class _Dense:
    """Plain dense retrieval as people do it: "speaker: words" against the question, nearest first."""

    def __init__(self, embedder: Embedder, sample: Sample) -> None:
        messages = [message for session in sample.sessions for message in session.messages]
        self._embedder = embedder
        self._turns = [message.external_id for message in messages]
        self._vectors = embedder.embed([f"{message.speaker}: {message.text}" for message in messages])

    def best(self, question: str, count: int) -> list[str]:
        cosines = self._vectors @ self._embedder.embed([question])[0]
        return [self._turns[i] for i in np.argsort(-cosines)[:count]]


def _named(messages: Sequence[int], turns: dict[int, str]) -> list[str]:
    """Each message once, best first, under its name in the file."""
    return [turns[message] for message in dict.fromkeys(messages) if message in turns]
