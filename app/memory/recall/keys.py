"""Keys: other wordings under which a turn should be found.

A turn says "I moved here from Sweden"; the question will say "Where did Caroline move from?". Fact-augmented keys
(Wu et al., "LongMemEval", 2024, sec. 5.2) bridge that; where they have a large model write the facts, each sentence
is put into the third person here by rule.
"""

from __future__ import annotations

import re

_AT_MOST = 12
_SHORTEST = 8
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_FIRST = (
    (r"\bI['’]?m\b|\bI am\b", "{} is"),
    (r"\bI['’]ve\b|\bI have\b", "{} has"),
    (r"\bI['’]ll\b", "{} will"),
    (r"\bI['’]d\b", "{} would"),
    (r"\b(?:I|me|myself)\b", "{}"),
    (r"\b(?:my|mine)\b", "{}'s"),
)
_SECOND = (
    (r"\byou['’]re\b|\byou are\b", "{} is"),
    (r"\byou['’]ve\b|\byou have\b", "{} has"),
    (r"\byou['’]ll\b", "{} will"),
    (r"\byou['’]d\b", "{} would"),
    (r"\b(?:you|yourself)\b", "{}"),
    (r"\b(?:your|yours)\b", "{}'s"),
)


def _compiled(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), to) for pattern, to in rules)


_I, _YOU = _compiled(_FIRST), _compiled(_SECOND)


def key_texts(text: str, before: str, speaker: str, listener: str) -> list[str]:
    """The texts to embed for a turn: itself after the words `before` it, then its facts.

    Without a name for the speaker or the listener, "I" or "you" stay as they are: a person's notes and
    questions about themselves agree already.
    """
    return [f"{before} {text}" if before else text, *facts(text, speaker, listener)]


def facts(text: str, speaker: str = "", listener: str = "") -> list[str]:
    """The sentences of a turn, with I and you put as names; at most twelve, and none too short to say anything."""
    sentences = [part.strip() for part in _SENTENCE.split(text)]
    return [_named(s, speaker, listener) for s in sentences if len(s) >= _SHORTEST][:_AT_MOST]


def _named(sentence: str, speaker: str, listener: str) -> str:
    for rules, name in ((_I, speaker), (_YOU, listener)):
        for pattern, to in rules if name else ():
            sentence = pattern.sub(lambda _, to=to, name=name: to.format(name), sentence)  # type: ignore[misc]
    return sentence
