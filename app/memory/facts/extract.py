"""Read what a message states, by rule: no model, no network, well under a millisecond for a sentence.

Extractive: every value is a stretch of the person's own words. What is asked, supposed, wished or told of by others
states nothing, and where a rule is not sure it stays silent: a fact that is missed is still found as a memory.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.core.facts import Fact, FactKind, NewStatement, Statement
from app.memory.facts import rules
from app.memory.facts.accept import SELF, accepted
from app.memory.facts.clauses import Clause, Scene, clauses, is_person, plain_thing
from app.memory.facts.rules import BECAME, BESIDE, CHANGES, INVERSE, MONEY, OVER, RULES, Rule
from app.memory.facts.sentences import sentences
from app.memory.facts.times import come_round, period_of, times_of
from app.memory.facts.update import alike, current, facts_in
from app.memory.facts.values import NAME, TIME, cut, is_name, is_profession, without_times
from app.memory.facts.words import concept, concepts, singular
from app.memory.recall.times import TimeSpan, local_day

Lookup = Callable[[str], Sequence[Statement]]
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
_WIDE = re.compile(r"address|birthday|date|time|plan|schedule|route", re.I)
_CALLED = re.compile(
    rf"(?:called|named|is)\s(?P<name>{NAME})|(?P<bare>{NAME})(?=\s*(?:[.,;!(]|$|now\b|and\b|these days|since|as of|instead|too))"
)
_LAST = 8  # statements of an attribute that are looked at for what holds
_NOW = re.compile(r"\b(?:now|actually|instead|from now on|these days|not)\b", re.I)
_LIKE_IS = re.compile(
    r"^(?:costs?\s(?:now\s)?(?:us\s|me\s)?|(?:starts?|begins?|takes place|runs)\s(?=(?:on|at|every|from)\s))", re.I
)
_PASSIVE = re.compile(
    r"(?:hired|promoted|offered|diagnosed|born|moved|transferred|recruited|employed by|headhunted|put on|prescribed)\b",
    re.I,
)
_ARTICLE_JOB = re.compile(
    r"(?:an?|the)\s(?P<job>[^,.;]+?)(?:\s(?:at|for|with|of)\s(?P<employer>(?:the\s)?[A-Z].+|an?\s.+))?(?:[.,;!]|$)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A value read in a clause, before its times are known."""

    subject: str
    attribute: str
    value: str
    kind: FactKind = FactKind.HOLDS
    adds: bool = False
    at: int = 0
    ruled: bool = False
    known: bool = False


