"""A prompt as tokens, with what is known of its parts: pages whose state is at hand, and the words that were asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.runtime.chat_template import without_controls
from app.runtime.kv_file import KvState
from app.runtime.wording import Wording


@dataclass(frozen=True, slots=True)
class PagedState:
    """A text that stands in the prompt word for word, and its state."""

    text: str
    state: KvState


@dataclass(frozen=True, slots=True)
class Layout:
    """`pages` are by place, in order and apart. `may_cut`: what left the middle may leave the cache alone. `ended`: a
    draft that may be sent as it stands."""

    tokens: list[int]
    pages: tuple[tuple[int, PagedState], ...] = ()
    asked: range = range(0)
    may_cut: bool = False
    ended: bool = False

    @property
    def ahead(self) -> Layout:
        """What can be read while the words that are `asked` are still being written: to their end, or to the last token
        but one of the whole prompt where they have `ended`."""
        end = len(self.tokens) - 1 if self.ended else self.asked.stop
        return replace(self, tokens=self.tokens[:end])

    def steps(
        self, start: int, batch: int, *, last_alone: bool = False
    ) -> Iterator[tuple[int, int, PagedState | None]]:
        """What is to be done from a place on: whole pages, and batches of tokens between them."""
        for at, page in self.pages:
            if at < start:
                continue
            yield from _batches(start, at, batch)
            start = at + len(page.state.tokens)
            yield at, start, page
        last = max(start, len(self.tokens) - last_alone)
        yield from _batches(start, last, batch)
        yield from _batches(last, len(self.tokens), batch)


def lay_out(
    wording: Wording, text: str, lead: Sequence[int], pages: Sequence[PagedState] = (), asked: str = ""
) -> Layout:
    """Tokens of a prompt with `lead` in front. Pages that do not stand in it are left out; each is looked for once,
    from the end."""
    places = sorted((place, page) for page in pages if (place := text.rfind(without_controls(page.text))) >= 0)
    tokens, found, done = list(lead), [], 0
    for place, page in places:
        if place < done:
            continue
        tokens += wording.read(text[done:place])
        found.append((len(tokens), page))
        tokens += page.state.tokens
        done = place + len(without_controls(page.text))
    rest = wording.read(text[done:])
    return Layout([*tokens, *rest], tuple(found), _asked(wording, len(tokens), rest, without_controls(asked)))


def _asked(wording: Wording, start: int, rest: Sequence[int], asked: str) -> range:
    """Where the last words of the prompt that are those `asked` stand, as places of tokens."""
    if not asked:
        return range(0)
    ends, said = [], b""
    for token in rest:
        said += wording.bytes_of(token)
        ends.append(len(said))
    first = said.rfind(asked.encode("utf-8", "replace"))
    if first < 0:
        return range(0)
    last = first + len(asked.encode("utf-8", "replace"))
    inside = [i for i, end in enumerate(ends) if end > first and (ends[i - 1] if i else 0) < last]
    return range(start + inside[0], start + inside[-1] + 1) if inside else range(0)


def _batches(start: int, end: int, batch: int) -> Iterator[tuple[int, int, None]]:
    return ((at, min(at + batch, end), None) for at in range(start, end, batch))
