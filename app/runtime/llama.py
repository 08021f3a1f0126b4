"""One llama.cpp model and the conversation it holds, owned by one thread of the worker process.

Written on the C interface rather than on `llama_cpp.Llama`, which offers neither an abort in the middle
of a prompt nor the context parameters that later kinds of memory need.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import llama_cpp as native
import numpy as np

from app.core.errors import ContextOverflow, ModelUnreadable
from app.core.types import PromptMessage, Sampling
from app.runtime.align import kept
from app.runtime.chat_template import ChatTemplate
from app.runtime.kv_cache import KvCache
from app.runtime.kv_file import KvState
from app.runtime.kv_keys import rotation_of, upper_keys
from app.runtime.layout import Layout, PagedState, lay_out
from app.runtime.observe import ReadingContext, surprise_of
from app.runtime.parking import Parking
from app.runtime.protocols import Observation
from app.runtime.residency import Mapped, Residency
from app.runtime.sampler import sampler
from app.runtime.tuning import Tuning
from app.runtime.wording import Wording

_AHEAD = 64  # tokens that are read ahead at once: to stop costs no more


class Llama:
    """A loaded model with one live conversation. What stays the same from call to call is not read again.

    Use by one thread; `stopping` is asked from native code as well and must only look at a flag.
    """

    def __init__(
        self,
        path: Path,
        context: int,
        threads: int,
        stopping: Callable[[], bool],
        weights: Residency | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._stopping = stopping
        self._weights = weights or Mapped()
        self._tuning = tuning or Tuning(threads=threads)
        self._threads = threads
        self._held: list[int] = []
        self._sure: int | None = None  # tokens of those held that were not read ahead; None for all
        self._turning = False  # whether keys wait for the next batch to be turned to their place
        self._parking_room: int | None = None
        self._parking = Parking()
        self._native = ExitStack()
        self._native.callback(self._weights.close)
        native.llama_backend_init()
        self._load(path)
        self.cache = self.open(context)
        self._native.callback(self.cache.close)
        if self._weights.attach(self._model, self.cache.context):
            self.cache.close()  # it would call back for every node, and for nothing
            self.cache = self.open(context)
            self._native.callback(self.cache.close)
        self._context = self.cache.context
        if (status := self._weights.status()) is not None:
            self._parking_room = max(status.budget - status.used, 0)
            self._parking = Parking(self._parking_room)
        self.cache.mind_stops()  # to attach, a callback of one's own may be of use
        self._vocab = native.llama_model_get_vocab(self._model)
        self.wording = Wording(self._vocab)
        self._bos = self._special(native.llama_vocab_bos(self._vocab))
        eos = self._special(native.llama_vocab_eos(self._vocab))
        self._template = ChatTemplate(self._metadata("tokenizer.chat_template"), self._bos, eos)
        self.name = self._metadata("general.name") or path.stem
        self.context = self.cache.size
        self.shiftable = self.cache.shiftable
        self._rotation = rotation_of(self._model, self._metadata)
        self.paged = 0
        self.surprise: dict[int, float] = {}
        """For the last prompt and reply: nats by place of the token, where they were asked for."""

    def close(self) -> None:
        """Free the native model and context."""
        self._native.close()

    @property
    def held(self) -> list[int]:
        """The tokens that the live sequence holds."""
        return list(self._held)

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of `text`; with `special`, control tokens written out in it are recognised."""
        return self.wording.tokens(text, special=special)

    def prompt(self, messages: Sequence[PromptMessage]) -> list[int]:
        """The messages in the model's own chat template, ready for its reply."""
        return self.lay_out(messages).tokens

    def write_prompt(self, messages: Sequence[PromptMessage]) -> str:
        """The messages in the model's own chat template, as text."""
        return self._template.write(messages)

    def lay_out(self, messages: Sequence[PromptMessage], pages: Sequence[PagedState] = (), asked: str = "") -> Layout:
        """The prompt, and where in it stand the pages and the words that were `asked`."""
        text = self._template.write(messages)
        starts_itself = bool(self._bos) and text.startswith(self._bos)
        first = native.llama_vocab_bos(self._vocab)
        lead = [first] if native.llama_vocab_get_add_bos(self._vocab) and not starts_itself else []
        return lay_out(self.wording, text, lead, pages if self.shiftable else (), asked)

    def enter(self, conversation: int, saved: Callable[[], KvState | None] = lambda: None) -> bool:
        """Make a conversation the live one; True when its state was brought back, from memory or as it was `saved`.

        The one before is parked. 0 is no conversation in particular, and nothing of it is kept.
        """
        if self._parking.live == conversation:
            return False
        self._park()
        state = self._parking.enter(conversation) or saved()
        if state is None or not self._restore(state):
            return False
        self._parking.own = True
        self.wording.learn(state.tokens)
        return True

    def state(self, conversation: int) -> KvState | None:
        """What is held of a conversation, to be saved; None where that is nothing, or what was saved before."""
        if self._parking.live == conversation:
            self._park()
        return self._parking.unsaved(conversation)

    def saved(self, conversation: int) -> None:
        """What is held of a conversation lies on disk now."""
        self._parking.saved(conversation)

    def read(self, tokens: Sequence[int], layout: Layout | None = None) -> Iterator[tuple[int, int, int]]:
        """Bring the context to exactly `tokens`, yielding (done, total, cached) new tokens after each batch.

        Ends early when told to stop. Raises ContextOverflow before anything is read when they do not fit.
        """
        if len(tokens) >= self.context:
            raise ContextOverflow("The prompt takes {0} tokens and the model holds {1}.", len(tokens), self.context)
        layout = layout or Layout(list(tokens))
        cached = self._keep(tokens, layout)
        self._sure = None
        self._parking.changed()
        self.paged = 0
        total = len(tokens) - cached
        yield 0, total, cached
        for start, end, page in layout.steps(cached, self.cache.batch, last_alone=not self.shiftable):
            if not self._take_in(layout, start, end, page):
                return
            self._remember_whole(tokens)
            yield len(self._held) - cached, total, cached
        self.wording.learn([*self.wording.last_piece(tokens[:cached]), *tokens[cached:]])

    def read_ahead(self, layout: Layout) -> int:
        """Read a prompt whose last words, those `asked`, are still being written: what of it may stay as it is.

        How many tokens were read. They are of use to the prompt that comes, and in no state that is parked or saved.
        Ends early when told to stop. Only where `shiftable`.
        """
        ahead = layout.ahead
        if not layout.asked or len(ahead.tokens) >= self.context:
            return 0
        if self._sure is None:
            self._sure = len(self._held)
        cached = self._keep(layout.tokens[: len(ahead.tokens) + 1], ahead)
        for step in ahead.steps(cached, min(self.cache.batch, _AHEAD)):
            if not self._take_in(ahead, *step):
                break
        return len(self._held) - cached

    def write(self, sampling: Sampling) -> Iterator[bytes]:
        """Sample the reply token by token, as bytes that may end inside a character."""
        said: list[int] = []
        lead = self.wording.last_piece(self._held)
        with ExitStack() as stack:
            chain = sampler(sampling, native.llama_vocab_n_tokens(self._vocab), stack)
            stack.callback(lambda: self.wording.learn([*lead, *said]))
            for _ in range(min(sampling.max_tokens, self.context - len(self._held))):
                token = native.llama_sampler_sample(chain, self.cache.context, -1)
                if self.ends(token):
                    return
                said.append(token)
                self._note_surprise(-1, len(self._held), token)
                yield self.wording.bytes_of(token)
                if self._stopping() or len(self._held) + 1 >= self.context or not self._decode([token]):
                    return

    def ends(self, token: int) -> bool:
        """Whether a token ends a reply."""
        return bool(native.llama_vocab_is_eog(self._vocab, token))

    def read_as(self, places: range) -> Observation | None:
        """How tokens of the last prompt and reply were read; None where they are not held, or it was not wanted."""
        noted = [place for place in places if place in self.surprise and place < len(self._held)]
        if not noted:
            return None
        surprise = np.array([self.surprise[place] for place in noted], dtype=np.float32)
        keys = None
        if self._rotation is not None and self.shiftable and not self._turning:
            keys = upper_keys(self.cache.take_part(noted[0], noted[-1] + 1), self._rotation)
        return Observation(surprise, None if keys is None else keys.mean(axis=0))

    def observer(self) -> ReadingContext:
        """A second context that reads along; close it before this. Raises ModelError when memory is short."""
        return ReadingContext(self._model, self._threads, self._stopping, self._weights)

    def open(self, size: int) -> KvCache:
        """A context of its own; close it before this. Raises ModelError when memory is short."""
        trained = int(native.llama_model_n_ctx_train(self._model))
        size = min(size, trained) if trained > 0 else size
        return KvCache(self._model, size, self._tuning, self._stopping, self._weights)

    def forget(self) -> None:
        """Hold nothing any more, of any conversation; the cache is overwritten with zeros."""
        self.cache.clear()
        self._held, self._sure, self._turning, self.surprise = [], None, False, {}
        self._parking = Parking(self._parking_room)
        self.wording.forget()

    def _load(self, path: Path) -> None:
        parameters = native.llama_model_default_params()
        parameters.n_gpu_layers = 0
        # On CPUs with AMX the repacked weights crash in the first prompt: ggml-org/llama.cpp#20824.
        parameters.use_extra_bufts = b"AMX_INT8 = 1" not in native.llama_print_system_info()
        self._weights.prepare(parameters)
        self._model: Any = native.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self._model:
            raise ModelUnreadable(
                "llama.cpp will not load {0}: the file is damaged, or of a kind this version does not know. "
                "Choose another GGUF file; the log has the details.",
                path,
            )
        self._native.callback(native.llama_model_free, self._model)

    def _keep(self, tokens: Sequence[int], layout: Layout) -> int:
        """Drop what differs from `tokens`; return how many leading tokens need no reading.

        Where they may be cut, tokens that left the middle are taken out, and those behind them stay as they are. Not
        in what was read ahead: a word that was taken back must not shine through.
        """
        may_cut = layout.may_cut and self.shiftable and self._parking.own
        sure = len(self._held) if self._sure is None else self._sure
        ranges = kept(self._held, tokens[:-1], sure if may_cut else 0)  # the last is read
        end = ranges[-1][1]
        if end < len(self._held) and not self.cache.drop_from(end):
            return self._return_to(tokens)
        for (_, start), (end, _) in reversed(list(pairwise(ranges))):
            self.cache.cut(start, end)
            self._turning = True
        self._held = [token for start, end in ranges for token in self._held[start:end]]
        if self._sure is not None:
            self._sure = sum(max(min(end, self._sure) - start, 0) for start, end in ranges)
        known = range(layout.asked.start, len(self._held)) if len(ranges) == 1 else range(0)
        self.surprise = {place: nats for place, nats in self.surprise.items() if place in known}
        return len(self._held)

    def _return_to(self, tokens: Sequence[int]) -> int:
        """For a memory that cannot be cut: go back to where it was kept whole, or begin anew."""
        whole = self._parking.whole
        if whole is not None and list(tokens[: len(whole.tokens)]) == whole.tokens and len(whole.tokens) < len(tokens):
            self._restore(whole)
            return len(self._held)
        self.cache.clear()
        self._held = []
        return 0

    def _remember_whole(self, tokens: Sequence[int]) -> None:
        """A memory that cannot be cut is kept as it is before the prompt's last token, for another reply to it."""
        if not self.shiftable and len(self._held) == len(tokens) - 1:
            self._parking.whole = KvState(self._held[:], 0, self.cache.take())

    def _restore(self, state: KvState) -> bool:
        done = len(state.tokens) <= self.context and self.cache.put(state.state)
        self._held, self._sure, self._turning = (list(state.tokens) if done else []), None, False
        return done

    def _park(self) -> None:
        if not self._turning:
            self._parking.park(self._sure_state)

    def _sure_state(self) -> KvState:
        """What is held, without what was read ahead."""
        if self._sure is None or self._sure >= len(self._held):
            return KvState(self._held[:], 0, self.cache.take())
        return KvState(self._held[: self._sure], 0, self.cache.take_part(0, self._sure))

    def _take_in(self, layout: Layout, start: int, end: int, page: PagedState | None) -> bool:
        """Bring a page in, or read up to a batch of tokens. False when stopped."""
        if page is not None and self._splice(page, start):
            self._held.extend(layout.tokens[start:end])
            self.paged += end - start
            return True
        return self._read_part(layout.tokens, start, end, layout.asked)

    def _splice(self, page: PagedState, at: int) -> bool:
        """Bring a page in; its keys are turned with the batch that follows, so one must follow."""
        done = self.cache.put_part(page.state.state, page.state.at, at)
        self._turning = self._turning or done
        return done

    def _read_part(self, tokens: Sequence[int], start: int, end: int, asked: range) -> bool:
        """Evaluate up to a batch of tokens; False when stopped."""
        rows = range(max(asked.start - 1, start) - start, max(min(asked.stop - 1, end) - start, 0))
        if not self._decode(tokens[start:end], rows):
            return False
        for row in rows:
            self._note_surprise(row, start + row + 1, tokens[start + row + 1])
        return True

    def _decode(self, tokens: Sequence[int], rows: range = range(0)) -> bool:
        if not self.cache.decode(tokens, len(self._held), rows):
            return False
        self._turning = False
        self._held.extend(tokens)
        return True

    def _note_surprise(self, row: int, place: int, token: int) -> None:
        self.surprise[place] = surprise_of(self.cache.logits(row), token)

    def _special(self, token: int) -> str:
        return native.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if token >= 0 else ""

    def _metadata(self, key: str) -> str:
        space = ctypes.create_string_buffer(1 << 16)
        length = native.llama_model_meta_val_str(self._model, key.encode(), space, len(space))
        return space.value.decode("utf-8", "replace") if length > 0 else ""
