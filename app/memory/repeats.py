"""Finds what says again, word for word, what is to be erased: a reply that quoted it, a note that was made twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from app.core.types import Message, Role
from app.memory.recall.learn import cited
from app.memory.recall.query import parse_query
from app.storage.store import Store

_RUN = 4  # words in a row
_MUCH = 0.5  # of the runs of either
_LONG = 8  # words in a row that are no chance in any text
_LOOKED_AT = 20
_SHORTEST = 20  # characters: "Thank you." says nothing again
_ASKED = 12


def repeats(store: Store, doomed: Sequence[Message]) -> list[Message]:
    """Other messages that repeat much of one of these, or one of them or of those to the letter, and replies that took
    words from them. Read-only."""
    gone = {message.id for message in doomed}
    found: dict[int, Message] = {}
    for message in doomed:
        for other in _alike(store, message, gone | found.keys()):
            found[other.id] = other
    for reply in _quoting(store, doomed, gone | found.keys()):
        found[reply.id] = reply
    for key in store.erasures.same_words([*gone, *found], _SHORTEST):
        found[key] = store.conversations.message(key)
    return sorted(found.values(), key=lambda message: message.id)


def says_again(text: str, other: str) -> bool:
    """Whether one text repeats much of another, or a long run of it. Pure."""
    one, two = _words(text), _words(other)
    if min(len(one), len(two)) < _RUN:
        return one == two and bool(one)
    if _runs(one, _LONG) & _runs(two, _LONG):
        return True
    mine, theirs = _runs(one, _RUN), _runs(two, _RUN)
    return len(mine & theirs) >= _MUCH * min(len(mine), len(theirs))


def _alike(store: Store, message: Message, known: Collection[int]) -> Iterable[Message]:
    words = sorted(set(parse_query(message.text).words), key=len)[-_ASKED:]
    keys = [key for key, _ in store.spans.search(words, _LOOKED_AT)]
    ids = dict.fromkeys(span.first_message_id for span in store.spans.read(keys).values())
    others = [store.conversations.message(key) for key in ids if key not in known]
    return [other for other in others if says_again(message.text, other.text)]


def _quoting(store: Store, doomed: Sequence[Message], known: Collection[int]) -> Iterable[Message]:
    """Replies to questions that were shown one of these and took words from it."""
    for question_id, reply_id, span_ids in store.recalls.replies_shown([message.id for message in doomed]):
        if reply_id in known:
            continue
        question, reply = store.conversations.message(question_id), store.conversations.message(reply_id)
        texts = [span.text for span in store.spans.read(span_ids).values()]
        if reply.role is not Role.USER and cited(question.text, reply.text, texts):
            yield reply


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
