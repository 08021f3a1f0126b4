"""How well a date that was given in words agrees with the one in a data set: token F1, as SQuAD counts it."""

from __future__ import annotations

import re
from collections import Counter

_ARTICLES = frozenset({"a", "an", "the"})


def when_f1(predicted: str, gold: str) -> float:
    """F1 over words in lower case without articles and punctuation, 0 to 1 (Rajpurkar et al., SQuAD, 2016).

    Words that a missing space glued to a number ("14September") are taken apart; "15th" is left as it is.
    """
    ours, theirs = _tokens(predicted), _tokens(gold)
    common = sum((ours & theirs).values())
    return 2 * common / (ours.total() + theirs.total()) if common else float(ours == theirs)


def _tokens(text: str) -> Counter[str]:
    apart = re.sub(r"(\d)([a-z]{3,})", r"\1 \2", text.lower())
    return Counter(word for word in re.findall(r"\w+", apart.replace("'", "")) if word not in _ARTICLES)
