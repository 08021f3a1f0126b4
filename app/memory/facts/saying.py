"""Read what a sentence says, clause by clause, by the rules: whose what has which value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.core.facts import FactKind
from app.memory.facts import rules
from app.memory.facts.accept import SELF
from app.memory.facts.clauses import Clause, Scene, clauses, is_person, plain_thing
from app.memory.facts.found import Found, inverse, person
from app.memory.facts.known import Known
from app.memory.facts.rules import BECAME, BESIDE, CHANGES, INVERSE, OVER, RULES, Rule
from app.memory.facts.update import alike
from app.memory.facts.values import NAME, TIME, cut, is_name, is_profession
from app.memory.facts.words import singular

_WIDE = re.compile(r"address|birthday|date|time|plan|schedule|route", re.I)
_CALLED = re.compile(
    rf"(?:called|named|is)\s(?P<name>{NAME})|(?P<bare>{NAME})(?=\s*(?:[.,;!(]|$|now\b|and\b|these days|since|as of|instead|too))"
)
_NOW = re.compile(r"\b(?:now|actually|instead|from now on|these days|not)\b", re.I)
_LIKE_IS = re.compile(
    r"^(?:costs?\s(?:now\s)?(?:us\s|me\s)?|(?:starts?|begins?|takes place|runs)\s(?=(?:on|at|every|from)\s))", re.I
)
_ARTICLE_JOB = re.compile(
    r"(?:an?|the)\s(?P<job>[^,.;]+?)(?:\s(?:at|for|with|of)\s(?P<employer>(?:the\s)?[A-Z].+|an?\s.+))?(?:[.,;!]|$)"
)


@dataclass(slots=True)
class Saying:
    """Reads sentences one after another. `last` is what was found last, which "make it Thursday" is about."""

    scene: Scene
    known: Known
    last: Found | None = None

    def sentence(self, sentence: str) -> Iterator[tuple[Found, Clause | None]]:
        """What a sentence says, each with the clause that says it; None for what no clause does."""
        taken = False
        if (new := rules.NEW_FAVOURITE.search(sentence)) is not None:
            yield Found(self.scene.speaker, plain_thing(new["thing"]), new["value"]), None
        if (named := rules.CALL_ME.search(sentence)) is not None:
            yield Found(self.scene.speaker, "name", cut(named["own_name"]), at=named.start()), None
        for match in BESIDE.finditer(sentence):
            yield person(self.scene.speaker, match["person"], match["name"], adds=True, at=match.start()), None
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
            yield replace(person(clause.owner, clause.thing, cut(name)), kind=kind, at=clause.at)
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
            if not any(f.attribute == clause.thing for f in self.known.facts(clause.owner)):
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
        known = [(fact.attribute, fact.subject) for fact in self.known.facts(clause.owner)]
        known += [(self.last.attribute, self.last.subject)] if self.last else []
        return any(clause.thing in (attribute, subject.rpartition("/")[2]) for attribute, subject in known)

    def _said_of(self, clause: Clause) -> Iterator[Found]:
        if "be" in clause.marks and (job := _ARTICLE_JOB.match(clause.rest)) and is_profession(cut(job["job"])):
            yield Found(clause.owner, "job", cut(job["job"]), at=clause.at, ruled=True)
            if job["employer"]:
                yield Found(clause.owner, "employer", cut(job["employer"]), at=clause.at)
            return
        if "be" in clause.marks and (turned := INVERSE.match(clause.rest)) and clause.words:
            yield from inverse(clause, turned, self.scene.speaker)
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
            yield person(clause.owner, groups["add_person"], cut(groups["name"]), at=at)
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
                    yield person(owner, thing, cut(groups["value"]), at=at)
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
            for known in self.known.called(clause.owner, value):
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
            value = cut(match["value"], wide=is_timed(self.last))
            if _like(value, self.last.value, loosely=bool(match["it"])):
                yield replace(self.last, value=value, kind=FactKind.HOLDS, known=True)

    def _replaced(self, owner: str, old: str, new: str, at: int, *, sure: bool = False) -> Iterator[Found]:
        """The attribute that had `old`, which is now `new`; where no old one is named, one that `new` is a kind of."""
        if not new:
            return
        known = self.known.called(owner, cut(old)) if old else [] if sure else self.known.of_kind(owner, new)
        for found in known[:1]:
            yield replace(found, value=new, at=at, known=True)


def _matched(rule: Rule, clause: Clause) -> re.Match[str] | None:
    marks = clause.marks | ({"silent"} if clause.silent else frozenset())
    if (rule.needs and not rule.needs & marks) or rule.forbids & marks:
        return None
    return rule.pattern.match(clause.rest)


def _like(value: str, before: str, *, loosely: bool) -> bool:
    """Whether a value is of the kind that the one before it was: a name, a time or number, or else of few words."""
    if not value or len(value.split()) > 6:
        return False
    for kind in (lambda v: bool(TIME.match(v)), lambda v: bool(re.match(r"\W?\d", v)), is_name):
        if kind(before):
            return kind(value)
    return loosely and len(value.split()) <= 4 and not SELF.match(value)


def is_timed(found: Found) -> bool:
    """Whether a time is the value, as that of a meeting is, rather than when the value holds."""
    if found.attribute == "trip":
        return True
    return bool(TIME.match(found.value)) or bool(re.search(r"birthday|date\b|deadline", found.attribute))
