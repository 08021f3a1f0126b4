"""Find the names in a text: people, places, works, organisations, by how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_JOIN = r"(?:of|the|de|la|le|van|von|der|den|du|da|and|&|für|y)"
_WORD = r"(?:[A-Z]\.|[A-ZÀ-ÞŠŽ0-9][\w'’-]*)"
_NAME = re.compile(rf"\b{_WORD}(?:[ \t]+(?:{_JOIN}[ \t]+){{0,2}}{_WORD})*")
_HEADING = re.compile(r"\s*([^\n]{1,99}[^\n.!?:,;])\n")
_ASIDE = re.compile(r"\s*\([^)]*\)\s*$")
_TOGETHER = re.compile(r"[ \t]+(?:and|&|y)[ \t]+(?:the[ \t]+)?")
_SENTENCE = re.compile(r"(?:^|[.!?:\n]\s*|[\"“(]\s*)$")
_ARTICLES = frozenset({"a", "an", "the"})
_SMALL = _ARTICLES | frozenset(
    """about according after again all also although among and another any are around as at be because been before
    being besides between both but by can could despite did do does during each either even every except few finally
    first following for from furthermore get go good great had has have he hello hence her here hey hi his how however
    i i'd i'll i'm i've if in including indeed instead is it it's its just last later let let's like look many maybe me
    meanwhile more moreover most much my neither never next no nor not now of often oh ok okay on once one only or
    other our out over people perhaps please rather really same see several she since so some sometimes sounds still
    such sure thank thanks that that's the their them then there therefore these they they're this those though through
    throughout thus to today together too tomorrow under unlike until up upon us usually very was wasn't we we're well
    were what what's when where whether which while who whom whose why will with within without would wow yeah year yes
    yesterday yet you you're your""".split()  # noqa: SIM905 - reads as the list it is
)
_AT_MOST = 60
_SHORTEST = 4


def names_in(text: str) -> list[str]:
    """Names in order of first mention, each once: a heading, and runs of capitalised words without the small words
    that begin a sentence. Of "Anna and Ben" the parts are names, too."""
    text = text[:20_000]
    found = dict.fromkeys(name for name in (heading(text), *_runs(text)) if name)
    return list(found)[:_AT_MOST]


def heading(text: str) -> str:
    """What stands over a text on a line of its own, without what is in brackets: what it is about. "" for none."""
    match = _HEADING.match(text)
    return _bare(_ASIDE.sub("", match[1])) if match else ""


def _runs(text: str) -> Iterator[str]:
    for match in _NAME.finditer(text):
        words = match[0].rstrip(".'’-").split()
        begins = bool(_SENTENCE.search(text[max(match.start() - 3, 0) : match.start()]))
        small = _SMALL if begins or len(words) == 1 else _ARTICLES
        while words and words[0].lower().strip(".,") in small:
            words = words[1:]
        if not words or (len(words) == 1 and _is_no_name(words[0], begins)):
            continue
        name = " ".join(words)
        yield _bare(name)
        if len(parts := _TOGETHER.split(name)) > 1:
            yield from map(_bare, parts)


def _bare(name: str) -> str:
    return re.sub(r"['’]s\b", "", name).strip(" .,'’-")


def _is_no_name(word: str, begins: bool) -> bool:
    """A single word that begins a sentence may just be capitalised; so may a number be any number."""
    return word.isdigit() or (begins and len(word) < _SHORTEST)
