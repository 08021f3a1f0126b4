"""An episode read once while nobody waits, so that later prompts need not read it: its state, and how good that is.

The state is computed behind the system message and the beginning of a turn, so that the first tokens of every context,
which attention always comes back to, stand in front of it as they will later (StreamingLLM: Xiao et al. 2024). What
then stands between is not seen by it; how much that changes is measured, for each episode, against reading it again: on
the replies that the model gives to held questions when it has read the episode, as that is where it would be noticed.
(On words that are not its own, the same text read in other batches already changes one first choice in ten.)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from app.core.paths import resources_dir
from app.core.types import PromptMessage, Role
from app.runtime.chat_template import without_controls
from app.runtime.kv_cache import KvCache
from app.runtime.kv_file import KvState
from app.runtime.llama import Llama

Floats = npt.NDArray[np.float64]

LONGEST = 1_200
"""Tokens of the longest text that is made a page: of more, no prompt has room, and reading it takes minutes."""
_ROOM = 8
_REPLY = 64  # tokens of each reply that pages are judged by


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A state, and the mean KL divergence (nats) and share of equal first choices beside reading the text again."""

    state: KvState
    kl: float
    top1: float


def write_page(llama: Llama, system: str, text: str) -> WrittenPage | None:
    """Read a text as it will stand in a turn. None when stopped, or for one of more than `LONGEST` tokens.

    Raises ModelError when memory is short.
    """
    start = PromptMessage(Role.SYSTEM, system)
    front, _ = _around(llama, [start, PromptMessage(Role.USER, text)], text)
    page = llama.tokens(without_controls(text))
    if len(page) > LONGEST:
        return None
    prompts = [_held(llama, start, text, *held) for held in _held_prompts()]
    longest = max(len(far) + len(behind) for far, behind in prompts)
    with closing(llama.open(longest + len(page) + _REPLY + _ROOM)) as context:
        if not _read(context, [*front, *page], 0):
            return None
        state = KvState(page, len(front), context.take_part(len(front), len(front) + len(page)))
        again, spliced = [], []
        for far, question in prompts:
            read = _judge(context, far, page, reply := _reply(llama, context, far, page, question), len(question))
            brought = _judge(context, far, state, reply, len(question))
            if read is None or brought is None:
                return None
            again.append(read)
            spliced.append(brought)
    return WrittenPage(state, *compare(np.concatenate(again), np.concatenate(spliced)))


def _reply(
    llama: Llama, context: KvCache, far: Sequence[int], page: Sequence[int], question: Sequence[int]
) -> list[int]:
    """A question, and what the model answers when it has read the page; shorter when stopped."""
    said = list(question)
    context.clear()
    if _read(context, [*far, *page, *question], 0):
        while len(said) < len(question) + _REPLY and not llama.ends(token := int(context.logits(-1).argmax())):
            if not context.decode([token], len(far) + len(page) + len(said)):
                break
            said.append(token)
    return said


def _held(
    llama: Llama, start: PromptMessage, text: str, before: Sequence[PromptMessage], question: str, _: str
) -> tuple[list[int], list[int]]:
    """The tokens of a talk in front of a text that stands in its last turn, and those behind, up to the reply."""
    return _around(llama, [start, *before, PromptMessage(Role.USER, f"{text}\n\nQuestion: {question}")], text)


def compare(reference: Floats, found: Floats) -> tuple[float, float]:
    """Mean KL divergence in nats of log-probabilities (n, vocabulary), and how often the first choice is the same."""
    kl = (np.exp(reference) * (reference - found)).sum(axis=1).mean()
    return float(kl), float((reference.argmax(axis=1) == found.argmax(axis=1)).mean())


def _around(llama: Llama, messages: Sequence[PromptMessage], text: str) -> tuple[list[int], list[int]]:
    """The tokens of a prompt in front of a text that stands in it, and those behind."""
    said, plain = llama.write_prompt(messages), without_controls(text)
    place = said.rfind(plain)
    return llama.tokens(said[:place], special=True), llama.tokens(said[place + len(plain) :], special=True)


def _judge(
    context: KvCache, far: Sequence[int], page: Sequence[int] | KvState, behind: Sequence[int], asked: int
) -> Floats | None:
    """Log-probabilities behind each token from the last of those `asked` on, where the page is read or brought in.

    None when stopped.
    """
    if isinstance(page, KvState):
        context.drop_from(len(far))
        done, count = context.put_part(page.state, page.at, len(far)), len(page.tokens)
    else:
        context.clear()
        done, count = _read(context, [*far, *page], 0), len(page)
    found = scores(context, behind, len(far) + count) if done else None
    return None if found is None else found[asked - 1 :]


def scores(context: KvCache, tokens: Sequence[int], at: int) -> Floats | None:
    """Log-probabilities behind each of the tokens, (n, vocabulary), read behind the `at` held. None when stopped."""
    found = []
    for start in range(0, len(tokens), context.batch):
        part = tokens[start : start + context.batch]
        if not context.decode(part, at + start, range(len(part))):
            return None
        found += [context.logits(row).astype(np.float64) for row in range(len(part))]
    logits = np.stack(found)
    logits -= logits.max(axis=1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def _read(context: KvCache, tokens: Sequence[int], at: int) -> bool:
    parts = ((start, tokens[start : start + context.batch]) for start in range(0, len(tokens), context.batch))
    return all(context.decode(part, at + start) for start, part in parts)


def held_text() -> str:
    """The held talks as one text, by which other ways to run a model are judged."""
    parts = [[*(said.text for said in before), question, after] for before, question, after in _held_prompts()]
    return " ".join(text for part in parts for text in part)


@cache
def _held_prompts() -> list[tuple[list[PromptMessage], str, str]]:
    """Talks that were held back: turns to stand before a page, a question behind it, and how the talk went on."""
    found = json.loads((resources_dir() / "prompts" / "held.json").read_text(encoding="utf-8"))
    return [
        ([PromptMessage(Role(role), text) for role, text in talk["before"]], talk["question"], talk["after"])
        for talk in found
    ]
