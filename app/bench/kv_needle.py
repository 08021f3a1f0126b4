"""Whether something that was said long ago in one endless conversation is still answered.

Book text is read in one conversation, with things said in between, evenly. Then each is asked about from where
the book ended, none after the other: a reply can neither help nor mislead the next.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from app.bench.kv_talk import Asked, ask, assistant_for, tidy
from app.bootstrap import Assistant
from app.core.types import Message, NewMessage, Role

_TIDY_EVERY = 12  # passages between two looks at what is to be embedded and cut

Needle = tuple[str, str, str]
NEEDLES: tuple[Needle, ...] = (
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


@dataclass(slots=True)
class _Told:
    """What was read so far: turns that made others leave and turns that did not, in order, and the last reply."""

    turns: list[tuple[bool, Asked]] = field(default_factory=list)
    last: Message | None = None

    @property
    def read(self) -> int:
        return sum(turn.read for _, turn in self.turns)


def bench_needles(
    passages: Sequence[str], tokens: int, needles: Sequence[Needle], tell: Callable[[float], None]
) -> dict[str, float]:
    """How many things are answered after so many tokens: by the model, and by memory alone; and whether the right note
    stood in the prompt."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder, assistant_for(True, Path(folder)) as assistant:
        told = _read(assistant, passages, tokens, needles, tell)
        found = [_asked(assistant, told, *needle) for needle in needles]
    figures = {}
    for place, name in enumerate(("needle", "needle.recalled", "needle.by_memory")):
        figures[name] = sum(one[place] for one in found) / len(found)
        for number, one in enumerate(found, 1):
            figures[name.replace("needle", f"needle.{number}", 1)] = float(one[place])
    known = sum(turn.known for _, turn in told.turns)
    return {
        **figures,
        "endless.read_tokens": told.read,
        "endless.reuse": known / max(known + told.read, 1),
        **_stalls(told.turns),
    }


def _read(
    assistant: Assistant,
    passages: Sequence[str],
    tokens: int,
    needles: Sequence[Needle],
    tell: Callable[[float], None],
) -> _Told:
    told, conversation, left = _Told(), None, 0
    places = [tokens * i // len(needles) for i in range(len(needles))]
    for number, passage in enumerate(passages):
        if told.read >= tokens:
            break
        said = [passage]
        while places and told.read >= places[0]:
            said.append(needles[-len(places)][0])
            places.pop(0)
        for text in said:
            asked = ask(assistant, text, conversation)
            conversation = asked.conversation
            gone = len(assistant.session.working.seen(conversation, assistant.model.load()).left)
            told.turns.append((gone > left, asked))
            told.last, left = asked.answer or told.last, gone
        if number % _TIDY_EVERY == 0:
            tidy(assistant)
        tell(min(told.read / tokens, 1.0) * 0.9)
    tidy(assistant)
    return told


def _asked(assistant: Assistant, told: _Told, said: str, question: str, expected: str) -> tuple[bool, bool, bool]:
    """Whether the reply holds what is expected, whether what was said stood in the prompt for it, and whether memory's
    own answer holds it."""
    assert told.last is not None
    begun = NewMessage(told.last.conversation_id, Role.USER, question, assistant.clock.now(), parent_id=told.last.id)
    asked = ask(assistant, assistant.memory.record(begun))
    alone = assistant.memory.answer(question).words
    shown = any(said in hit.span.text for hit in asked.hits)
    return expected.casefold() in asked.reply.casefold(), shown, expected.casefold() in alone.casefold()


def _stalls(turns: Sequence[tuple[bool, Asked]]) -> dict[str, float]:
    """What it costs a turn that others leave for it: beyond what its reading takes at the pace of the turn before, when
    the context was as full."""
    stalls = []
    for (_, before), (left, turn) in pairwise(turns):
        if left and before.read:
            pace = (before.first_ms - before.recalled_ms) / before.read
            stalls.append(turn.first_ms - turn.recalled_ms - pace * turn.read)
    return (
        {"evict.turns": len(stalls), "evict.turn_ms": median(stalls), "evict.worst_turn_ms": max(stalls)}
        if stalls
        else {}
    )
