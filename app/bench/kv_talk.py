"""A conversation through the whole engine, with memory in its replies and without.

What of each prompt is known, and how long the first token takes.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from statistics import mean, median

from app.bench.locomo import load_locomo
from app.bench.talk import talks
from app.bootstrap import Assistant, build
from app.chat.events import Answered, Recalled, Stored, Words
from app.core.errors import InputError
from app.core.text import ends_sentence
from app.core.types import ForeignConversation, Hit, Message, ReplyStats
from app.memory.episodes import EpisodeKeeper

_TIDY_EVERY = 12  # turns between two looks at what is to be embedded and cut
_REPLY = 32
_TO_ENTER_S = 0.2
"""From the last key to Enter. Between two keys people take 0.24 s on average (Dhakal et al. 2018, 168,000 typists)."""


class Manner(StrEnum):
    """How a turn comes; the value is what its figures begin with."""

    WINDOW = ""
    """Drafts are seen, and the whole of it a moment before Enter, where it ends a sentence."""
    UNSEEN = "unseen."
    """Drafts are seen, the last word never."""
    LINE = "unannounced."
    """Nothing is seen before it is asked: as in the terminal."""


@dataclass(slots=True)
class Asked:
    """One turn: its conversation, what it was shown, the reply; ms until recall was done, and until the first words.

    `ahead` are tokens that were read while it was written, in `ahead_ms`.
    """

    conversation: int = 0
    hits: tuple[Hit, ...] = ()
    reply: str = ""
    recalled_ms: float = 0.0
    first_ms: float = 0.0
    stats: ReplyStats = field(default_factory=lambda: ReplyStats(0, 0, 0, 0.0, 0.0))
    answer: Message | None = None
    ahead: int = 0
    ahead_ms: float = 0.0

    @property
    def known(self) -> int:
        """Tokens of its prompt that were not read."""
        return self.stats.cached_tokens + self.stats.paged_tokens

    @property
    def read(self) -> int:
        """Tokens of its prompt that were read."""
        return self.stats.prompt_tokens - self.known


def bench_talk(locomo: Path | None, turns: int, quick: bool, tell: Callable[[float], None]) -> dict[str, float]:
    """One conversation over a store full of others, with memory in the replies and without.

    Each in every manner of `Manner`; in a quick run as in the window alone, over an empty store.
    """
    said, before = talk_of(locomo, turns)
    manners = (Manner.WINDOW,) if quick else tuple(Manner)
    ways = [(recall, manner) for manner in manners for recall in (True, False)]
    found: dict[tuple[bool, Manner], list[Asked]] = {}
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        _fill(Path(folder) / "full", [] if quick else before)
        for number, (recall, manner) in enumerate(ways):
            store = Path(folder) / f"{number}"
            shutil.copytree(Path(folder) / "full", store)
            with assistant_for(recall, store) as assistant:
                turns_of = _converse(assistant, said, manner)
                found[recall, manner] = [_told(tell, number, len(ways), asked) for asked in turns_of]
    return {name: value for manner in manners for name, value in _figures(found, manner).items()}


def _figures(found: Mapping[tuple[bool, Manner], Sequence[Asked]], name: Manner) -> dict[str, float]:
    having, lacking = found[True, name], found[False, name]
    waits = median(turn.first_ms for turn in having[1:]), median(turn.first_ms for turn in lacking[1:])
    figures = {
        f"{name}reuse{len(having)}": _reuse(having),
        f"{name}reuse{len(having)}.without_memory": _reuse(lacking),
        f"{name}ttft.with_memory_ms": waits[0],
        f"{name}ttft.without_memory_ms": waits[1],
        f"{name}ttft.with_memory_over_without": waits[0] / waits[1],
        f"{name}recall_ms": median(turn.recalled_ms for turn in having[1:]),
        f"{name}read_a_turn": mean(turn.read for turn in having[1:]),
        f"{name}read_a_turn.without_memory": mean(turn.read for turn in lacking[1:]),
    }
    if name is Manner.WINDOW:
        figures["ahead.tokens_a_turn"] = mean(turn.ahead for turn in having[1:])
        figures["ahead.ms_a_turn"] = mean(turn.ahead_ms for turn in having[1:])
    return figures


def _fill(folder: Path, before: Sequence[ForeignConversation]) -> None:
    with build(folder, background=False) as assistant:
        for conversation in before:
            assistant.memory.bring_in(conversation)
        if before:
            tidy(assistant)


def _told(tell: Callable[[float], None], number: int, ways: int, asked: Asked) -> Asked:
    tell(number / ways)
    return asked


def _reuse(turns: Sequence[Asked]) -> float:
    return sum(turn.known for turn in turns) / sum(turn.stats.prompt_tokens for turn in turns)


def talk_of(locomo: Path | None, turns: int) -> tuple[list[str], list[ForeignConversation]]:
    """What is said in the conversation, and what was said in others before: a question every third turn."""
    if locomo is None:
        some = list(talks(600, seed=5))
        asked = [talk.question for talk in some]
        told = [text for talk in some[-8:] for text in talk.texts[::2]]
        return mixed(told, asked, turns), []
    samples = load_locomo(locomo)
    if not samples:
        raise InputError(f"{locomo} holds no conversation.")
    sample = samples[0]
    told = [message.text for message in sample.sessions[-1].messages]
    told += [message.text for message in sample.sessions[-2].messages]
    asked = [question.text for question in sample.questions if question.category != 5]
    return mixed(told, asked, turns), list(sample.sessions[:-2])


def mixed(told: Sequence[str], asked: Sequence[str], turns: int) -> list[str]:
    """What is told in its order, with a question in every third place."""
    return [asked[i // 3] if i % 3 == 2 else told[i] for i in range(min(turns, len(told)))]


@contextmanager
def assistant_for(recall: bool, folder: Path) -> Iterator[Assistant]:
    """An engine that gives short and certain replies."""
    with build(folder, background=False) as built:
        built.change(replace(built.settings, recall=recall, max_reply_tokens=_REPLY, temperature=0.0))
        if recall:
            built.embedder.load()
        yield built


def _converse(assistant: Assistant, said: Sequence[str], manner: Manner) -> Iterator[Asked]:
    """The turns of a conversation."""
    conversation: int | None = None
    for turn, text in enumerate(said):
        begun, ahead = time.perf_counter(), 0
        for draft in drafts(text) if manner is not Manner.LINE else ():
            ahead += assistant.session.prepare(draft, conversation)
        ahead_ms = (time.perf_counter() - begun) * 1_000
        with _seen_whole(assistant, text, conversation) if manner is Manner.WINDOW else nullcontext():
            asked = replace(ask(assistant, text, conversation), ahead=ahead, ahead_ms=ahead_ms)
        conversation = asked.conversation
        yield asked
        if turn % _TIDY_EVERY == _TIDY_EVERY - 1:
            tidy(assistant)


@contextmanager
def _seen_whole(assistant: Assistant, text: str, conversation: int | None) -> Iterator[None]:
    """As when Enter is pressed a moment after the last key: what ends a sentence was seen, and is being read."""
    if not ends_sentence(text):
        yield
        return
    seeing = threading.Thread(target=assistant.session.prepare, args=(text, conversation))
    seeing.start()
    time.sleep(_TO_ENTER_S)
    yield
    seeing.join()


def drafts(text: str) -> list[str]:
    """What is seen of a text while it is written: its beginnings, the longest without the last word."""
    words = text.split(" ")
    return [" ".join(words[:count]) for count in sorted({len(words) // 3, len(words) * 2 // 3, len(words) - 1} - {0})]


def ask(assistant: Assistant, said: str | Message, conversation: int | None = None) -> Asked:
    """One turn: new words, or a stored question."""
    begun, asked = time.perf_counter(), Asked(conversation or 0)
    session = assistant.session
    for event in session.ask(said, conversation) if isinstance(said, str) else session.answer(said):
        waited = (time.perf_counter() - begun) * 1_000
        if isinstance(event, Stored):
            asked.conversation = event.conversation.id
        elif isinstance(event, Recalled):
            asked.hits, asked.recalled_ms = event.hits, waited
        elif isinstance(event, Words):
            asked.first_ms = asked.first_ms or waited
            asked.reply += event.text
        elif isinstance(event, Answered):
            asked.stats, asked.answer, asked.first_ms = event.stats, event.message, asked.first_ms or waited
    return asked


def tidy(assistant: Assistant) -> None:
    """What is done while nobody waits."""
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()
    assistant.session.working.keep()
