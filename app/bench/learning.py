"""`mneme bench learning`: does recall get better by being used, and what can wrong clicks do to it?

A user asks 200 times, with questions from one half of those about a conversation, is shown ten memories, and opens the
first that holds evidence; one click in ten goes wrong, and where no evidence is shown nothing is opened. The other half
is the measure. `before` and `after` start from weights that never saw the conversation, `shipped.` from those of the
app, `documents.` is a user who keeps documents, of which no weights ever saw any. `poisoned` follows on 20 clicks in a
row on the last wrong memory shown, `poisoned_then` on 200 ordinary questions after those.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from app.bench.locomo import load_locomo
from app.bench.multihop import bring_in, load_multihop
from app.bench.recall import stored
from app.bench.report import Report
from app.bench.train import GIVEN, LEAST
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.memory.recall.features import STAGES, Matrix, features
from app.memory.recall.learn import Feedback, Signal, learned, scaled
from app.memory.recall.learn import feedback as feedback_of
from app.memory.recall.query import parse_query
from app.memory.recall.rerank import Reranker, default_reranker, fit, stage_of

Progress = Callable[[int, int], None]
_ASKED, _SHOWN, _NOISE, _WRONG = 200, 10, 0.1, 20
_LEARN_EVERY = 10
_SPLITS = 6
_KS = (5, 10)
_UNANSWERABLE = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidates as features, what each is called, and the names of those that answer."""

    features: Matrix
    names: tuple[str, ...]
    evidence: frozenset[str]

    def ranked(self, reranker: Reranker) -> list[int]:
        """The rows, best first."""
        return [int(row) for row in (-(self.features @ np.array(reranker.weights))).argsort(kind="stable")]

    def right(self, rows: Sequence[int]) -> list[int]:
        """The positions in `rows` of those that answer."""
        return [position for position, row in enumerate(rows) if self.names[row] in self.evidence]

    def recall(self, reranker: Reranker, k: int) -> float:
        """The share of the evidence among the first k."""
        found = list(dict.fromkeys(self.names[row] for row in self.ranked(reranker)))[:k]
        return len(self.evidence & set(found)) / len(self.evidence)


def bench_learning(locomo: Path, documents: tuple[Path, Path] | None, quick: bool, progress: Progress) -> Report:
    """Recall before and after use. `documents` are questions and a corpus of MuSiQue's shape; `quick` splits once."""
    conversations = _conversations(locomo)
    if any(len(one) < 2 for one in conversations):
        raise InputError(f"{locomo} has a conversation with less than two questions to split in halves.")
    shipped = default_reranker()
    users = [("shipped.", one, shipped) for one in conversations]
    if len(conversations) > 1:
        users += [("", one, _trained([other for other in conversations if other is not one])) for one in conversations]
    if documents is not None:
        users.append(("documents.", _documents(*documents), shipped))
    splits = 1 if quick else _SPLITS
    found: dict[str, list[float]] = defaultdict(list)
    for done, (prefix, asked, start) in enumerate(users, 1):
        for seed in range(splits):
            for name, value in _figures(asked, start, seed):
                found[prefix + name].append(value)
        progress(done, len(users))
    settings = {"locomo": locomo.name, "interactions": _ASKED, "splits": splits, "noise": _NOISE, "wrong": _WRONG}
    return Report("learning", settings, {name: _total(name, values) for name, values in found.items()})


def _total(name: str, values: Sequence[float]) -> float:
    return max(values) if name.endswith("max_drop") else fmean(values)


