"""`mneme bench recall`: does recall bring back the turns that answer a question?

Each conversation goes into a fresh store through the door that imports use. A question counts with the share of its
evidence turns among the first k recalled, or within so many tokens as the chat model counts them; the figure is the
mean over questions. Dense and BM25 alone are measured on the same store in the same run.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import fmean

import numpy as np

from app.bench.locomo import Question, Sample, load_locomo
from app.bench.report import Report, percentile
from app.bench.when import when_f1
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.core.types import Recall
from app.memory.engine import Memory
from app.memory.episodes import EpisodeKeeper
from app.memory.recall.buffers import CHOICES
from app.memory.recall.candidates import Candidate
from app.memory.recall.features import STAGES
from app.memory.recall.query import parse_query
from app.memory.recall.when import answer_when, asks_when
from app.runtime.protocols import Embedder
from app.storage.store import Store

Progress = Callable[[int, int], None]
_QUICK = 150
_BUDGETS = (500, 1_000, 2_000)
_DEPTH = 100
UNANSWERABLE, _TEMPORAL = 5, 2


def bench_recall(
    locomo: Path, ks: Sequence[int], limit: int | None, quick: bool, ablate: bool, progress: Progress
) -> Report:
    """Evidence recall over a LoCoMo file. `limit` asks only so many questions; `quick` asks few."""
    samples = load_locomo(locomo)
    limit = limit or (_QUICK if quick else None)
    asked = _select(samples, limit)
    if not any(q.evidence and q.category != UNANSWERABLE for questions in asked.values() for q in questions):
        raise InputError(f"{locomo} has no question with evidence.")
    run = _Run(tuple(ks), ablate, progress, sum(map(len, asked.values())))
    for assistant, sample, turns in stored(samples):
        if asked[sample.name]:
            run.measure(assistant, sample, turns, asked[sample.name])
    settings = {"locomo": locomo.name, "conversations": len(samples), "questions": run.total, "k": list(ks)}
    return Report("recall", settings, run.figures())


def stored(samples: Sequence[Sample]) -> Iterator[tuple[Assistant, Sample, dict[int, str]]]:
    """Each sample in a fresh store, with the name in the file of each message."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        for number, sample in enumerate(samples):
            with build(Path(folder) / str(number), background=False) as assistant:
                yield assistant, sample, bring_in(assistant, sample)


def bring_in(assistant: Assistant, sample: Sample) -> dict[int, str]:
    """Import every session, embed it and cut it into episodes; the name in the file of each message."""
    for session in sample.sessions:
        assistant.memory.bring_in(session)
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()

    def work(store: Store) -> dict[int, str]:
        found = [store.conversations.find_external(session.external_id) for session in sample.sessions]
        ids = [store.conversations.external_ids(here.id) for here in found if here is not None]
        return {key: name for names in ids for name, key in names.items()}

    return assistant.store.call(work)


