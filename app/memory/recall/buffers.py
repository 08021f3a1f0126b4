"""Which of the ranked candidates get a place, and in what order they are shown: choices apart from ranking.

EM-LLM (Fountas et al., 2024, sec. 3.3) fills a similarity buffer with what is nearest and a contiguity buffer with what
stood beside it; HCAM (Lampinen et al., 2021) reads the best episodes first and the turns inside them after. Once
context is part of the score, plain similarity does best here (docs/benchmarks.md), and is what recall uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from app.memory.recall.candidates import Candidate

T = TypeVar("T")
Choice = Callable[[Sequence[Candidate]], list[Candidate]]


def similarity(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best first, as they are ranked."""
    return list(ranked)


def contiguity(ranked: Sequence[Candidate], every: int = 4) -> list[Candidate]:
    """Every so many places one goes to a neighbour in time of what stands before it."""
    of = {c.span.id: c for c in ranked}
    waiting: list[int] = []
    chosen: dict[int, Candidate] = {}
    for candidate in ranked:
        chosen.setdefault(candidate.span.id, candidate)
        waiting += [key for key in candidate.beside if key in of]
        if len(chosen) % every == every - 1:
            beside = next((key for key in waiting if key not in chosen), None)
            if beside is not None:
                chosen[beside] = of[beside]
    return list(chosen.values())


def hierarchy(ranked: Sequence[Candidate], episodes: int = 8, judged_by: int = 3) -> list[Candidate]:
    """The turns of the best episodes, then the rest. An episode is worth the mean of its best turns."""
    inside: dict[int, list[Candidate]] = {}
    for candidate in ranked:
        inside.setdefault(candidate.episode, []).append(candidate)
    worth = {key: float(np.mean([c.score for c in turns[:judged_by]])) for key, turns in inside.items()}
    best = set(sorted(worth, key=lambda key: -worth[key])[:episodes])
    return sorted(ranked, key=lambda c: c.episode not in best)


def diversity(
    ranked: Sequence[Candidate], strength: float = 0.5, alike: float = 0.5, depth: int = 60
) -> list[Candidate]:
    """Maximal marginal relevance (Carbonell and Goldstein, 1998): what repeats a chosen one, by more than `alike` as a
    cosine, steps back by `strength` points of score."""
    near = [c for c in ranked[:depth] if c.vector is not None]
    if not near:
        return list(ranked)
    vectors = np.stack([c.vector for c in near if c.vector is not None])
    likeness = vectors @ vectors.T
    scores = np.array([c.score for c in near], dtype=float)
    chosen: list[Candidate] = []
    for _ in near:
        best = int(scores.argmax())
        chosen.append(near[best])
        scores -= strength * np.maximum(likeness[best] - alike, 0)
        scores[best] = -np.inf
    taken = {c.span.id for c in chosen}
    return chosen + [c for c in ranked if c.span.id not in taken]


def at_edges(best_first: Iterable[T]) -> list[T]:
    """The strongest first and last, the weakest between ("Long-Context LLMs meet RAG", Jin et al., 2024, sec. 4)."""
    items = list(best_first)
    return items[::2] + items[1::2][::-1]


CHOICES: dict[str, Choice] = {
    "similarity": similarity,
    "contiguity": contiguity,
    "hierarchy": hierarchy,
    "diversity": diversity,
}