def _figures(asked: Sequence[Example], start: Reranker, seed: int) -> Iterator[tuple[str, float]]:
    """The figures of one user and one split of the questions."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(asked))
    used, held_out = ([asked[i] for i in half] for half in np.array_split(order, 2))
    user = _User(used, start, rng)
    wrong = [user.misled() for _ in range(_WRONG)]
    ends = {
        "before": start,
        "after": scaled(start, learned(user.use([]))),
        "poisoned": scaled(start, learned(wrong)),
        "poisoned_then": scaled(start, learned(user.use(wrong))),
    }
    scores = {(name, k): fmean(e.recall(end, k) for e in held_out) for name, end in ends.items() for k in _KS}
    for (name, k), share in scores.items():
        yield f"{name}.recall@{k}", share
    for name in ("after", "poisoned", "poisoned_then"):
        yield f"{name}.max_drop", scores["before", 10] - scores[name, 10]


class _User:
    """Somebody who asks and opens what answers."""

    def __init__(self, asked: Sequence[Example], start: Reranker, rng: np.random.Generator) -> None:
        self._asked = asked
        self._start = start
        self._rng = rng
        self._weights = np.array(start.weights)
        self._of_stage = np.array([[stage_of(i) == stage for stage in STAGES] for i in range(len(self._weights))])

    def use(self, before: Sequence[Feedback]) -> list[Feedback]:
        """All feedback after so many questions; what is shown is ranked by what was learned until then."""
        found, reranker = list(before), self._start
        for number in range(_ASKED):
            if number % _LEARN_EVERY == 0:
                reranker = scaled(self._start, learned(found))
            example = self._asked[int(self._rng.integers(len(self._asked)))]
            shown, right = self._shown(example, reranker)
            if right:
                slip = [row for row in range(len(shown)) if row not in right] if self._rng.random() < _NOISE else []
                found.append(self._opened(example, shown, int(self._rng.choice(slip)) if slip else right[0]))
        return found

    def misled(self) -> Feedback:
        """A click on the last wrong memory of those shown for some question."""
        example = self._asked[int(self._rng.integers(len(self._asked)))]
        shown, right = self._shown(example, self._start)
        wrong = [row for row in range(len(shown)) if row not in right]
        return self._opened(example, shown, wrong[-1] if wrong else 0)

    def _shown(self, example: Example, reranker: Reranker) -> tuple[list[int], list[int]]:
        """The candidates that are shown, best first, and which of these hold evidence."""
        best = example.ranked(reranker)[:_SHOWN]
        return best, example.right(best)

    def _opened(self, example: Example, shown: list[int], row: int) -> Feedback:
        parts: Matrix = (example.features[shown] * self._weights) @ self._of_stage
        named = [dict(zip(STAGES, values, strict=True)) for values in parts.tolist()]
        return feedback_of([(one, Signal.OPENED if i == row else None) for i, one in enumerate(named)])


def _conversations(locomo: Path) -> list[list[Example]]:
    """What can be answered in each conversation, with what recall finds for it."""
    found = []
    for assistant, sample, turns in stored(load_locomo(locomo)):
        asked = [q for q in sample.questions if q.category != _UNANSWERABLE and q.evidence]
        found.append([_example(assistant, q.text, turns, q.evidence) for q in asked])
    return found


def _documents(questions: Path, corpus: Path) -> list[Example]:
    asked, passages = load_multihop(questions, corpus)
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False) as assistant,
    ):
        names = {message: str(passage) for message, passage in bring_in(assistant, passages).items()}
        return [_example(assistant, q.text, names, frozenset(map(str, q.support))) for q in asked]


def _example(assistant: Assistant, text: str, names: Mapping[int, str], evidence: frozenset[str]) -> Example:
    memory = assistant.memory
    query = parse_query(text, assistant.store.call(lambda store: store.spans.speakers()), assistant.clock.now())
    candidates = memory.gather(query, memory.embedded(query))
    return Example(features(candidates, query), tuple(names[c.span.first_message_id] for c in candidates), evidence)


def _trained(conversations: Sequence[Sequence[Example]]) -> Reranker:
    """Weights as they are made for the app, from these conversations."""
    asked = [example for one in conversations for example in one]
    return Reranker(fit([(e.features, e.right(range(len(e.names)))) for e in asked], fixed=GIVEN, least=LEAST))
