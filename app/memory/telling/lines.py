"""The sentences that may tell what is asked, as they were said; a short memory is one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.core.facts import ME
from app.core.types import Hit
from app.memory.facts.clauses import Scene, clauses, is_person
from app.memory.facts.words import concepts
from app.memory.recall.keys import facts as sentences_of
from app.storage.store import Store

_SHORT = 240  # characters of a memory that is told whole
_LONGEST = 400

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """Words of a memory, with their unit vectors where there are some, the one for all of them first.

    `fact`: the fact by rule that answers rests on it; then `value` is what the fact says, `sure` whether it is about
    all that is asked. `states`: other facts rest on it. `later`: it was said after the time that is asked about, so it
    may only tell what it took the place of. `place` is that of its memory in recall, from 0.
    """

    hit: Hit
    words: str
    vectors: tuple[Vector, ...] = ()
    fact: bool = False
    states: bool = False
    later: bool = False
    place: int | None = None
    value: str = ""
    sure: bool = False

    def likeness(self, vector: Vector | None) -> float:
        """The best cosine of any of its vectors with another; 0 where there is none."""
        return max((float(own @ vector) for own in self.vectors), default=0.0) if vector is not None else 0.0


def lines_of(store: Store, hits: Sequence[Hit], identity: str, dimension: int, known: Collection[int]) -> list[Line]:
    """The lines of these memories. `known` are the messages in which the fact that answers was stated. Read-only."""
    ids = [hit.span.id for hit in hits]
    keys = _keys(store, ids, identity, dimension) if identity else {}
    stating = {said.message_id for said in store.facts.of_messages([hit.span.first_message_id for hit in hits])}
    found = []
    for place, hit in enumerate(hits):
        own = store.vectors.read([hit.span.id]) if identity else np.zeros((0, 0), np.float32)
        message = hit.span.first_message_id
        for words, vectors in _parts(hit.span.text, list(own), keys.get(hit.span.id)):
            rank = place if hit.score or hit.parts else None
            found.append(Line(hit, words, vectors, message in known, message in stating, place=rank))
    return found


def _keys(store: Store, ids: Sequence[int], identity: str, dimension: int) -> dict[int, Vector]:
    rows = store.keys.read(identity, ids, dimension)
    return dict(zip(rows.ids, np.split(rows.vectors, rows.starts[1:]), strict=True)) if rows.ids else {}


def _parts(text: str, own: list[Vector], keys: Vector | None) -> list[tuple[str, tuple[Vector, ...]]]:
    """A short text whole, with the vectors of its sentences, too; a longer one sentence by sentence."""
    sentences = sentences_of(text)
    known = list(keys[1:]) if keys is not None else []
    if len(text) <= _SHORT or len(sentences) < 2:
        return [(text[:_LONGEST], (*own, *known))]
    matched = known if len(known) == len(sentences) else [None] * len(sentences)
    return [(s[:_LONGEST], (v,) if v is not None else tuple(own)) for s, v in zip(sentences, matched, strict=True)]


_NAME = re.compile(
    r"(?<=[\w,;:] )(?!I\b)[A-ZÀ-ÞŠŽ][\w-]+|^(?:The |My |Our )?(?!(?:I|My|Our|The|We|It)\b)[A-ZÀ-ÞŠŽ][\w-]+"
)
_CALLED = re.compile(r"\b(?:called|named|mr|mrs|ms|miss|dr)\.? ([^\W\d_][\w-]+)", re.I)
_SMALL_WORD = re.compile(r"(?<!\w)[a-zß-ÿ][\w-]*")
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Mondays
    Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays Dr Mr Mrs Ms""".split()  # noqa: SIM905
)


def names_in(text: str) -> frozenset[str]:
    """The words that are written as names are."""
    found = (match.rsplit(maxsplit=1)[-1] for match in _NAME.findall(text))
    return frozenset(name for name in found if name not in _NO_NAMES)


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """The words that are written as names in any of these texts, in small letters; a first word that others have in
    small letters is none."""
    inside, first, small = set[str](), set[str](), set[str]()
    for text in texts:
        names = {name.casefold() for name in names_in(text)}
        opening = text.split(maxsplit=1)[0].strip(".,:;!?'’\"").casefold() if text.strip() else ""
        inside |= names - {opening} | {name.casefold() for name in _CALLED.findall(text)}
        first |= names & {opening}
        small |= set(_SMALL_WORD.findall(text))
    return frozenset(inside | (first - small))


def named_in(text: str, known: frozenset[str]) -> frozenset[str]:
    """Whom of those who are `known` a text names, in whatever case."""
    return frozenset(re.findall(r"[^\W_][\w-]*", text.casefold())) & known


def others_in(text: str) -> frozenset[str]:
    """The others of whom a text speaks first: "my neighbour bought a BMW" is about the neighbour."""
    first = next(clauses(text[:300], Scene()), None)
    if first is None or (first.owner == ME and not is_person(first.thing)):
        return frozenset()
    path = first.owner.split("/")
    people = [part for part in (*path, first.thing) if part != ME and (part == path[0] or is_person(part))]
    if first.start == 0 and path[0] != ME and path[0].endswith("s"):  # "Plans changed" names nobody
        return frozenset()
    return concepts(" ".join(people))
