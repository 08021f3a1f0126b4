"""`mneme bench multihop`: does recall bring back every passage that a question needs?

Questions of MuSiQue (Trivedi et al., 2022) over one corpus, as HippoRAG (Gutiérrez et al., 2024) uses them. Each
passage goes into a fresh store through the door that imports use, as one message under its title. A question counts
with the share of its supporting passages among the first k recalled; the figure is the mean over questions.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple, TypeVar

import numpy as np

from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.core.types import ForeignConversation, ForeignMessage, Role
from app.memory.recall.query import parse_query
from app.memory.recall.rerank import Reranker
from app.storage.store import Store

T = TypeVar("T")
Progress = Callable[[int, int], None]
_KS = (2, 5)
_DEPTH = 20
_QUICK = 15
_QUICK_CORPUS = 400
_WRITTEN = datetime(2020, 1, 1, tzinfo=UTC)


class Passage(NamedTuple):
    """A passage under its title; several passages may have the same one."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the passages that together answer it."""

    text: str
    support: frozenset[Passage]


def load_multihop(questions: Path, corpus: Path) -> tuple[list[Question], list[Passage]]:
    """Questions, and the passages to find them in, each once. Raises InputError when a file is of another shape."""
    passages = list(dict.fromkeys(_read(corpus, lambda item: _passage(item["title"], item["text"]))))
    found = _read(questions, _question)
    known = set(passages)
    if any(not question.support or not question.support <= known for question in found):
        raise InputError(f"{questions} asks for passages that are not in {corpus}.")
    return found, passages


def bench_multihop(questions: Path, corpus: Path, limit: int | None, quick: bool, progress: Progress) -> Report:
    """Recall of supporting passages. `limit` asks only so many questions; `quick` few, over a part of the corpus."""
    asked, passages = load_multihop(questions, corpus)
    limit = limit or (_QUICK if quick else len(asked))
    asked = asked[:: max(1, -(-len(asked) // limit))]
    if quick:
        needed = dict.fromkeys(p for p in passages if any(p in question.support for question in asked))
        passages = list(dict.fromkeys([*needed, *passages]))[: max(_QUICK_CORPUS, len(needed))]
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False) as assistant,
    ):
        of_message = bring_in(assistant, passages)
        figures = _ask(assistant, asked, passages, of_message, progress)
    return Report("multihop", {"questions": len(asked), "passages": len(passages)}, figures)


def bring_in(assistant: Assistant, passages: Sequence[Passage]) -> dict[int, Passage]:
    """Import each passage and embed it; the passage of each message."""
    of_message = {}
    for number, passage in enumerate(passages):
        written = _WRITTEN + timedelta(minutes=number)
        text = f"{passage.title}\n{passage.text}"
        message = ForeignMessage("text", None, Role.USER, "", text, written)
        name = f"multihop:{number}"
        assistant.memory.bring_in(ForeignConversation(name, passage.title, written, (message,), "Wikipedia"))
        of_message[assistant.store.call(partial(_message_of, name=name))] = passage
    assistant.memory.embed_pending()
    return of_message


def _message_of(store: Store, name: str) -> int:
    conversation = store.conversations.find_external(name)
    assert conversation is not None
    return store.conversations.external_ids(conversation.id)["text"]


def _ask(
    assistant: Assistant,
    questions: Sequence[Question],
    passages: Sequence[Passage],
    of_message: dict[int, Passage],
    progress: Progress,
) -> dict[str, float]:
    scores: dict[str, list[float]] = defaultdict(list)
    times = []
    vectors = assistant.embedder.embed([f"{passage.title}\n{passage.text}" for passage in passages])
    no_graph = assistant.memory.reranker.switched({"graph"})

    def score(prefix: str, question: Question, found: Sequence[Passage]) -> None:
        for k in _KS:
            scores[f"{prefix}recall@{k}"].append(len(question.support & set(found[:k])) / len(question.support))

    for done, question in enumerate(questions, 1):
        begun = time.perf_counter()
        recalled = _recalled(assistant, question.text, of_message, None)
        times.append((time.perf_counter() - begun) * 1000)
        score("", question, recalled)
        score("no_graph.", question, _recalled(assistant, question.text, of_message, no_graph))
        nearest = np.argsort(-(vectors @ assistant.embedder.embed([question.text])[0]), kind="stable")
        score("dense.", question, [passages[i] for i in nearest[: max(_KS)]])
        score("bm25.", question, _by_words(assistant, question.text, of_message))
        progress(done, len(questions))
    figures = {name: fmean(values) for name, values in sorted(scores.items())}
    return figures | {"p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}


def _recalled(
    assistant: Assistant, text: str, of_message: dict[int, Passage], reranker: Reranker | None
) -> list[Passage]:
    """Each passage once, best first."""
    hits = assistant.memory.recall(text, _DEPTH, reranker=reranker).hits
    return list(dict.fromkeys(of_message[hit.span.first_message_id] for hit in hits))


def _by_words(assistant: Assistant, text: str, of_message: dict[int, Passage]) -> list[Passage]:
    words = parse_query(text).words

    def work(store: Store) -> list[int]:
        keys = [key for key, _ in store.spans.search(words, _DEPTH)]
        spans = store.spans.read(keys)
        return [spans[key].first_message_id for key in keys]

    return list(dict.fromkeys(of_message[message] for message in assistant.store.call(work)))


def _read(path: Path, take: Callable[[Any], T]) -> list[T]:
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(items, list) or not items:
            raise TypeError("not a list of items")
        return [take(item) for item in items]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not of MuSiQue's shape ({type(error).__name__}: {error}).") from error


def _question(item: dict[str, Any]) -> Question:
    support = frozenset(_passage(p["title"], p["paragraph_text"]) for p in item["paragraphs"] if p["is_supporting"])
    return Question(str(item["question"]), support)


def _passage(title: object, text: object) -> Passage:
    return Passage(str(title).strip(), str(text).strip())
