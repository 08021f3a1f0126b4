"""Choose the line that tells what is asked, as it was last said: a linear model over what speaks for each."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from app.core.paths import resources_dir
from app.memory.facts.words import concept, concepts, group
from app.memory.telling.heirs import heirs, tells_change
from app.memory.telling.lines import Line, Vector, names_in, others_in, stem, stems
from app.memory.telling.wanted import Sort, holds, wanted

FEATURES = (
    "cosine", "behind", "overlap", "sort", "no_sort", "named", "unnamed", "others", "supposed", "change", "kin", "mine",
    "heir_name", "heir_words", "heir_meaning", "ousted_name", "ousted_words", "ousted_meaning", "outdated", "mends",
    "fact", "elsewhere", "not_mine", "both",
)  # fmt: skip
"""What speaks for or against a line; the weights stand in `resources/recall/telling.json`."""
_SUPPOSED = re.compile(
    r"\?\s*$|\b(?:if I|if we|dream(?:t|ed)?|imagine|might|maybe|article|movie|novel|would|wish|used to)\b", re.I
)
_MINE = re.compile(r"\b(?:I|me|my|mine|we|our|us|ours)\b", re.I)
_RINGS = (
    "live home house flat apartment move settle address lease studio room reside based town city landlord",
    "work job employer employ hire shift office company firm boss notice join team career earn",
    "study degree course major university uni college subject class",
    "price cost pay paid charge fee rent bill euro pound dollar quid month much rate expensive",
    "dose mg milligram tablet pill take medication medicine mcg",
    "drive car",
)
_KIN = tuple(frozenset(map(stem, ring.split())) for ring in _RINGS)


SIGNALS = ("bias", "cosine", "overlap", "best_cosine", "best_overlap", "sort", "nobody", "product")
"""What speaks for there being an answer at all."""


def chosen(question: str, asked: Vector | None, lines: Sequence[Line]) -> tuple[Line, float] | None:
    """The line that tells what is asked, and how likely it does, 0 to 1; None for no lines. Pure."""
    if not lines:
        return None
    rows = features(question, asked, lines)
    best = int((rows @ _weights("line", FEATURES)).argmax())
    return lines[best], 1 / (1 + math.exp(-float(signals(rows, best) @ _weights("told", SIGNALS))))


def signals(rows: npt.NDArray[np.float64], best: int) -> npt.NDArray[np.float64]:
    """What speaks for an answer in the chosen of these rows of features, in the order of SIGNALS."""
    table = dict(zip(FEATURES, rows.T, strict=True))
    likeness, overlap = table["cosine"], table["overlap"]
    nobody = bool(table["unnamed"].all())  # who is asked about was never spoken of
    own = likeness[best], overlap[best]
    found = (1.0, *own, likeness.max(), overlap.max(), 1.0 - table["no_sort"][best], nobody, (likeness * overlap).max())
    return np.array(found, dtype=np.float64)


def features(question: str, asked: Vector | None, lines: Sequence[Line]) -> npt.NDArray[np.float64]:
    """A row for each line, in the order of FEATURES."""
    sort, topics, people = wanted(question), _weighed(stems(question), lines), concepts(question)
    names, personal = names_in(f"? {question}"), bool(_MINE.search(question))
    cosines = [line.likeness(asked) for line in lines]
    overlap = [_share(topics, line) for line in lines]
    held = [line.fact or holds(sort, line.words) for line in lines]
    by_fact = any(line.fact for line in lines)
    rings = [ring for ring in _KIN if ring & stems(question)]
    kin = [any(ring & stems(line.words) for ring in rings) for line in lines]
    others = [others_in(line.words) - people for line in lines]
    mine = personal and not names and not (people & _people())
    near = [c + 0.5 * o - 0.2 * (not h) for c, o, h in zip(cosines, overlap, held, strict=True)]
    follow = heirs(lines, near, held)
    rows = []
    for n, line in enumerate(lines):
        named = bool(names & set(re.findall(r"[\w-]+", line.words)))
        rows.append(
            (
                cosines[n], max(cosines) - cosines[n], overlap[n], sort is not Sort.ANY and held[n], not held[n],
                named, bool(names) and not named, bool(others[n]), bool(_SUPPOSED.search(line.words)),
                tells_change(line.words), kin[n], personal and bool(_MINE.search(line.words)),
                follow.by_name[n], follow.by_words[n], follow.by_meaning[n],
                follow.ousted_by_name[n], follow.ousted_by_words[n], follow.ousted_by_meaning[n],
                follow.outdated[n], follow.mends[n], line.fact, by_fact and line.states and not line.fact,
                mine and bool(others[n]), cosines[n] * overlap[n],
            )
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)


def _people() -> frozenset[str]:
    return frozenset(map(concept, group("person") | group("pet")))


def _weighed(topics: frozenset[str], lines: Sequence[Line]) -> dict[str, float]:
    """What each word of the question weighs: the rarer among the lines, the more. Sums to 1."""
    often = Counter(word for line in lines for word in stems(line.words) & topics)
    weights = {word: math.log(1 + len(lines) / (0.5 + often[word])) for word in topics}
    total = sum(weights.values()) or 1.0
    return {word: weight / total for word, weight in weights.items()}


def _share(weights: Mapping[str, float], line: Line) -> float:
    """How much of the question a line holds; what a fact rests on speaks of it in whatever words."""
    said = stems(line.words)
    return 1.0 if line.fact else sum(weight for word, weight in weights.items() if word in said)


@cache
def _weights(model: str, names: tuple[str, ...]) -> npt.NDArray[np.float64]:
    found = json.loads((resources_dir() / "recall" / "telling.json").read_text(encoding="utf-8"))[model]
    return np.array([float(found.get(name, 0.0)) for name in names])
