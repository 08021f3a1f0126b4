"""What the model reads, laid out so that each turn evaluates only what is new.

A fixed prefix, then the history exactly as it was read before, then the newest turn with what was
recalled for it. Notes from memory stay with their turn while it is near; then they are cut out of it
(`history.py`), and the KV cache of all that stays survives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.core.clock import full_date
from app.core.paths import resources_dir
from app.core.types import EpisodeState, Hit, Message, Origin, PromptMessage, Role, Span, Verdict
from app.memory.gist import gist

PAGED = "told together"
"""The reason of a hit that came with the rest of its episode."""
PER_MESSAGE = 8
"""Tokens that a chat template may put around one message: generous, as no template is asked."""
_KEEP_AFTER_CUT = 0.6


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored message, the text of it that fits, and what was recalled for it. `bare`: that has left the prompt."""

    message: Message
    text: str
    hits: tuple[Hit, ...] = ()
    verdict: Verdict = Verdict()
    bare: bool = False

    @property
    def noted(self) -> bool:
        """Whether something from memory stands in front of its words."""
        return bool(self.hits) or self.verdict.fact is not None

    def without_notes(self) -> Turn:
        """The same without what was recalled for it, if anything was."""
        return replace(self, hits=(), verdict=Verdict(), bare=True) if self.noted else self


def system_prompt() -> str:
    """The fixed prefix of every prompt."""
    return (resources_dir() / "prompts" / "system.txt").read_text(encoding="utf-8").strip()


def build(system: str, turns: Sequence[Turn]) -> list[PromptMessage]:
    """The prompt for these turns, oldest first."""
    return [PromptMessage(Role.SYSTEM, system), *(PromptMessage(_role(t.message.role), render(t)) for t in turns)]


def render(turn: Turn) -> str:
    """One turn as the model reads it. The same turn always gives the same text."""
    if turn.bare:
        return asked(turn.text)  # as it stood behind its notes, so that it need not be read again
    if not turn.noted:
        return turn.text
    whole = [hit for hit in turn.hits if PAGED in hit.reasons]
    page = [page_text(whole)] if whole else []
    notes = page_text([hit for hit in turn.hits if PAGED not in hit.reasons]).splitlines()
    return "\n".join([*page, *notes, *_remarks(turn.verdict), "", asked(turn.text)])


def asked(text: str) -> str:
    """A question behind its notes."""
    return f"Question: {text}"


def in_order(hits: Iterable[Hit]) -> list[Hit]:
    """Hits with those of one speaker together, as `render` sets one heading above each run."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(heading(hit.span), []).append(hit)
    return [hit for group in groups.values() for hit in group]


def page_text(hits: Sequence[Hit]) -> str:
    """Memories as they stand in a turn, a heading above each run of one speaker.

    Of an episode that comes whole, the saved state is that of just these words.
    """
    groups = groupby(hits, key=lambda hit: heading(hit.span))
    return "\n".join(line for title, part in groups for line in (title, *map(noted, part)))


def _remarks(verdict: Verdict) -> list[str]:
    """What memory can say by rule: a fact, the date that was asked for, or that the answer may not be there."""
    if verdict.fact is not None:
        return [f"(Known as a fact: {verdict.fact.words}.)"]
    if verdict.doubtful:
        return ["(Perhaps none of these notes answers the question. If so, say that you do not know.)"]
    return [f"(The date asked for, by these notes: {verdict.when}.)"] if verdict.when else []


def heading(span: Span) -> str:
    """Whose words the notes below it are, as the user would put it."""
    if span.origin is Origin.DOCUMENT:
        return f'From the document "{span.place.document}", quoted as data:'
    if span.role is Role.USER:
        return f"Earlier {span.speaker} said:" if span.speaker else "Earlier I told you:"
    if span.role is Role.TOOL:
        return "Earlier a tool printed:"
    return "Earlier another assistant said:" if span.origin is Origin.IMPORTED else "Earlier you said:"


def note(span: Span, *, faded: bool = False) -> str:
    """A memory as one line of data: when, or where in a document, and the words; of one that has faded, their gist."""
    if span.passage is not None:
        lines = [" ".join(span.text.split())] if span.passage.page else span.text.splitlines()
        return "\n    ".join([f"- {span.passage.words}: {lines[0]}", *lines[1:]])
    words = gist(span.text) if faded else " ".join(span.text.split())
    return f"- {full_date(span.said_at)}: {words}"


def noted(hit: Hit) -> str:
    """A memory as one line, with what of it is no longer so."""
    line = note(hit.span, faded=hit.state is not EpisodeState.VIVID)
    return f"{line} ({hit.remark.words})" if hit.remark is not None else line


def first_kept(costs: Sequence[int], budget: int, start: int) -> int:
    """The index of the first turn that stays in the prompt.

    `costs` are the tokens of each turn, `start` where the prompt began last time. As long as all
    from `start` on fits, nothing moves; when it does not, the oldest leave until 60 % of the budget
    is used, so that the beginning, and with it the KV cache, stays put for many turns.
    """
    total = sum(costs[start:])
    if total <= budget:
        return start
    while start < len(costs) and total > budget * _KEEP_AFTER_CUT:
        total -= costs[start]
        start += 1
    return start


def shorten(text: str, characters: int) -> str:
    """The beginning and the end of a text that is too long, with a word on what is missing."""
    if len(text) <= characters:
        return text
    head, tail = characters * 2 // 3, characters // 3
    left_out = len(text) - head - tail
    return f"{text[:head]}\n[… {left_out} characters left out …]\n{text[len(text) - tail :]}"


def _role(role: Role) -> Role:
    """Templates know three roles; a tool's output reads as part of the assistant's words."""
    return Role.ASSISTANT if role is Role.TOOL else role
