"""`mneme bench recall --longmemeval`: among many chats with an assistant, is the one that tells found?

LongMemEval (Wu et al., 2024, sec. 3): sessions of a user with an assistant, and a question about something that
the user said in one or a few of them. Each session goes into a fresh store as a conversation of its day, and the
question is asked on its own day. Sessions are ranked by their best turn; a question counts with the share of its
evidence sessions among the first k.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.core.types import ForeignConversation, ForeignMessage, Role
from app.storage.store import Store

Progress = Callable[[int, int], None]
_KS = (1, 5, 10)
_DEPTH = 100
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


@dataclass(frozen=True, slots=True)
class Instance:
    """Sessions, and one question about them on a day. `evidence` are the sessions that answer it, by `external_id`."""

    question: str
    asked_at: datetime
    sessions: tuple[ForeignConversation, ...]
    evidence: frozenset[str]


class _Then:
    """A clock that stands at one moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def load_longmemeval(path: Path) -> list[Instance]:
    """The instances of a file: one, or a list. Those without evidence (questions about what was never said) are
    left out. Raises InputError when the file is of another shape."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        instances = [_instance(item) for item in (found if isinstance(found, list) else [found])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not a LongMemEval file ({type(error).__name__}: {error}).") from error
    if not any(instance.evidence for instance in instances):
        raise InputError(f"{path} has no question with evidence.")
    return [instance for instance in instances if instance.evidence]


def bench_longmemeval(path: Path, limit: int | None, progress: Progress) -> Report:
    """Recall of evidence sessions over a LongMemEval file. `limit` asks only so many questions."""
    instances = load_longmemeval(path)[:limit]
    scores: dict[str, list[float]] = defaultdict(list)
    times = []
    for done, instance in enumerate(instances, 1):
        with (
            tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
            build(Path(folder), background=False, clock=_Then(instance.asked_at)) as assistant,
        ):
            _bring_in(assistant, instance)
            begun = time.perf_counter()
            ranked = sessions(assistant, instance.question)
            times.append((time.perf_counter() - begun) * 1000)
        for name, value in _scores(ranked, instance.evidence).items():
            scores[name].append(value)
        progress(done, len(instances))
    figures = {name: fmean(values) for name, values in sorted(scores.items())}
    figures |= {"p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
    return Report("recall", {"longmemeval": path.name, "questions": len(instances)}, figures)


def _bring_in(assistant: Assistant, instance: Instance) -> None:
    for session in instance.sessions:
        assistant.memory.bring_in(session)
    assistant.memory.embed_pending()


def sessions(assistant: Assistant, question: str) -> list[str]:
    """The sessions of the turns recalled, each once, best first."""
    hits = assistant.memory.recall(question, _DEPTH).hits
    ids = list(dict.fromkeys(hit.span.conversation_id for hit in hits))

    def work(store: Store) -> list[str]:
        found = [store.conversations.get(key) for key in ids]
        return [here.external_id or "" for here in found if here is not None]

    return assistant.store.call(work)


def _scores(ranked: list[str], evidence: frozenset[str]) -> dict[str, float]:
    """`first_rank` is the place of the best evidence session, from 1; one that was not found comes after all."""
    figures = {"first_rank": float(next((i for i, s in enumerate(ranked, 1) if s in evidence), len(ranked) + 1))}
    for k in _KS:
        share = len(evidence & set(ranked[:k])) / len(evidence)
        figures |= {f"session_recall@{k}": share, f"session_hit@{k}": float(share > 0)}
    return figures


def _instance(item: dict[str, Any]) -> Instance:
    rows = list(zip(item["haystack_session_ids"], item["haystack_dates"], item["haystack_sessions"], strict=True))
    found = tuple(_session(f"longmemeval:{name}", _moment(day), turns) for name, day, turns in rows)
    known = {session.external_id for session in found if session.messages}
    evidence = frozenset(f"longmemeval:{name}" for name in item["answer_session_ids"]) & known
    return Instance(str(item["question"]), _moment(item["question_date"]), found, evidence)


def _session(name: str, began: datetime, turns: list[dict[str, Any]]) -> ForeignConversation:
    messages: list[ForeignMessage] = []
    for number, turn in enumerate(turn for turn in turns if turn["content"].strip()):
        before = messages[-1].external_id if messages else None
        said_at = began + timedelta(seconds=number)
        messages.append(ForeignMessage(str(number), before, _ROLES[turn["role"]], "", turn["content"], said_at))
    return ForeignConversation(name, f"Chat of {began:%d %B %Y}", began, tuple(messages))


def _moment(text: str) -> datetime:
    """Of "2023/05/30 (Tue) 23:40"."""
    day, clock = text.split(maxsplit=1)[0], text.rsplit(maxsplit=1)[-1]
    return datetime.strptime(f"{day} {clock}", "%Y/%m/%d %H:%M").replace(tzinfo=UTC)
