"""What saved state is worth, by itself: restored, moved and cut, beside reading the same tokens again."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

import numpy as np

from app.core.settings import Settings
from app.runtime import kv_file
from app.runtime.kv_file import KvState
from app.runtime.layout import Layout, PagedState
from app.runtime.llama import Llama
from app.runtime.native_log import forward_native_log
from app.runtime.pages import compare, scores
from app.runtime.worker import CALM_THREADS

_CONTEXT = 4_096
_HELD = 100  # tokens that show what the model makes of a context
_BEFORE = 300  # tokens that stand in front of what was moved
_FRONT = 100  # tokens that are held before a question is read
_KIND = "bench"

Part = Callable[[Llama, Sequence[int], bool], dict[str, float]]
"""A model, tokens to read, and whether it must be quick; gives figures."""


@contextmanager
def model(context: int = _CONTEXT) -> Iterator[Llama]:
    """The embedded model, in this process."""
    os.environ |= CALM_THREADS
    forward_native_log(lambda *_: None)
    with closing(Llama(Settings().chat_model, context, 0, lambda: False)) as llama:
        yield llama


def bench_state(part: Part, text: str, quick: bool) -> dict[str, float]:
    """One of the parts below, of a fresh model over any text of more than 3,900 tokens."""
    with model() as llama:
        return part(llama, llama.tokens(text)[: _CONTEXT - 200], quick)


def restored(llama: Llama, tokens: Sequence[int], quick: bool) -> dict[str, float]:
    """Milliseconds to the first token of a conversation, read anew and brought back from its file."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        for count, name in ((500, "restore500"), (3_000, "resume3000"))[: 1 if quick else 2]:
            read, back, size = _restored(llama, tokens, count, Path(folder) / "state.kv")
            figures |= {f"{name}.ratio": read / back, f"{name}.read_ms": read, f"{name}.ms": back}
            figures["mb_per_1000_tokens"] = size / count / 1_000
    return figures


def _restored(llama: Llama, tokens: Sequence[int], count: int, path: Path) -> tuple[float, float, int]:
    llama.forget()
    llama.enter(1)
    read = _ms(lambda: _read(llama, tokens[: count + 1]))
    _read(llama, tokens[:count])
    state = llama.state(1)
    assert state is not None
    size, checksum = kv_file.write(path, _KIND, state)
    times = []
    for _ in range(3):
        llama.forget()
        times.append(_ms(lambda: _resume(llama, path, checksum, tokens[: count + 1])))
    return read, median(times), size


def _resume(llama: Llama, path: Path, checksum: str, tokens: Sequence[int]) -> None:
    llama.enter(1, lambda: kv_file.read(path, _KIND, checksum))
    _read(llama, tokens)


def likeness(llama: Llama, tokens: Sequence[int], quick: bool) -> dict[str, float]:
    """KL and top-1 of what follows on 500 tokens (quick: 150), by where they were put, beside reading everything."""
    starts, length = range(0, 1 if quick else 6), 150 if quick else 500
    rounds = [_likeness(llama, tokens[start * 550 :], length, tokens[-_BEFORE:]) for start in starts]
    figures: dict[str, float] = {"likeness.positions": float(_HELD * len(rounds))}
    for name in rounds[0]:
        figures[f"kl.{name}"], figures[f"top1.{name}"] = np.mean([found[name] for found in rounds], axis=0)
    return figures


def _likeness(llama: Llama, tokens: Sequence[int], length: int, front: Sequence[int]) -> dict[str, tuple[float, float]]:
    event, after, cache = tokens[:length], tokens[length : length + _HELD], llama.cache
    _anew(llama, event)
    state = cache.take_part(0, len(event))
    same = scores(cache, after, len(event))
    _anew(llama, [])
    cache.put(state)
    found = {"same": (same, scores(cache, after, len(event)))}
    _anew(llama, [*front, *event])
    whole = scores(cache, after, len(front) + len(event))
    _anew(llama, front)
    cache.put_part(state, 0, len(front))
    found["shifted"] = (whole, scores(cache, after, len(front) + len(event)))
    _anew(llama, [*front[:50], *event, *front[50:]])
    whole = scores(cache, after, len(front) + len(event))
    _anew(llama, front)
    cache.make_room(50, len(event))
    cache.put_part(state, 0, 50)
    found["spliced"] = (whole, scores(cache, after, len(front) + len(event)))
    _anew(llama, front)
    found["left_out"] = (whole, scores(cache, after, len(front)))
    llama.forget()
    return {name: compare(*pair) for name, pair in found.items() if pair[0] is not None and pair[1] is not None}  # type: ignore[arg-type]


