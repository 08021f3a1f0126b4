"""`mneme bench sleep`: what a night does to recall, what it costs, and what it costs the person who asks meanwhile.

Recall before and after is measured on LoCoMo, each conversation in a fresh store, by the same questions; after it also
without each part of what the night made that takes part in recall. The cost is that of whole nights (embed, cut,
consolidate, fade, verify, copy) over made-up talk, at n messages and at a tenth of them; the first texts of each get
real embeddings, which are timed, and the rest mixtures of those, counted at that price. Waiting is the time from a
question to the first word of the reply, while a night works and while none does, question by question in turns.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import fmean, median

import psutil

from app.bench.locomo import Question, Sample, load_locomo
from app.bench.mixing import Mixing
from app.bench.recall import UNANSWERABLE, stored
from app.bench.report import Report
from app.bench.talk import Talk, talks
from app.bootstrap import Assistant, build
from app.chat.events import Words
from app.core.errors import InputError
from app.core.settings import Settings
from app.core.types import NewMessage, Role
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig
from app.schedule.conditions import Presence
from app.schedule.runner import Job
from app.storage.store import Store

Progress = Callable[[int, int], None]
_KS = (5, 10)
_QUICK_QUESTIONS = 12
_QUICK_TURNS = 80
_REAL = 1_000  # texts with real embeddings in a night that is timed
_QUICK_REAL = 100
_SWITCHES = ("hindsight", "fading")
_FASTER = 200.0  # seconds of the person's absence that pass in one
_AT_ONCE = 100  # conversations in one transaction
_PATIENCE_S = 120.0


def bench_sleep(locomo: Path, n: int, quick: bool, progress: Progress) -> Report:
    """Recall before and after a night over a LoCoMo file; cost at `n` messages against a tenth of them; waiting."""
    samples = load_locomo(locomo)
    samples = [_short(samples[0])] if quick else samples
    asked = {s.name: _asked(s, _QUICK_QUESTIONS if quick else None) for s in samples}
    if not any(asked.values()):
        raise InputError(f"{locomo} has no question with evidence.")
    total = sum(map(len, asked.values())) + 2
    figures = _recall(samples, asked, lambda done: progress(done, total))
    figures |= _cost(n, _QUICK_REAL if quick else _REAL)
    progress(total - 1, total)
    figures |= _waiting(min(n, 40 if quick else 100), 3 if quick else 12)
    progress(total, total)
    settings = {"locomo": locomo.name, "conversations": len(samples), "questions": total - 2, "n": n}
    return Report("sleep", settings, figures)


def _short(sample: Sample) -> Sample:
    """The first sessions of a conversation, and the questions that they answer."""
    sessions, turns = [], 0
    for session in sample.sessions:
        sessions.append(session)
        turns += len(session.messages)
        if turns >= _QUICK_TURNS:
            break
    names = {message.external_id for session in sessions for message in session.messages}
    questions = tuple(q for q in sample.questions if q.evidence <= names)
    return Sample(sample.name, tuple(sessions), questions)


def _asked(sample: Sample, limit: int | None) -> list[Question]:
    usable = [q for q in sample.questions if q.evidence and q.category != UNANSWERABLE]
    return usable[:: max(1, len(usable) // limit)] if limit else usable


def _recall(
    samples: Sequence[Sample], asked: dict[str, list[Question]], progress: Callable[[int], None]
) -> dict[str, float]:
    scores: dict[str, list[float]] = defaultdict(list)
    done = 0
    for assistant, sample, turns in stored(samples):
        for name in ("before", "after", *(f"without.{part}" for part in _SWITCHES)):
            _switch(assistant, name)
            for question in asked[sample.name]:
                found = assistant.memory.recall(question.text, 4 * max(_KS))
                messages = dict.fromkeys(hit.span.first_message_id for hit in found.hits)
                ranked = [turns[message] for message in messages if message in turns]
                for k in _KS:
                    share = len(question.evidence & set(ranked[:k])) / len(question.evidence)
                    scores[f"{name}.recall@{k}"].append(share)
                    scores[f"{name}.cat{question.category}.recall@{k}"].append(share)
            if name == "before":
                _night(assistant)
        done += len(asked[sample.name])
        progress(done)
    return {name: fmean(values) for name, values in sorted(scores.items())}


def _switch(assistant: Assistant, name: str) -> None:
    """Let recall do without a part of what the night made, if the name says so."""
    assistant.memory.without = frozenset({"hindsight"} if name == "without.hindsight" else ())
    assistant.memory.forgetting = name != "without.fading"


def _night(assistant: Assistant) -> dict[str, float]:
    """A whole night now; the seconds that each of its jobs took."""
    seconds = {}
    for job in assistant.night(agreed=True):
        begun = time.perf_counter()
        ended = assistant.runner.run(job)
        if ended is None or ended.problem is not None:
            raise ended.problem if ended and ended.problem else InputError(f"The night could not {job.name}.")
        seconds[job.name] = time.perf_counter() - begun
    return seconds


def _cost(n: int, real: int) -> dict[str, float]:
    """Seconds and memory of a night over `n` messages, and per message against one over a tenth."""
    host = EmbedHost(EmbedConfig(str(Settings().embedder)))
    try:
        host.load()
        small, large = (_priced(size, Mixing(host, real)) for size in (max(n // 10, 10), n))
    finally:
        host.close()
    growth = {
        "cost_growth": large["ms_per_message"] / small["ms_per_message"],
        "without_embedding.cost_growth": large["without_embedding.ms_per_message"]
        / small["without_embedding.ms_per_message"],
    }
    return (
        large
        | growth
        | {f"small.{name}": small[name] for name in ("ms_per_message", "without_embedding.ms_per_message")}
    )


def _priced(messages: int, embedder: Mixing) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False, embedder=embedder) as built,
    ):
        count = _fill(built, messages)
        with _Peak() as peak:
            seconds = _night(built)
    others = sum(seconds.values()) - embedder.seconds
    embedding = embedder.texts * embedder.ms_per_text / 1000
    return {f"{name.replace(' ', '_')}_s": value for name, value in seconds.items()} | {
        "night_s": others + embedding,
        "messages_per_s": count / (others + embedding),
        "ms_per_message": (others + embedding) / count * 1000,
        "without_embedding.ms_per_message": others / count * 1000,
        "ms_per_text": embedder.ms_per_text,
        "texts_per_message": embedder.texts / count,
        "peak_mb": peak.mb,
    }


def _fill(assistant: Assistant, messages: int, seed: int = 0) -> int:
    """Put made-up talk into a store, with nothing done to it yet; how many messages."""

    def begin(store: Store, batch: Sequence[Talk]) -> list[int]:
        return [store.conversations.create(talk.question, talk.began).id for talk in batch]

    roles = (Role.USER, Role.ASSISTANT)
    count = 0
    made = talks(messages, seed)
    while batch := list(islice(made, _AT_ONCE)):
        ids = assistant.store.write(partial(begin, batch=batch))
        new = [
            NewMessage(key, roles[i % 2], text, talk.began)
            for key, talk in zip(ids, batch, strict=True)
            for i, text in enumerate(talk.texts)
        ]
        count += len(assistant.memory.record_all(new))
    return count


class _Peak:
    """The most memory that this process and its models' held together, in MB, looked at ten times a second."""

    def __enter__(self) -> _Peak:
        self.mb, self._ended = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        process = psutil.Process()
        family = [process, *process.children(recursive=True)]
        while not self._ended.wait(0.1):
            self.mb = max(self.mb, sum(one.memory_info().rss for one in family) / 1e6)


