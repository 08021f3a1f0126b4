"""`mneme bench kv`: what the model need not read again, and what that is worth.

States by themselves (`kv_states`), then whole conversations through the engine: how much of each prompt is known, how
long the first token takes with memory and without, and whether something said 50,000 tokens ago is still answered.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from app.bench.booksort import load_booksort
from app.bench.kv_states import bench_states
from app.bench.locomo import load_locomo
from app.bench.report import Report
from app.bench.talk import talks
from app.bootstrap import Assistant, build
from app.chat.events import Answered, Stored, Words
from app.core.errors import InputError
from app.core.types import ForeignConversation, ReplyStats
from app.memory.episodes import EpisodeKeeper

_TURNS = 30
_TIDY_EVERY = 12  # turns between two looks at what is to be embedded and cut
_REPLY = 16

NEEDLES = (
    ("By the way, the code of my garden gate is 7316.", "What is the code of my garden gate?", "7316"),
    ("Just so that you know: my sister Irene lives in Tromsø.", "Where does my sister Irene live?", "Tromsø"),
    ("I keep the spare key under the copper kettle.", "Where do I keep the spare key?", "kettle"),
    ("My bicycle was stolen in Antwerp last summer.", "In which town was my bicycle stolen?", "Antwerp"),
    ("The password of the boathouse is marmalade.", "What is the password of the boathouse?", "marmalade"),
    ("Our old parrot is called Bartholomew.", "What is our old parrot called?", "Bartholomew"),
    ("The plumber comes on Thursday at seven.", "On which day does the plumber come?", "Thursday"),
    ("I am allergic to walnuts, so please remember that.", "What am I allergic to?", "walnut"),
)
"""What is said once, what is asked at the end, and what the reply must hold."""

Step = Callable[[int, int], None]


def bench_kv(books: Path | None, locomo: Path | None, tokens: int, quick: bool, step: Step) -> Report:
    """All figures in one run. Without files, made-up talk is read. Raises InputError on a file of another shape."""
    passages = list(_passages(books))
    turns, tokens = (8, 1_500) if quick else (_TURNS, tokens)
    done, total = 0, (6 if quick else 8) + 2 * turns + len(NEEDLES)

    def one() -> None:
        nonlocal done
        done += 1
        step(done, total)

    figures = bench_states("\n\n".join(passages[:120]), quick, one)
    figures |= _long_talk(locomo, turns, one)
    figures |= _needles(passages, tokens, one)
    about = {"quick": quick, "tokens": tokens, "turns": turns, "books": books is not None, "locomo": locomo is not None}
    return Report("kv", about, figures)


def _passages(books: Path | None) -> Iterator[str]:
    if books is None:
        yield from (" ".join(talk.texts) for talk in talks(20_000))
        return
    for book in load_booksort(books)[0]:
        texts = [message.text for message in book.messages]
        yield from ("\n\n".join(pair) for pair in zip(texts[::2], texts[1::2], strict=False))


def _long_talk(locomo: Path | None, turns: int, step: Callable[[], None]) -> dict[str, float]:
    """One conversation over a store full of others, with memory in the replies and without."""
    said, before = _talk(locomo, turns)
    waits, reuse = {}, {}
    for name, recall in (("with", True), ("without", False)):
        with _assistant(recall) as assistant:
            for conversation in before:
                assistant.memory.bring_in(conversation)
            _tidy(assistant)
            found = list(_converse(assistant, said, step))
        waits[name] = [wait for wait, _ in found[1:]]
        prompts = sum(stats.prompt_tokens for _, stats in found)
        reuse[name] = sum(stats.cached_tokens + stats.paged_tokens for _, stats in found) / prompts
    return {
        "reuse30": reuse["with"],
        "reuse30.without_memory": reuse["without"],
        "ttft.with_memory_ms": median(waits["with"]),
        "ttft.without_memory_ms": median(waits["without"]),
        "ttft.with_memory_over_without": median(waits["with"]) / median(waits["without"]),
    }


def _talk(locomo: Path | None, turns: int) -> tuple[list[str], list[ForeignConversation]]:
    """What is said in the conversation, and what was said in others before: a question every third turn."""
    if locomo is None:
        some = list(talks(600, seed=5))
        asked = [talk.question for talk in some]
        told = [text for talk in some[-8:] for text in talk.texts[::2]]
        return _mixed(told, asked, turns), []
    samples = load_locomo(locomo)
    if not samples:
        raise InputError(f"{locomo} holds no conversation.")
    sample = samples[0]
    told = [message.text for message in sample.sessions[-1].messages]
    told += [message.text for message in sample.sessions[-2].messages]
    asked = [question.text for question in sample.questions if question.category != 5]
    return _mixed(told, asked, turns), list(sample.sessions[:-2])


def _mixed(told: Sequence[str], asked: Sequence[str], turns: int) -> list[str]:
    return [asked[i // 3] if i % 3 == 2 else told[i] for i in range(min(turns, len(told)))]


def _needles(passages: Sequence[str], tokens: int, step: Callable[[], None]) -> dict[str, float]:
    """One conversation of so many tokens of book text with eight things said in between, evenly; then each is asked."""
    figures: dict[str, float] = {}
    read = cached = 0
    with _assistant(recall=True) as assistant:
        conversation: int | None = None
        waits, places = [], [tokens * i // len(NEEDLES) for i in range(len(NEEDLES))]
        for turn, passage in enumerate(passages):
            if read >= tokens:
                break
            said = [passage]
            while places and read >= places[0]:
                said.append(NEEDLES[-len(places)][0])
                places.pop(0)
            for text in said:
                conversation, wait, stats, _ = _ask(assistant, text, conversation)
                waits.append(wait / max(stats.prompt_tokens - stats.cached_tokens - stats.paged_tokens, 1))
                cached += stats.cached_tokens + stats.paged_tokens
                read += stats.prompt_tokens - stats.cached_tokens - stats.paged_tokens
            if turn % _TIDY_EVERY == 0:
                _tidy(assistant)
        _tidy(assistant)
        right = []
        for number, (_, question, expected) in enumerate(NEEDLES):
            _, _, _, reply = _ask(assistant, question, conversation)
            right.append(expected.casefold() in reply.casefold())
            figures[f"needle.{number + 1}"] = float(right[-1])
            step()
    return {
        "needle": sum(right) / len(right),
        **figures,
        "endless.reuse": cached / max(cached + read, 1),
        "endless.read_tokens": read,
    }


@contextmanager
def _assistant(recall: bool) -> Iterator[Assistant]:
    """A fresh engine that gives short and certain replies."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder, build(Path(folder), background=False) as built:
        built.change(replace(built.settings, recall=recall, max_reply_tokens=_REPLY, temperature=0.0))
        yield built


