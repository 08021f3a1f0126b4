"""Facts as a chat model reads them: what it is asked, the grammar of its answer, and what of that is believed.

Nothing is believed that does not stand there: the quote in a sentence of the message that states something, the value
in the quote, the predicate among those the rules know. Whatever fails is dropped in silence.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from app.core.facts import BY_MODEL, FactKind, NewStatement
from app.core.paths import resources_dir
from app.core.types import PromptMessage, Role
from app.memory.facts.accept import accepted
from app.memory.facts.found import Found
from app.memory.facts.sentences import sentences
from app.memory.facts.words import concept, concepts, group

KINDS = (
    "age", "allergy", "bike", "birthday", "car", "diagnosis", "diet", "drink", "employer", "gym", "home", "instrument",
    "job", "language", "laptop", "learning", "medication", "name", "partner", "pet", "phone", "reading", "relationship",
    "salary", "school", "shift", "study", "weight",
)  # fmt: skip
"""The predicates that a model may use: attributes that the rules know, too."""
MOST_TOKENS = 320
_BESIDE = frozenset({"allergy", "diagnosis", "language", "pet"})  # one more takes the place of none
_FACTS = 3
_FIELDS = ("subject", "predicate", "object", "quote")
_CONFIDENCE = 0.7
_READ = 1_500  # characters of a message
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_NOT_SO = re.compile(
    r"\b(?:not|never|no longer|used to|once|formerly|if|would|could|might|(?-i:may)|wish\w*|hop(?:e|ing)|imagin\w+|suppos\w+|"
    r"pretend\w*|dream\w* of|maybe|perhaps|want(?:s|ed)? to|going to|plan\w* to|(?-i:will)|says?|said|thinks?|kidding|joking)\b|n['’]t\b",
    re.I,
)


def prompt(text: str) -> list[PromptMessage]:
    """What a model is asked of one message."""
    asked = _asked()
    found = [PromptMessage(Role.SYSTEM, asked["instruction"])]
    for said, facts in asked["examples"]:
        answer = json.dumps(facts, ensure_ascii=False)
        found += [PromptMessage(Role.USER, said), PromptMessage(Role.ASSISTANT, answer)]
    return [*found, PromptMessage(Role.USER, text[:_READ])]


@cache
def grammar() -> str:
    """The answers that a model may give, as GBNF: a JSON list of a few facts."""
    subjects = ["me", *(f"my {word}" for word in sorted(group("person") | group("pet")))]
    return "\n".join(
        (
            f'root ::= "[" (fact (", " fact){{0,{_FACTS - 1}}})? "]"',
            r'fact ::= "{\"subject\": " subject ", \"predicate\": " predicate ", \"object\": " short ", \"quote\": " long "}"',
            f"subject ::= {_either(subjects)}",
            f"predicate ::= {_either(KINDS)}",
            r'short ::= "\"" char{1,60} "\""',
            r'long ::= "\"" char{1,160} "\""',
            r'char ::= [^"\\\x00-\x1F] | "\\" ["\\]',
        )
    )


@cache
def version() -> str:
    """Names how a model is asked and judged: what was read or measured in another way is so anew."""
    probe = (resources_dir() / "facts" / "probe.json").read_text(encoding="utf-8")
    words = json.dumps(_asked(), sort_keys=True) + grammar() + probe
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def states(text: str) -> bool:
    """Whether a message has a sentence that may state something; otherwise no model need be asked."""
    return len(text) <= _READ and any(True for _ in sentences(text))


def believed(answer: str, text: str, said_at: datetime, speaker: str, *, message_id: int = 0) -> list[NewStatement]:
    """Of what a model answered to a message, what stands there."""
    found = (_statement(fact, text, said_at, speaker) for fact in _facts(answer))
    told = {(said.subject, said.attribute, said.value): said for said in found if said is not None}
    return [replace(said, message_id=message_id) for said in told.values()]


def _facts(answer: str) -> Iterator[dict[str, str]]:
    try:
        found = json.loads(answer)
    except ValueError:
        return
    for fact in found if isinstance(found, list) else ():
        if isinstance(fact, dict) and all(isinstance(fact.get(name), str) for name in _FIELDS):
            yield fact


def _statement(fact: dict[str, str], text: str, said_at: datetime, speaker: str) -> NewStatement | None:
    """The fact as a statement, if it stands in a sentence of the text."""
    if (place := _place(fact["quote"], text)) is None:
        return None
    start, end = place
    value = _found_in(fact["object"], fact["quote"])
    about = _about(fact, text[start:end], speaker)
    if value is None or about is None or not accepted(Found(*about, value, ruled=True)):
        return None
    return NewStatement(
        0, start, end, *about, value, FactKind.HOLDS, said_at,
        adds=about[1] in _BESIDE, confidence=_CONFIDENCE, method=BY_MODEL,
    )  # fmt: skip


def _place(quote: str, text: str) -> tuple[int, int] | None:
    """The sentence in which a quote stands, if what it says there is so and the person's own."""
    for start, end in sentences(text):
        sentence = _QUOTED.sub(lambda words: " " * len(words[0]), text[start:end])
        if _found_in(quote, sentence) is not None:
            return None if _NOT_SO.search(sentence) else (start, end)
    return None


def _about(fact: dict[str, str], sentence: str, speaker: str) -> tuple[str, str] | None:
    """Subject and attribute as the rules name them; None for somebody of whom the sentence does not speak."""
    predicate, relation = fact["predicate"], fact["subject"].removeprefix("my ")
    if predicate not in KINDS:
        return None
    if relation == "me":
        return speaker, predicate
    if concept(relation) not in concepts(sentence):
        return None
    if concept(relation) == "partner" and predicate in ("name", "partner"):
        return speaker, "partner"
    return f"{speaker}/{relation}", predicate


def _found_in(words: str, text: str) -> str | None:
    """Words as they stand in a text, whole; None where they do not."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.I) if pattern else None
    return found[0] if found else None


def _either(words: Iterable[str]) -> str:
    return " | ".join(f'"\\"{word}\\""' for word in words)


@cache
def _asked() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources_dir() / "facts" / "model.json").read_text(encoding="utf-8"))
    return found