def _waiting(messages: int, questions: int) -> dict[str, float]:
    """Time to the first word while a night works against while none does."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        presence = Presence(lambda: time.monotonic() * _FASTER)
        with build(Path(folder), background=False, presence=presence) as assistant:
            assistant.model.load()
            assistant.embedder.load()
            made = [talk.question for talk in islice(talks(1_000 * questions), 2 + 2 * questions)]
            for question in made[:2]:
                _first_word_ms(assistant, question)
            idle, during = [], []
            for number in range(questions):
                one, other = made[2 + 2 * number : 4 + 2 * number]
                if number % 2:
                    idle.append(_first_word_ms(assistant, one))
                with _Sleeping(assistant, messages, number + 1):
                    during.append(_first_word_ms(assistant, other))
                if not number % 2:
                    idle.append(_first_word_ms(assistant, one))
    return {
        "ttft_idle_ms": median(idle),
        "ttft_during_ms": median(during),
        "ttft_during_over_idle": median(during) / median(idle),
    }


def _first_word_ms(assistant: Assistant, question: str) -> float:
    """From asking to the first word, where the model holds nothing that an earlier question had it read."""
    assistant.session.forget(())
    begun = time.perf_counter()
    events = assistant.session.ask(question)
    taken = 0.0
    for event in events:
        if isinstance(event, Words) and not taken:
            taken = (time.perf_counter() - begun) * 1000
            assistant.session.stop()
    return taken


class _Sleeping:
    """A night that works in the background, over talk that is new to it, as the scheduler would let it: it stops when
    the person asks and goes on once they are away."""

    def __init__(self, assistant: Assistant, messages: int, seed: int) -> None:
        self._assistant = assistant
        self._messages, self._seed = messages, seed
        self._ended = threading.Event()
        self._working = threading.Event()

    def __enter__(self) -> _Sleeping:
        _fill(self._assistant, self._messages, self._seed)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        self._working.wait(_PATIENCE_S)
        time.sleep(0.2)  # into the middle of a step
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        jobs: list[Job] = self._assistant.night(agreed=True)
        while not self._ended.wait(0.01):
            for job in jobs:
                if not self._ended.is_set() and not self._assistant.runner.waits(job):
                    self._working.set()
                    self._assistant.runner.run(job, anyway=False)
