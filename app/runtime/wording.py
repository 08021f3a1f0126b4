"""The tokens in which the model holds its texts.

A reply that is tokenised again need not give the tokens that were generated, and two pieces of text give other tokens
apart than together. Either would cost the cache of all that follows. So a piece of the prompt between two control
tokens that the model has read or said before keeps the tokens it had then.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from typing import Any

import llama_cpp as native

_SPACE = 256
_KEPT = 4_096  # pieces


class Wording:
    """Text to tokens and back, for one model."""

    def __init__(self, vocab: Any) -> None:
        self._vocab = vocab
        worded = native.llama_vocab_type(vocab) != native.LLAMA_VOCAB_TYPE_NONE  # to ask of one without words aborts
        count = int(native.llama_vocab_n_tokens(vocab)) if worded else 0
        self._controls = {t for t in range(count) if native.llama_vocab_is_control(vocab, t)}
        texts = [re.escape(self._text(token)) for token in self._controls]
        self._between = re.compile("|".join(sorted(filter(None, texts), key=len, reverse=True)) or r"(?!)")
        self._known: dict[str, list[int]] = {}
        self._said: dict[int, bytes] = {}

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of `text`; with `special`, control tokens written out in it are recognised."""
        raw = text.encode("utf-8", "replace")
        space = len(raw) + 8
        found = (native.llama_token * space)()
        count = native.llama_tokenize(self._vocab, raw, len(raw), found, space, False, special)
        return list(found[:count])

    def bytes_of(self, token: int) -> bytes:
        """What a token says, which may end inside a character; nothing for a control token."""
        if (said := self._said.get(token)) is None:
            said = self._said[token] = self._piece(token, special=False)
        return said

    def read(self, text: str) -> list[int]:
        """Tokens of a prompt: each piece as it was read or said before, the rest anew."""
        found: list[int] = []
        plain = 0
        for start, end in self._pieces(text):
            if known := self._known.get(text[start:end]):
                found += self.tokens(text[plain:start], special=True) + known
                plain = end
        return found + self.tokens(text[plain:], special=True)

    def learn(self, tokens: Sequence[int]) -> None:
        """Keep the tokens of every piece of a sequence that the model holds."""
        piece: list[int] = []
        for token in [*tokens, *sorted(self._controls)[:1]]:
            if token not in self._controls:
                piece.append(token)
                continue
            self._remember(piece)
            piece = []

    def last_piece(self, tokens: Sequence[int]) -> list[int]:
        """The tokens behind the last control token."""
        start = len(tokens)
        while start > 0 and tokens[start - 1] not in self._controls:
            start -= 1
        return list(tokens[start:])

    def forget(self) -> None:
        """Know no piece any more."""
        self._known.clear()

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the pieces stand that lie between two control tokens, or behind the last."""
        start = 0
        for control in self._between.finditer(text):
            yield start, control.start()
            start = control.end()
        yield start, len(text)

    def _remember(self, piece: list[int]) -> None:
        if len(piece) < 2:
            return
        try:
            text = b"".join(map(self.bytes_of, piece)).decode()
        except UnicodeDecodeError:
            return
        if self._known.pop(text, None) is None and len(self._known) >= _KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[text] = piece

    def _text(self, token: int) -> str:
        return self._piece(token, special=True).decode("utf-8", "replace")

    def _piece(self, token: int, *, special: bool) -> bytes:
        space = ctypes.create_string_buffer(_SPACE)
        length = native.llama_token_to_piece(self._vocab, token, space, len(space), 0, special)
        return space.raw[: max(length, 0)]
