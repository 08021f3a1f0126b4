"""Cut a message into the sentences that may state something: bounded, without code, the words of others, questions and what
is only imagined."""

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

_SPEECH = re.compile(r"[\"“„«](?:[^\"“”„«»\n]*\s){3,}[^\"“”„«»\n]*[\"”“»]")
"""Words of somebody else: four or more in quotation marks. Fewer may be a name."""
_IMAGINED = re.compile(
    r"\s*(?:if\b(?=.*\b(?:would|could)\b|.*['’]d\b)|(?:imagine|pretend|suppose)\b"
    r"|(?:please\s+|(?:can|could) you\s+)?(?:write|tell|compose|draft|invent|make up|create)\b(?=.*\b(?:in which|where|as if)\b))",
    re.I | re.S,
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The beginning and end of each sentence that states something, at most so many of the beginning of a text."""
    text = text[:_READ]
    for foreign in (_CODE, _SPEECH):
        text = foreign.sub(lambda found: "\n" * len(found[0]), text)
    start = 0
    for number, end in enumerate([*(match.end() for match in _END.finditer(text)), len(text)]):
        here = text[start:end]
        if here.strip() and not _IMAGINED.match(here) and not here.rstrip().endswith("?") and len(here) <= _LONGEST:
            yield start + len(here) - len(here.lstrip()), start + len(here.rstrip())
        start = end
        if number >= _SENTENCES:
            return