@dataclass(slots=True)
class Reader:
    """Reads the messages of one conversation in order. `lookup` gives what was stated of a subject before."""

    lookup: Lookup
    scene: Scene = field(default_factory=Scene)
    last: Found | None = None
    said_at: datetime | None = None
    _new: list[NewStatement] = field(default_factory=list)
    _known: dict[str, list[Fact]] = field(default_factory=dict)

    def read(self, message_id: int, text: str, said_at: datetime) -> list[NewStatement]:
        """What a message states, in its order, each once."""
        self._new, self._known, self.said_at = [], {}, said_at
        for start, end in sentences(text):
            sentence = text[start:end]
            if not _MAY_STATE.search(sentence):
                continue
            times = times_of(sentence, said_at)
            for found, clause in self._sentence(sentence, times):
                self._keep(
                    found,
                    clause,
                    sentence,
                    times,
                    NewStatement(
                        message_id, start, end, found.subject, found.attribute, found.value, found.kind, said_at
                    ),
                )
        return list({(s.start, s.subject, s.attribute, s.value, s.kind): s for s in self._new}.values())

    def _keep(
        self, found: Found, clause: Clause | None, sentence: str, times: list[TimeSpan], said: NewStatement
    ) -> None:
        value = found.value
        if not _is_timed(found):
            value = without_times(value, sentence.find(value), times)
        if found.kind is FactKind.HOLDS and not value:
            return
        kind = _kind(found, clause, sentence)
        found = self._called_before(replace(found, attribute=priced(found.attribute, value)))
        said = replace(said, attribute=found.attribute)
        if kind is None or not accepted(replace(found, value=value)):
            return
        since, until = None, None
        if not _is_timed(found) or kind is FactKind.ENDED:
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
        self._new.append(replace(said, value=value, kind=kind, since=since, until=until, adds=adds, mends=mends))
        self.last = replace(found, value=value)
        self._known.clear()

    def _called_before(self, found: Found) -> Found:
        """Under the longer name that its attribute has been known by: "number" after "phone number"."""
        if found.ruled or found.known or not found.attribute:
            return found
        known = {fact.attribute for fact in self._facts(found.subject) if fact.subject == found.subject}
        head, words = found.attribute.split()[-1], concepts(found.attribute)
        longer = [a for a in known if a.split()[-1] == head and words < concepts(a)]
        return replace(found, attribute=longer[0]) if len(longer) == 1 and found.attribute not in known else found

    def _sentence(self, sentence: str, times: list[TimeSpan]) -> Iterator[tuple[Found, Clause | None]]:
        taken = False
        if (new := rules.NEW_FAVOURITE.search(sentence)) is not None:
            yield Found(self.scene.speaker, plain_thing(new["thing"]), new["value"]), None
        if (named := rules.CALL_ME.search(sentence)) is not None:
            yield Found(self.scene.speaker, "name", cut(named["own_name"]), at=named.start()), None
        for match in BESIDE.finditer(sentence):
            yield _person(self.scene.speaker, match["person"], match["name"], adds=True, at=match.start()), None
        for clause in clauses(sentence, self.scene):
            for found in self._clause(clause):
                taken = True
                yield found, clause
        if not taken:
            yield from ((found, None) for found in self._corrected(sentence))

    def _clause(self, clause: Clause) -> Iterator[Found]:
        if "would" in clause.marks:
            return
        if clause.spoken_of and not self._goes_on(clause):
            return
        if clause.thing and is_person(clause.thing):
            inside = replace(clause, owner=f"{clause.owner}/{clause.thing}", thing="")
            yield from self._of_person(clause, inside)
        elif clause.thing and (not clause.spoken_of or self._goes_on(clause)):
            yield from self._of_thing(clause)
        else:
            yield from self._said_of(clause)

    def _of_person(self, clause: Clause, inside: Clause) -> Iterator[Found]:
        """ "My boss is Karin", "my sister is called Anna", "my sister works at Acme"."""
        named = _CALLED.match(clause.rest)
        if named is not None and clause.marks & {"be", "was", "comma"} and (name := named["name"] or named["bare"]):
            kind = FactKind.WAS if clause.former else FactKind.HOLDS
            yield replace(_person(clause.owner, clause.thing, cut(name)), kind=kind, at=clause.at)
            return
        if OVER.match(clause.rest) and not clause.rest.lower().startswith(("over", "gone", "closed")):
            yield Found(inside.owner, "name", "", FactKind.ENDED, at=clause.at)
        yield from self._said_of(inside)

    def _of_thing(self, clause: Clause) -> Iterator[Found]:
        """ "My rent is 900", "the appointment has been moved to Friday", "my car is a Volvo"."""
        became = BECAME.match(clause.rest)
        if became is not None:
            value = cut(became["value"], wide=bool(TIME.match(became["value"])))
            yield Found(clause.owner, clause.thing, value, at=clause.at)
        elif OVER.match(clause.rest) and clause.marks & {"be", "have", "was"}:
            if not any(f.attribute == clause.thing for f in self._facts(clause.owner)):
                return
            yield Found(clause.owner, clause.thing, "", FactKind.ENDED, at=clause.at)
        elif "was" in clause.marks and not clause.former:
            return  # a story
        elif clause.marks & {"be", "was", "comma"} or _LIKE_IS.match(clause.rest):
            rest = _LIKE_IS.sub("", clause.rest)
            thing = f"{clause.thing} price" if clause.rest.lower().startswith("cost") else clause.thing
            wide = bool(_WIDE.search(thing) or TIME.match(rest))
            kind = FactKind.WAS if clause.former else FactKind.HOLDS
            yield Found(clause.owner, thing, cut(rest, wide=wide), kind, at=clause.at)

    def _goes_on(self, clause: Clause) -> bool:
        """Whether "it" is what a fact is told of, and is told to be otherwise now."""
        if not (clause.marks & {"word", "neg"} or _NOW.search(clause.rest) or _NOW.search(clause.before)):
            return False
        known = [(fact.attribute, fact.subject) for fact in self._facts(clause.owner)]
        known += [(self.last.attribute, self.last.subject)] if self.last else []
        return any(clause.thing in (attribute, subject.rpartition("/")[2]) for attribute, subject in known)

    def _said_of(self, clause: Clause) -> Iterator[Found]:
        if "be" in clause.marks and (job := _ARTICLE_JOB.match(clause.rest)) and is_profession(cut(job["job"])):
            yield Found(clause.owner, "job", cut(job["job"]), at=clause.at, ruled=True)
            if job["employer"]:
                yield Found(clause.owner, "employer", cut(job["employer"]), at=clause.at)
            return
        if "be" in clause.marks and (inverse := INVERSE.match(clause.rest)) and clause.words:
            yield from _inverse(clause, inverse, self.scene.speaker)
            return
        if clause.owner == "they":
            yield from self._changed(replace(clause, owner=self.scene.speaker), only="whose")
            return
        if found := list(self._changed(clause, only="old")):
            yield from found
            return
        for rule in RULES:
            if (match := _matched(rule, clause)) is not None:
                found = list(self._values(match, clause))
                yield from (replace(f, ruled=True) for f in found)
                if found:
                    return
        yield from self._changed(clause)

    def _changed(self, clause: Clause, only: str = "") -> Iterator[Found]:
        for rule in CHANGES:
            if only and only not in rule.pattern.groupindex:
                continue
            if (match := _matched(rule, clause)) is not None and (found := list(self._values(match, clause))):
                yield from found
                return

    def _values(self, match: re.Match[str], clause: Clause) -> Iterator[Found]:
        groups = {name: text for name, text in match.groupdict().items() if text is not None}
        at = clause.at
        if "new" in groups:
            yield from self._replaced(clause.owner, groups.get("old", ""), cut(groups["new"]), at)
            return
        if "name" in groups:
            yield _person(clause.owner, groups["add_person"], cut(groups["name"]), at=at)
            return
        if "value" in groups:
            named = groups.get("thing") or groups.get("kind") or groups.get("plain_thing") or groups.get("priced", "")
            thing = plain_thing(cut(named)) if named else ""
            owner = self.scene.speaker if groups.get("whose", "").lower() in ("my", "our") else clause.owner
            if thing:
                thing = (
                    singular(thing) if "plain_thing" in groups else f"{thing} price" if "priced" in groups else thing
                )
                if is_person(thing):
                    yield _person(owner, thing, cut(groups["value"]), at=at)
                    return
                yield Found(owner, thing, cut(groups["value"], wide=bool(TIME.match(groups["value"]))), at=at)
            return
        if groups.pop("whose_me", ""):
            clause = replace(clause, owner=self.scene.speaker)
        for name, text in groups.items():
            yield from self._value(name, text, clause)

    def _value(self, name: str, text: str, clause: Clause) -> Iterator[Found]:
        way, _, attribute = name.partition("_") if name.startswith(("end_", "add_", "was_")) else ("", "", name)
        attribute = {"employer2": "employer", "language2": "language", "job_word": "job", "own_name": "name"}.get(
            attribute, attribute
        ).replace("_", " ")
        value = cut(text, wide=bool(_WIDE.search(attribute)))
        if attribute in ("home", "trip"):
            value = re.split(r"\s(?:for|with|by|to be|because|on)\s", value)[0]
        if name == "job_word" and not is_profession(value):
            return
        kind = {"end": FactKind.ENDED, "was": FactKind.WAS}.get(way, FactKind.HOLDS)
        if attribute == "any":
            for known in self._known_as(clause.owner, value):
                named = value if alike(known.value, value) else ""
                yield replace(known, value=named, kind=FactKind.ENDED, at=clause.at)
        elif value or way == "end":
            yield Found(clause.owner, attribute, value, kind, way == "add", clause.at)
        if attribute == "job" and value.lower() == "retired":
            yield Found(clause.owner, "employer", "", FactKind.ENDED, at=clause.at)
        if attribute == "relationship" and value.lower() in ("single", "divorced", "separated"):
            yield Found(clause.owner, "partner", "", FactKind.ENDED, at=clause.at)

    def _corrected(self, sentence: str) -> Iterator[Found]:
        """ "No, make it Thursday", "it's Max, not Rex": the value of what was spoken of last, or of what had the other."""
        for pattern in rules.INSTEAD:
            if (match := pattern.search(sentence)) is not None:
                for owner in dict.fromkeys((self.scene.speaker, self.scene.person or self.scene.speaker)):
                    new = cut(re.sub(r"^(?:.*\b(?:is|it['’]s|are|was|to|make it)\s)", "", match["new"], flags=re.I))
                    if found := list(self._replaced(owner, cut(match["old"]), new, match.start("new"), sure=True)):
                        yield from found
                        return
        if self.last is not None and (match := rules.MAKE_IT.match(sentence)) is not None:
            value = cut(match["value"], wide=_is_timed(self.last))
            if _like(value, self.last.value, loosely=bool(match["it"])):
                yield replace(self.last, value=value, kind=FactKind.HOLDS, known=True)

    def _replaced(self, owner: str, old: str, new: str, at: int, *, sure: bool = False) -> Iterator[Found]:
        """The attribute that had `old`, which is now `new`; where no old one is named, one that `new` is a kind of."""
        if not new:
            return
        known = self._known_as(owner, cut(old)) if old else [] if sure else self._kind_of(owner, new)
        for found in known[:1]:
            yield replace(found, value=new, at=at, known=True)

    def _known_as(self, owner: str, words: str) -> list[Found]:
        """What holds under these words: by its value, else by its attribute ("the car")."""
        by_value, by_name = [], []
        wanted = concepts(words)
        for fact in self._facts(owner):
            found = Found(fact.subject, fact.attribute, fact.value)
            if alike(fact.value, words):
                by_value.append(found)
            elif wanted and concepts(fact.attribute) and concepts(fact.attribute) <= wanted:
                by_name.append(found)
        return by_value or by_name

    def _kind_of(self, owner: str, new: str) -> list[Found]:
        """A fact whose attribute `new` names ("the Evo gym"), or whose value ends alike ("oat milk", "soy milk")."""
        wanted = concepts(new)
        last = concept(new.rsplit(maxsplit=1)[-1])
        facts = self._facts(owner)
        named = [f for f in facts if concepts(f.attribute) and concepts(f.attribute) <= wanted]
        ended = [f for f in facts if concept(f.value.split()[-1]) == last] if len(new.split()) > 1 else []
        return [Found(f.subject, f.attribute, f.value) for f in named or ended]

    def _facts(self, owner: str) -> list[Fact]:
        """What holds of somebody and theirs, as far as this message has been read."""
        if owner not in self._known:
            assert self.said_at is not None
            new = [_stored(one, n) for n, one in enumerate(self._new) if one.subject.startswith(owner)]
            self._known[owner] = current(facts_in(_last([*self.lookup(owner), *new])), self.said_at)
        return self._known[owner]


