"""Cut a message into the sentences that may state something: bounded, without code, quotes and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

_READ = 4_000  # characters of a message: what is longer is pasted rather than said
_SENTENCES = 40
_LONGEST = 400
_END = re.compile(
    r"(?<!\bDr)(?<!\bSt)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bNo)(?<!\bvs)(?<!\b[A-Z])[.!?]+(?=[\s)\"”]|$)|\n"
)
_CODE = re.compile(r"```.*?(?:```|\Z)|^(?:>|    |\t).*$|`[^`\n]*`|https?://\S+", re.S | re.M)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The beginning and end of each sentence that states something, at most so many of the beginning of a text."""
    text = _CODE.sub(lambda code: "\n" * len(code[0]), text[:_READ])
    start = 0
    for number, end in enumerate([*(match.end() for match in _END.finditer(text)), len(text)]):
        here = text[start:end]
        if here.strip() and not here.rstrip().endswith("?") and len(here) <= _LONGEST:
            yield start + len(here) - len(here.lstrip()), start + len(here.rstrip())
        start = end
        if number >= _SENTENCES:
            return