def recalled(llama: Llama, tokens: Sequence[int], quick: bool) -> dict[str, float]:
    """Time to the first token of a short question behind so many recalled tokens, as text and as saved state."""
    figures = {}
    history, question = tokens[3_000:3_400], tokens[3_400:3_420]
    for count in (0, 500) if quick else (0, 500, 1_000, 2_000):
        notes = tokens[:count]
        _anew(llama, notes)
        page = PagedState("", KvState(list(notes), 0, llama.cache.take_part(0, count))) if count else None
        prompt = [*history, *notes, *question]
        for kind in ("text", "kv"):
            if kind == "kv" and page is None:
                continue
            pages = ((len(history), page),) if kind == "kv" and page is not None else ()
            times = []
            for _ in range(1 if quick or (kind == "text" and count > 500) else 3):
                _anew(llama, history)
                times.append(_ms(lambda pages=pages, prompt=prompt: _read(llama, prompt, Layout(prompt, pages))))  # type: ignore[misc]
            figures[f"ttft.{count}.{kind}_ms"] = median(times)
        if count:
            figures[f"ttft.{count}.ratio"] = figures[f"ttft.{count}.text_ms"] / figures[f"ttft.{count}.kv_ms"]
    return figures


def evicted(llama: Llama, tokens: Sequence[int], quick: bool) -> dict[str, float]:
    """What it costs that a quarter of a context leaves its middle: the time of the next token, and of any other."""
    full = list(tokens[: 600 if quick else 3_600])
    gone = range(len(full) // 8, len(full) * 3 // 8)
    _anew(llama, full)
    plain = _ms(lambda: llama.cache.decode(full[:1], len(full)))
    llama.cache.drop_from(len(full))
    moved = _ms(lambda: _go_on_without(llama, gone, full[0], len(full)))
    llama.forget()
    return {"evict_ms": moved, "evict.plain_ms": plain}


def _go_on_without(llama: Llama, gone: range, token: int, held: int) -> None:
    llama.cache.cut(gone.start, gone.stop)
    llama.cache.decode([token], held - len(gone))


def surprise(llama: Llama, tokens: Sequence[int], quick: bool) -> dict[str, float]:
    """What the surprise of a question adds to the time in which its prompt is read, as a share: 20 words asked behind
    120 of notes, and 20 asked alone, half of each."""
    shares = []
    for notes in (120, 10):
        plain: list[float] = []
        noted: list[float] = []
        prompt, start = list(tokens[: _FRONT + notes + 20]), _FRONT + notes
        for _ in range(2 if quick else 16):
            for times, asked in ((plain, range(0)), (noted, range(start, start + 20))):
                _anew(llama, prompt[:_FRONT])
                layout = Layout(prompt, asked=asked)
                times.append(_ms(lambda layout=layout: _read(llama, layout.tokens, layout)))  # type: ignore[misc]
        shares.append(median(noted) / median(plain) - 1)
    return {"surprise_overhead": float(np.mean(shares)), "surprise.rare": shares[0], "surprise.dense": shares[1]}


def _anew(llama: Llama, tokens: Sequence[int]) -> None:
    """Hold exactly these tokens."""
    llama.forget()
    if tokens:
        _read(llama, tokens)


def _read(llama: Llama, tokens: Sequence[int], layout: Layout | None = None) -> None:
    for _ in llama.read(tokens, layout):
        pass


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000