def _select(samples: Sequence[Sample], limit: int | None) -> dict[str, list[Question]]:
    """The questions, those of categories 1 to 4 with evidence; under a limit, the same share of each conversation."""
    usable = {s.name: [q for q in s.questions if q.category == UNANSWERABLE or q.evidence] for s in samples}
    if limit is None:
        return usable
    step = max(1, -(-sum(map(len, usable.values())) // limit))
    return {name: questions[::step] for name, questions in usable.items()}


class _Run:
    """One run over all samples: asks, times, and adds up."""

    def __init__(self, ks: tuple[int, ...], ablate: bool, progress: Progress, total: int) -> None:
        self._ks = ks
        self._ablate = ablate
        self._progress = progress
        self.total = total
        self._done = 0
        self._scores: dict[str, list[float]] = defaultdict(list)
        self._times: list[float] = []
        self._answerable: list[tuple[bool, float]] = []

    def measure(self, assistant: Assistant, sample: Sample, turns: dict[int, str], questions: list[Question]) -> None:
        """Ask the questions of one sample."""
        dense = _Dense(assistant.embedder, sample)
        cost = _costs(assistant, sample)
        for question in questions:
            begun = time.perf_counter()
            recall = assistant.memory.recall(question.text, _DEPTH)
            self._times.append((time.perf_counter() - begun) * 1000)
            self._answerable.append((question.category != UNANSWERABLE, recall.verdict.answerable))
            if question.category != UNANSWERABLE:
                self._evidence(assistant, question, recall, turns, cost, dense)
            self._done += 1
            self._progress(self._done, self.total)

    def figures(self) -> dict[str, float]:
        figures = {name: fmean(values) for name, values in sorted(self._scores.items())}
        if len({known for known, _ in self._answerable}) > 1:
            figures["unanswerable_auc"] = auc(self._answerable)
        return figures | {"p50_ms": percentile(self._times, 50), "p95_ms": percentile(self._times, 95)}

    def _evidence(
        self,
        assistant: Assistant,
        question: Question,
        recall: Recall,
        turns: dict[int, str],
        cost: dict[str, int],
        dense: _Dense,
    ) -> None:
        found = named(recall, turns)
        nearest = dense.best(question.text, _DEPTH)
        self._score("", question, found)
        self._score(f"cat{question.category}.", question, found)
        self._score("dense.", question, nearest)
        self._score("bm25.", question, self._bm25(assistant, question, turns))
        self._budgets("", question, found, cost)
        self._budgets("dense.", question, nearest, cost)
        if question.category == _TEMPORAL and asks_when(question.text):
            told = answer_when(question.text, recall.hits)
            self._scores["when_f1"].append(when_f1(told.words if told else "", question.answer))
        if self._ablate:
            self._without_parts(assistant.memory, question, turns, cost)

    def _without_parts(self, memory: Memory, question: Question, turns: dict[int, str], cost: dict[str, int]) -> None:
        """The same candidates ranked without each stage, and given their places by each choice of buffers."""
        query = memory.understood(question.text)
        candidates = memory.gather(query, memory.embedded(query))
        for stage in STAGES:
            ranked = memory.reranker.switched({stage}).rank(candidates, query)
            self._score(f"without.{stage}.", question, _turns(ranked, turns))
        ranked = memory.reranker.rank(candidates, query)
        for name, choice in CHOICES.items():
            self._budgets(f"{name}.", question, _turns(choice(ranked)[:_DEPTH], turns), cost)

    def _score(self, prefix: str, question: Question, found: Sequence[str]) -> None:
        for k in self._ks:
            share = len(question.evidence & set(found[:k])) / len(question.evidence)
            self._scores[f"{prefix}recall@{k}"].append(share)
            if not prefix:
                self._scores[f"hit@{k}"].append(float(share > 0))

    def _budgets(self, prefix: str, question: Question, found: Sequence[str], cost: dict[str, int]) -> None:
        spent = list(accumulate(cost[name] for name in found))
        for budget in _BUDGETS:
            shown = {name for name, total in zip(found, spent, strict=True) if total <= budget}
            share = len(question.evidence & shown) / len(question.evidence)
            self._scores[f"{prefix}budget{budget}"].append(share)

    def _bm25(self, assistant: Assistant, question: Question, turns: dict[int, str]) -> list[str]:
        words = parse_query(question.text).words

        def work(store: Store) -> list[int]:
            spans = [key for key, _ in store.spans.search(words, 2 * max(self._ks))]
            places = store.spans.neighbours(spans)
            return [places[key].message_id for key in spans]

        found = assistant.store.call(work)
        return [turns[message] for message in dict.fromkeys(found) if message in turns]


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


def auc(scored: Sequence[tuple[bool, float]]) -> float:
    """The share of pairs in which the positive one has the higher score; ties count half."""
    yes = np.sort([score for positive, score in scored if positive])
    no = np.array([score for positive, score in scored if not positive])
    below = np.searchsorted(yes, no, "right"), np.searchsorted(yes, no, "left")
    return float(1 - (below[0] + below[1]).sum() / 2 / (len(yes) * len(no)))


def _costs(assistant: Assistant, sample: Sample) -> dict[str, int]:
    """Tokens of each turn with its speaker, as the chat model reads it."""
    messages = [message for session in sample.sessions for message in session.messages]
    tokens = assistant.model.count_tokens([f"{message.speaker}: {message.text}\n" for message in messages])
    return {message.external_id: count for message, count in zip(messages, tokens, strict=True)}


def named(recall: Recall, turns: dict[int, str]) -> list[str]:
    """Each message once, best first, under its name in the file."""
    messages = dict.fromkeys(hit.span.first_message_id for hit in recall.hits)
    return [turns[message] for message in messages if message in turns]


def _turns(ranked: Sequence[Candidate], turns: dict[int, str]) -> list[str]:
    messages = dict.fromkeys(candidate.span.first_message_id for candidate in ranked)
    return [turns[message] for message in messages if message in turns]