def _inverse(clause: Clause, match: re.Match[str], me: str) -> Iterator[Found]:
    """ "Karin is my new boss": the value stands before the attribute."""
    thing, value = plain_thing(match["thing"]), clause.words
    if is_person(thing) and is_name(value):
        yield _person(me, thing, value, at=clause.start)
    elif thing.startswith("favourite "):
        yield Found(me, thing, value, at=clause.start)


def _person(owner: str, thing: str, name: str, *, adds: bool = False, at: int = 0) -> Found:
    """The name of somebody's somebody. Whom one loves is known as the partner, whatever the word."""
    bare = plain_thing(re.sub(r"^(?:an?|another|my|our|two|the)\s", "", thing.strip()))
    head = singular(bare.split()[-1])
    if head in ("boy", "girl"):
        bare = "son" if head == "boy" else "daughter"
    if concept(head) == "partner" and not bare.startswith("ex"):
        return Found(owner, "partner", name, at=at)
    return Found(f"{owner}/{bare}", "name", name, adds=adds, at=at)


def priced(attribute: str, value: str) -> str:
    """One name for what something costs: the "broadband bill" and "broadband" of £28 are its price."""
    bare = re.sub(r"\s(?:bill|bills|fee|fees|cost|costs|charge|rate|payment)$", "", attribute)
    if not MONEY.match(value) or re.search(
        r"\b(?:price|rent|salary|budget|target|goal|income|wage|mortgage|deposit)\b", bare
    ):
        return attribute
    return f"{bare} price"


