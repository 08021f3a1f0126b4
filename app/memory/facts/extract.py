"""Read what a message states, by rule: no model, no network, well under a millisecond for a sentence.

Extractive: every value is a stretch of the person's own words. What is asked, supposed, wished or told of by others
states nothing, and where a rule is not sure it stays silent: a fact that is missed is still found as a memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.core.facts import FactKind, NewStatement
from app.memory.facts import rules
from app.memory.facts.accept import accepted
from app.memory.facts.clauses import Clause, Scene
from app.memory.facts.found import Found, priced
from app.memory.facts.known import Known, Lookup
from app.memory.facts.rules import BECAME
from app.memory.facts.saying import Saying, is_timed
from app.memory.facts.sentences import sentences
from app.memory.facts.times import come_round, period_of, times_of
from app.memory.facts.values import without_times
from app.memory.recall.times import TimeSpan, local_day

_MAY_STATE = re.compile(r"[A-Za-z].*[A-Za-z]")
_LET_GO = re.compile(r"\b(?:any\s?more|any longer|no longer|not (?:\w+ ){0,4}now)\b", re.I)
_PAST_STATE = re.compile(r"(?:lived|worked|drove|studied|played|weighed|resided|ate|took|paid|earned|made)\b", re.I)
_COMING = re.compile(
    r"(?:moving|starting|joining|leaving|switching|changing|quitting|retiring|relocating|becoming|getting|going(?!\s(?:out|by)\b))\b",
    re.I,
)
_STARTS = re.compile(r"(?:start|begin|move|leave|retire)s?\b", re.I)
_DONE = re.compile(
    r"(?:moved|relocated|joined|started|bought|got|switched|changed|left|sold|adopted|became|turned)\b", re.I
)
_BEGINS = re.compile(r"(?:start|begin|move|join|leave|switch|retire|become)s?\b", re.I)
_PASSIVE = re.compile(
    r"(?:hired|promoted|offered|diagnosed|born|moved|transferred|recruited|employed by|headhunted|put on|prescribed)\b",
    re.I,
)


@dataclass(slots=True)
class Reader:
    """Reads the messages of one conversation in order. `lookup` gives what was stated of a subject before."""

    lookup: Lookup
    scene: Scene = field(default_factory=Scene)
    last: Found | None = None
    _known: Known = field(init=False)
    _saying: Saying = field(init=False)

    def read(self, message_id: int, text: str, said_at: datetime) -> list[NewStatement]:
        """What a message states, in its order, each once."""
        self._known = Known(self.lookup, said_at)
        self._saying = Saying(self.scene, self._known, self.last)
        for start, end in sentences(text):
            sentence = text[start:end]
            if not _MAY_STATE.search(sentence):
                continue
            times = times_of(sentence, said_at)
            for found, clause in self._saying.sentence(sentence):
                said = (found.subject, found.attribute, found.value, found.kind, said_at)
                self._keep(found, clause, sentence, times, NewStatement(message_id, start, end, *said))
        return list({(s.start, s.subject, s.attribute, s.value, s.kind): s for s in self._known.new}.values())

    def _keep(
        self, found: Found, clause: Clause | None, sentence: str, times: list[TimeSpan], said: NewStatement
    ) -> None:
        value = found.value
        if not is_timed(found):
            value = without_times(value, sentence.find(value), times)
        if found.kind is FactKind.HOLDS and not value:
            return
        kind = _kind(found, clause, sentence)
        found = self._known.named_before(replace(found, attribute=priced(found.attribute, value)), value)
        said = replace(said, attribute=found.attribute)
        if kind is None or not accepted(replace(found, value=value)):
            return
        since, until = None, None
        if not is_timed(found) or kind is FactKind.ENDED:
            coming = clause is not None and _to_come(clause)
            told = come_round(times, said.said_at) if coming or (clause and "future" in clause.marks) else times
            since, until = period_of(sentence, said.said_at, told, past=kind is FactKind.WAS)
            if since is not None and since > said.said_at and clause is not None and _DONE.match(clause.rest):
                since = None
            now = any(t.first == t.last == local_day(said.said_at) for t in times)
            if (
                found.attribute not in ("trip", "work start")
                and not now
                and _only_planned(clause, coming, since, said.said_at)
            ):
                return
        if until is not None and until <= said.said_at and kind is FactKind.HOLDS:
            kind = FactKind.WAS
        mends = bool(rules.MENDED.search(sentence))
        adds = found.adds or bool(rules.ADDING.search(sentence) and found.attribute == "name")
        self._known.add(replace(said, value=value, kind=kind, since=since, until=until, adds=adds, mends=mends))
        self._saying.last = self.last = replace(found, value=value)


def _kind(found: Found, clause: Clause | None, sentence: str) -> FactKind | None:
    """What the helpers of the verb make of a value; None where they deny it without more."""
    if clause is None or found.kind is not FactKind.HOLDS:
        return None if clause is not None and "neg" in clause.marks else found.kind
    marks = clause.marks
    rest = sentence[clause.at :]
    if "ended" in marks or ("neg" in marks and _LET_GO.search(rest[:80])):
        return FactKind.ENDED
    if "neg" in marks:
        return None
    if "habit" in marks or ("was" in marks and not BECAME.match(clause.rest) and not _PASSIVE.match(clause.rest)):
        return FactKind.WAS
    if _PAST_STATE.match(clause.rest) and not marks & {"have", "been", "be"}:
        return FactKind.WAS
    return FactKind.HOLDS


def _to_come(clause: Clause) -> bool:
    """ "I'm moving in June", "I start on Monday": told in the present, of what is to come."""
    if "be" in clause.marks:
        return bool(_COMING.match(clause.rest))
    return bool(_STARTS.match(clause.rest)) and not clause.marks & {"have", "had", "habit"}


def _only_planned(clause: Clause | None, coming: bool, since: datetime | None, said: datetime) -> bool:
    """What is yet to come and has no date holds nothing yet."""
    if (
        clause is None
        or "have" in clause.marks
        or not (coming or "future" in clause.marks or _BEGINS.match(clause.rest))
    ):
        return False
    return since is None or (since <= said and "future" in clause.marks)
