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

_SPEECH = re.compile(r"[\"“„«]([^\"“”„«»\n]*)[\"”“»]")
_SAID = 4
"""So many words in quotation marks are words of somebody else; fewer may be a name."""
_IMAGINED = re.compile(
    r"\s*(?:if\b(?=.*\b(?:would|could)\b|.*['’]d\b)|(?:imagine|pretend|suppose)\b"
    r"|(?:please\s+|(?:can|could) you\s+)?(?:write|tell|compose|draft|invent|make up|create)\b(?=.*\b(?:in which|where|as if)\b))",
    re.I | re.S,
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The beginning and end of each sentence that states something, at most so many of the beginning of a text."""
    text = _CODE.sub(_blank, text[:_READ])
    text = _SPEECH.sub(lambda found: _blank(found) if len(found[1].split()) >= _SAID else found[0], text)
    start = 0
    for number, end in enumerate([*(match.end() for match in _END.finditer(text)), len(text)]):
        here = text[start:end]
        if here.strip() and not _IMAGINED.match(here) and not here.rstrip().endswith("?") and len(here) <= _LONGEST:
            yield start + len(here) - len(here.lstrip()), start + len(here.rstrip())
        start = end
        if number >= _SENTENCES:
            return


def _blank(found: re.Match[str]) -> str:
    """As long as what was found, so that places stay where they are."""
    return "\n" * len(found[0])