def _matched(rule: Rule, clause: Clause) -> re.Match[str] | None:
    marks = clause.marks | ({"silent"} if clause.silent else frozenset())
    if (rule.needs and not rule.needs & marks) or rule.forbids & marks:
        return None
    return rule.pattern.match(clause.rest)


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


def _like(value: str, before: str, *, loosely: bool) -> bool:
    """Whether a value is of the kind that the one before it was: a name, a time or number, or else of few words."""
    if not value or len(value.split()) > 6:
        return False
    for kind in (lambda v: bool(TIME.match(v)), lambda v: bool(re.match(r"\W?\d", v)), is_name):
        if kind(before):
            return kind(value)
    return loosely and len(value.split()) <= 4 and not SELF.match(value)


def _is_timed(found: Found) -> bool:
    """Whether a time is the value, as that of a meeting is, rather than when the value holds."""
    if found.attribute == "trip":
        return True
    return bool(TIME.match(found.value)) or bool(re.search(r"birthday|date\b|deadline", found.attribute))


def _last(stated: Sequence[Statement]) -> list[Statement]:
    """The last few statements of each attribute: what was said long before does not say what holds."""
    found: dict[tuple[str, str], deque[Statement]] = {}
    for said in stated:
        found.setdefault((said.subject, said.attribute), deque(maxlen=_LAST)).append(said)
    return [said for few in found.values() for said in few]


def _stored(new: NewStatement, number: int) -> Statement:
    fields = {name: getattr(new, name) for name in NewStatement.__dataclass_fields__}
    return Statement(**fields, id=1 << 40 | number)


_MAY_STATE = re.compile(r"[A-Za-z].*[A-Za-z]")
