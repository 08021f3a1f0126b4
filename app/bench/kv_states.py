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
import numpy.typing as npt

from app.core.settings import Settings
from app.runtime import kv_file
from app.runtime.kv_file import KvState
from app.runtime.layout import Layout, PagedState
from app.runtime.llama import Llama
from app.runtime.native_log import forward_native_log
from app.runtime.pages import compare, scores
from app.runtime.worker import CALM_THREADS

Floats = npt.NDArray[np.float64]

_CONTEXT = 4_096
_HELD = 100  # tokens that show what the model makes of a context
_BEFORE = 300  # tokens that stand in front of what was moved
_FRONT = 100  # tokens that are held before a question is read
_KIND = "bench"


@contextmanager
def model(context: int = _CONTEXT) -> Iterator[Llama]:
    """The embedded model, in this process."""
    os.environ |= CALM_THREADS
    forward_native_log(lambda *_: None)
    with closing(Llama(Settings().chat_model, context, 0, lambda: False)) as llama:
        yield llama


def bench_states(text: str, quick: bool, step: Callable[[], None]) -> dict[str, float]:
    """Figures of one model over any text of more than 3,500 tokens."""
    figures: dict[str, float] = {}
    with model() as llama, tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        tokens = llama.tokens(text)[: _CONTEXT - 200]
        path = Path(folder) / "state.kv"
        for count, name in ((500, "restore500"), (1_000 if quick else 3_000, "resume3000")):
            read, back, size = _restored(llama, tokens, count, path)
            figures |= {f"{name}.ratio": read / back, f"{name}.read_ms": read, f"{name}.ms": back}
            figures["mb_per_1000_tokens"] = size / count / 1_000
            step()
        figures |= _fidelity(llama, tokens)
        step()
        figures |= _recalled(llama, tokens, (0, 500) if quick else (0, 500, 1_000, 2_000), step)
        figures |= _evicted(llama, tokens[: 1_200 if quick else 3_600])
        step()
        figures["surprise_overhead"] = _surprise(llama, tokens, 2 if quick else 4)
    return figures


def _restored(llama: Llama, tokens: Sequence[int], count: int, path: Path) -> tuple[float, float, int]:
    """Milliseconds to the first token of a conversation of `count` tokens, read anew and brought back from its file."""
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


def _fidelity(llama: Llama, tokens: Sequence[int]) -> dict[str, float]:
    """KL and top-1 of what follows on 500 tokens, by where they were put, beside reading everything."""
    event, front, after = tokens[:500], tokens[2_000 : 2_000 + _BEFORE], tokens[500 : 500 + _HELD]
    cache, figures = llama.cache, {}
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
    for name, (reference, seen) in found.items():
        assert reference is not None and seen is not None
        figures[f"kl.{name}"], figures[f"top1.{name}"] = compare(reference, seen)
    llama.forget()
    return figures


def _recalled(llama: Llama, tokens: Sequence[int], counts: Sequence[int], step: Callable[[], None]) -> dict[str, float]:
    """Time to the first token of a short question behind so many recalled tokens, as text and as saved state."""
    figures = {}
    history, question = tokens[3_000:3_400], tokens[3_400:3_420]
    for count in counts:
        recalled = tokens[:count]
        _anew(llama, recalled)
        page = PagedState("", KvState(list(recalled), 0, llama.cache.take_part(0, count))) if count else None
        prompt = [*history, *recalled, *question]
        for kind in ("text", "kv"):
            if kind == "kv" and page is None:
                continue
            pages = ((len(history), page),) if kind == "kv" and page is not None else ()
            times = []
            for _ in range(1 if kind == "text" and count > 500 else 3):
                _anew(llama, history)
                times.append(_ms(lambda pages=pages, prompt=prompt: _read(llama, prompt, Layout(prompt, pages))))  # type: ignore[misc]
            figures[f"ttft.{count}.{kind}_ms"] = median(times)
        if count:
            figures[f"ttft.{count}.ratio"] = figures[f"ttft.{count}.text_ms"] / figures[f"ttft.{count}.kv_ms"]
        step()
    return figures


def _evicted(llama: Llama, tokens: Sequence[int]) -> dict[str, float]:
    """What it costs that a quarter of a context leaves its middle: the time of the next token, and of any other."""
    full, gone = list(tokens), range(len(tokens) // 8, len(tokens) * 3 // 8)
    _anew(llama, full)
    plain = _ms(lambda: llama.cache.decode(full[:1], len(full)))
    llama.cache.drop_from(len(full))
    llama.cache.cut(gone.start, gone.stop)
    moved = _ms(lambda: llama.cache.decode(full[:1], len(full) - len(gone)))
    llama.forget()
    return {"evict_ms": moved, "evict.plain_ms": plain}


def _surprise(llama: Llama, tokens: Sequence[int], rounds: int) -> float:
    """What the surprise of a question adds to the time in which its prompt is read, as a share: 20 words asked behind
    120 of notes, and 20 asked alone, half of each."""
    shares = []
    for notes in (120, 10):
        plain: list[float] = []
        noted: list[float] = []
        prompt, start = list(tokens[: _FRONT + notes + 20]), _FRONT + notes
        for _ in range(rounds):
            for times, asked in ((plain, range(0)), (noted, range(start, start + 20))):
                _anew(llama, prompt[:_FRONT])
                layout = Layout(prompt, asked=asked)
                times.append(_ms(lambda layout=layout: _read(llama, layout.tokens, layout)))  # type: ignore[misc]
        shares.append(min(noted) / min(plain) - 1)
    return float(np.mean(shares))


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
