"""What stays of the words of a fading memory in a prompt: its most telling sentences. Pure, and always the same."""

from __future__ import annotations

import re

LONGEST = 160
_WORTH_SAYING = 0.5  # of what the most telling sentence tells
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_TELLING = re.compile(r"\d+|(?<=[^.!?] )[^\W\d_a-z]\w+|\w{7,}")


def gist(text: str, longest: int = LONGEST) -> str:
    """At most about `longest` characters of a text: whole sentences with the most names, numbers and long words, in
    their order. A short text stays as it is."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    sentences = [part for part in _SENTENCE.split(text) if part]
    ranked = sorted(range(len(sentences)), key=lambda i: (-_worth(sentences[i]), i))
    kept: list[int] = []
    room = longest
    least = _worth(sentences[ranked[0]]) * _WORTH_SAYING
    for i in ranked:
        if len(sentences[i]) <= room and _worth(sentences[i]) >= least:
            kept.append(i)
            room -= len(sentences[i]) + 1
    if not kept:
        return sentences[ranked[0]][: longest - 1].rsplit(" ", 1)[0] + "…"
    return " … ".join(" ".join(sentences[i] for i in run) for run in _runs(sorted(kept)))


def _worth(sentence: str) -> float:
    words = len(sentence.split())
    return len(_TELLING.findall(sentence)) / (words + 4)


def _runs(places: list[int]) -> list[list[int]]:
    """Neighbours together: [0, 1, 4] is [[0, 1], [4]]."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
