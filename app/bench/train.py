"""Train the weights of recall on a LoCoMo file: `python -m app.bench.train FILE`.

Prints what weights that never saw a conversation score on it (leave one out), then writes those learned from all
conversations to `resources/recall/`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.console import Console

from app.bench.locomo import Question, load_locomo
from app.bench.recall import UNANSWERABLE, auc, stored
from app.core.paths import resources_dir
from app.memory.recall import answerable
from app.memory.recall.candidates import Candidate
from app.memory.recall.features import NAMES, Matrix, features
from app.memory.recall.query import Query
from app.memory.recall.rerank import Reranker, fit

GIVEN = {"machine": -0.5, "place": 2.0, "graph": 0.6, "about": 0.5, "hindsight": 0.35}
"""Weights set by hand: what LoCoMo, where only people speak, or a store before its first night cannot teach."""
LEAST = {"cosine": 0.1, "bm25": 0.1}
"""What nobody would do without: a turn's own words and meaning, which in LoCoMo its surroundings stand in for."""
_KS = (5, 10, 20)
_console = Console()


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates, as features too, and the name of the turn that each is a part of."""

    question: Question
    query: Query
    candidates: tuple[Candidate, ...]
    features: Matrix
    turns: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return self.question.category != UNANSWERABLE

    @property
    def right(self) -> list[int]:
        """The rows that answer."""
        return [row for row, turn in enumerate(self.turns) if self.answered and turn in self.question.evidence]


def examples(path: Path) -> list[list[Example]]:
    """The questions of each conversation: those that can be answered where the evidence is named, and the others."""
    found = []
    for assistant, sample, turns in stored(load_locomo(path)):
        memory, of_one = assistant.memory, []
        for question in (q for q in sample.questions if q.category == UNANSWERABLE or q.evidence):
            query = memory.understood(question.text)
            candidates = tuple(memory.gather(query, memory.embedded(query)))
            names = tuple(turns[c.span.first_message_id] for c in candidates)
            of_one.append(Example(question, query, candidates, features(candidates, query), names))
        found.append(of_one)
        _console.print(f"{sample.name}: {len(of_one)} questions")
    return found


def learned(conversations: Sequence[Sequence[Example]]) -> Reranker:
    """The weights of recall from these conversations."""
    return Reranker(fit([(e.features, e.right) for one in conversations for e in one], fixed=GIVEN, least=LEAST))


def judged(conversations: Sequence[Sequence[Example]], reranker: Reranker) -> tuple[float, ...]:
    """The weights of answerability from these conversations."""
    found = [e for one in conversations for e in one]
    rows = [answerable.signals(reranker.rank(e.candidates, e.query), e.query) for e in found]
    return answerable.fit(rows, [e.answered for e in found])


def recalls(example: Example, reranker: Reranker) -> dict[str, float]:
    """The share of the evidence among the first k."""
    best = (-(example.features @ list(reranker.weights))).argsort(kind="stable")
    ranked = list(dict.fromkeys(example.turns[row] for row in best))
    evidence, category = example.question.evidence, example.question.category
    shares = {f"recall@{k}": len(evidence & set(ranked[:k])) / len(evidence) for k in _KS}
    return shares | {f"cat{category}.{name}": share for name, share in shares.items()}


def held_out(conversations: Sequence[Sequence[Example]]) -> dict[str, float]:
    """The figures of each conversation under weights learned from the others."""
    shares: list[dict[str, float]] = []
    sure: list[tuple[bool, float]] = []
    for left, one in enumerate(conversations):
        others = [other for number, other in enumerate(conversations) if number != left]
        reranker = learned(others)
        bias, *weights = judged(others, reranker)
        for example in one:
            ranked = reranker.rank(example.candidates, example.query)
            rows = answerable.signals(ranked, example.query)
            sure.append((example.answered, bias + sum(w * x for w, x in zip(weights, rows, strict=True))))
            if example.answered:
                shares.append(recalls(example, reranker))
    names = sorted({name for one_share in shares for name in one_share})
    figures = {name: fmean(share[name] for share in shares if name in share) for name in names}
    return figures | {"unanswerable_auc": auc(sure)}


def main(path: Path) -> None:
    """Train, report and write."""
    conversations = examples(path)
    for name, value in held_out(conversations).items():
        _console.print(f"{name:18} {value:.3f}")
    reranker = learned(conversations)
    _write("weights", dict(zip(NAMES, reranker.weights, strict=True)))
    _write("answerable", dict(zip(("bias", *answerable.SIGNALS), judged(conversations, reranker), strict=True)))


def _write(name: str, weights: dict[str, float]) -> None:
    rounded = {key: round(weight, 4) for key, weight in weights.items()}
    target = resources_dir() / "recall" / f"{name}.json"
    target.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    _console.print(f"written to {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
