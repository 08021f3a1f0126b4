"""What speaks for each line to be the one that tells what is asked: a row of numbers each. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.memory.facts.words import concept, concepts, group
from app.memory.telling.heirs import heirs, tells_change
from app.memory.telling.kin import kin, stems
from app.memory.telling.lines import Line, Vector, known_names, named_in, others_in
from app.memory.telling.wanted import Sort, answers_to, holds, is_strict, wanted

FEATURES = (
    "cosine", "behind", "overlap", "soft", "opening", "both", "place", "unranked",
    "sort", "no_sort", "no_count", "named", "unnamed", "others", "supposed", "change", "mine", "not_mine",
    "heir_name", "heir_words", "heir_meaning", "heir_value", "heir_shape",
    "ousted_name", "ousted_words", "ousted_meaning", "ousted_value", "ousted_shape", "outdated",
    "sequel_name", "sequel_words", "sequel_meaning", "sequel_value", "sequel_shape", "mends",
    "fact", "sure", "fact_sort", "before_fact",
)  # fmt: skip
"""What speaks for or against a line; the weights stand in `resources/recall/telling.json`."""
_SUPPOSED = re.compile(
    r"\?\s*$|\b(?:if I|if we|dream(?:t|ed)?|imagine|might|maybe|article|movie|novel|would|wish|used to)\b", re.I
)
_MINE = re.compile(r"\b(?:I|I['’]?m|me|my|mine|we|our|us|ours)\b", re.I)
_MANY = re.compile(r"\bhow many\s(?:\w+\s)?([\w-]+)", re.I)
_OPENING = 4  # words that a line begins with: what it is about
_RELATED = 0.5  # what a word of the same ring counts, beside the word itself
Rows = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart; `topics` are its words with what each weighs, `names` whom it names."""

    sort: Sort
    topics: Mapping[str, float]
    names: frozenset[str]
    people: frozenset[str]
    personal: bool
    counted: str

    @property
    def mine(self) -> bool:
        """Whether it is about the speaker alone."""
        return self.personal and not self.names and not self.people & _people()


def taken_apart(question: str, lines: Sequence[Line]) -> Question:
    """A question in the light of what was said: a word that is written as a name there is one here, in any case."""
    known = known_names([question, *(line.words for line in lines)])
    many = _MANY.search(question)
    return Question(
        wanted(question),
        _weighed(stems(question), lines),
        named_in(question, known),
        concepts(question),
        bool(_MINE.search(question)),
        concept(many[1]) if many else "",
    )


def features(question: str, asked: Vector | None, lines: Sequence[Line]) -> Rows:
    """A row for each line, in the order of FEATURES."""
    about = taken_apart(question, lines)
    columns = _likeness(about, asked, lines) | _manner(about, lines) | _fact(about, lines)
    held = columns["sort"] > 0 if about.sort is not Sort.ANY else np.ones(len(lines), bool)
    near = columns["cosine"] + 0.5 * columns["overlap"] - 0.2 * ~held
    follow = heirs(lines, near.tolist(), (held | columns["fact"].astype(bool)).tolist(), about.names)
    columns |= {name: np.array(values) for name, values in follow._asdict().items()}
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float64)


def answerable(question: str, asked: Vector | None, lines: Sequence[Line]) -> dict[str, Rows]:
    """What each line has of an answer, by name: how much of what is asked of somebody it holds (`attribute`), whether
    it may be about them (`whom`), names somebody else (`another`), and lacks a value that must be there (`empty`)."""
    about = taken_apart(question, lines)
    known = known_names([line.words for line in lines])
    rest = {word: weight for word, weight in about.topics.items() if word not in about.names | _people()}
    total = sum(rest.values())
    named = [named_in(line.words, known) for line in lines]
    whom = np.array([not about.names or bool(about.names & names) for names in named])
    held = np.array([holds(about.sort, line.words, about.names) for line in lines])
    return {
        "attribute": np.array([_share(rest, line, _RELATED) / total if total else 1.0 for line in lines]),
        "whom": whom,
        "another": ~whom & np.array([bool(names) for names in named]),
        "empty": ~held & is_strict(about.sort),
        "fits": whom & held,
        "near": np.array([line.likeness(asked) for line in lines]) * (whom & held),
    }


def _likeness(about: Question, asked: Vector | None, lines: Sequence[Line]) -> dict[str, Rows]:
    """By meaning, by words, and by its place in recall."""
    cosine = np.array([line.likeness(asked) for line in lines])
    own = np.array([_share(about.topics, line, 0.0) for line in lines])
    soft = np.array([_share(about.topics, line, _RELATED) for line in lines])
    opening = np.array([sum(about.topics.get(word, 0.0) for word in _first(line.words)) for line in lines])
    place = np.array([1 / (2 + line.place) if line.place is not None else 0.0 for line in lines])
    return {
        "cosine": cosine,
        "behind": cosine.max() - cosine,
        "overlap": own,
        "soft": soft - own,
        "opening": opening,
        "both": cosine * own,
        "place": place,
        "unranked": place == 0,
    }


def _manner(about: Question, lines: Sequence[Line]) -> dict[str, Rows]:
    """What a line holds, of whom it speaks, and how."""
    known = known_names([line.words for line in lines])
    held = np.array([holds(about.sort, line.words, about.names) for line in lines])
    named = np.array([bool(about.names & named_in(line.words, known)) for line in lines])
    others = np.array([bool(others_in(line.words) - about.people) for line in lines])
    return {
        "sort": held & (about.sort is not Sort.ANY),
        "no_sort": ~held,
        "no_count": np.array([bool(about.counted) and about.counted not in concepts(line.words) for line in lines]),
        "named": named,
        "unnamed": ~named & bool(about.names),
        "others": others,
        "not_mine": others & about.mine,
        "supposed": np.array([bool(_SUPPOSED.search(line.words)) for line in lines]),
        "change": np.array([tells_change(line.words) for line in lines]),
        "mine": np.array([about.personal and bool(_MINE.search(line.words)) for line in lines]),
    }


def _fact(about: Question, lines: Sequence[Line]) -> dict[str, Rows]:
    """How a line stands to the fact by rule that answers."""
    fact = np.array([line.fact for line in lines])
    last = max((line.hit.span.said_at for line in lines if line.fact), default=None)
    return {
        "fact": fact,
        "sure": np.array([line.sure for line in lines]),
        "fact_sort": fact
        & np.array([about.sort is not Sort.ANY and answers_to(about.sort, line.value) for line in lines]),
        "before_fact": np.array([last is not None and line.hit.span.said_at < last for line in lines]),
    }


def _people() -> frozenset[str]:
    return frozenset(map(concept, group("person") | group("pet")))


def _weighed(topics: frozenset[str], lines: Sequence[Line]) -> dict[str, float]:
    """What each word of the question weighs: the rarer among the lines, the more. Sums to 1."""
    often = Counter(word for line in lines for word in stems(line.words) & topics)
    weights = {word: math.log(1 + len(lines) / (0.5 + often[word])) for word in topics}
    total = sum(weights.values()) or 1.0
    return {word: weight / total for word, weight in weights.items()}


def _share(weights: Mapping[str, float], line: Line, related: float) -> float:
    """How much of the question a line holds, a word of the same ring counting `related`; what a fact that
    is sure rests on speaks of it in whatever words."""
    if line.fact and line.sure:
        return 1.0
    said = stems(line.words)
    return sum(weight * (1.0 if word in said else related * bool(kin(word) & said)) for word, weight in weights.items())


def _first(words: str) -> frozenset[str]:
    """What a line begins with."""
    return stems(" ".join(words.split()[: _OPENING + 1]))
