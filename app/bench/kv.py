"""`mneme bench kv`: what the model need not read again, and what that is worth.

States by themselves (`kv_states`), then whole conversations through the engine (`kv_talk`, `kv_needle`). Each part can
be measured alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from app.bench import kv_states
from app.bench.booksort import load_booksort
from app.bench.kv_needle import NEEDLES, bench_needles
from app.bench.kv_talk import bench_talk
from app.bench.report import Report
from app.bench.talk import talks
from app.core.errors import InputError

_TURNS = 30
_STATES = {
    "restore": kv_states.restored,
    "likeness": kv_states.likeness,
    "recalled": kv_states.recalled,
    "evict": kv_states.evicted,
    "surprise": kv_states.surprise,
}
PARTS = (*_STATES, "talk", "needle")
"""What can be measured alone, in the order of a whole run."""

Step = Callable[[int, int], None]
Tell = Callable[[float], None]
"""Learns which share of a part is done."""


def bench_kv(
    books: Path | None, locomo: Path | None, tokens: int, quick: bool, step: Step, only: Sequence[str] = ()
) -> Report:
    """All figures in one run, or those of the parts named in `only`. Without files, made-up talk is read.

    Raises InputError on a file of another shape, or a part that there is not.
    """
    if strange := [name for name in only if name not in PARTS]:
        raise InputError(f"There is no part {strange[0]!r}. Parts are {', '.join(PARTS)}.")
    turns, tokens = (4, 300) if quick else (_TURNS, tokens)
    passages = list(_passages(books))
    figures: dict[str, float] = {}
    wanted = [name for name in PARTS if name in (only or PARTS)]
    for number, name in enumerate(wanted):
        tell = partial(_tell, step, number, len(wanted))
        tell(0.0)
        if name in _STATES:
            figures |= kv_states.bench_state(_STATES[name], "\n\n".join(passages[:120]), quick)
        elif name == "talk":
            figures |= bench_talk(locomo, turns, quick, tell)
        else:
            figures |= bench_needles(passages, tokens, NEEDLES[: 2 if quick else len(NEEDLES)], tell)
    step(len(wanted), len(wanted))
    about = {"quick": quick, "tokens": tokens, "turns": turns, "books": books is not None, "locomo": locomo is not None}
    return Report("kv", about | {"parts": wanted}, figures)


def _tell(step: Step, number: int, parts: int, share: float) -> None:
    step(number * 100 + int(share * 100), parts * 100)


def _passages(books: Path | None) -> Iterator[str]:
    if books is None:
        yield from (" ".join(talk.texts) for talk in talks(20_000))
        return
    for book in load_booksort(books)[0]:
        texts = [message.text for message in book.messages]
        yield from ("\n\n".join(pair) for pair in zip(texts[::2], texts[1::2], strict=False))