def _converse(
    assistant: Assistant, said: Sequence[str], step: Callable[[], None]
) -> Iterator[tuple[float, ReplyStats]]:
    conversation: int | None = None
    for turn, text in enumerate(said):
        conversation, wait, stats, _ = _ask(assistant, text, conversation)
        yield wait, stats
        if turn % _TIDY_EVERY == _TIDY_EVERY - 1:
            _tidy(assistant)
        step()


def _ask(assistant: Assistant, text: str, conversation: int | None) -> tuple[int, float, ReplyStats, str]:
    """Conversation, milliseconds until the first words, the cost, and the reply."""
    begun, wait, words = time.perf_counter(), 0.0, ""
    stats = ReplyStats(0, 0, 0, 0.0, 0.0)
    for event in assistant.session.ask(text, conversation):
        if isinstance(event, Stored):
            conversation = event.conversation.id
        elif isinstance(event, Words):
            wait = wait or (time.perf_counter() - begun) * 1_000
            words += event.text
        elif isinstance(event, Answered):
            stats = event.stats
    assert conversation is not None
    return conversation, wait or (time.perf_counter() - begun) * 1_000, stats, words


def _tidy(assistant: Assistant) -> None:
    """What is done while nobody waits."""
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()
    assistant.session.working.keep()
