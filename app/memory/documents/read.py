"""The text of a file, page by page. Trusts nothing: each kind of bad file is one clear error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.documents import DocumentKind
from app.core.errors import InputError
from app.core.phrase import Phrase, form
from app.core.text import storable
from app.memory.documents.pdf import LOCKED, Pages, pages_of

MOST_BYTES = 50_000_000
MOST_CHARACTERS = 2_000_000
_NAMED = 8
_CONTROL_SHARE = 0.01
_MARKDOWN = frozenset((".md", ".markdown", ".mdown", ".mkd"))
_CODE = frozenset(
    """
    .py .pyi .js .mjs .ts .tsx .jsx .java .kt .c .h .cc .cpp .cxx .hpp .hh .cs .go .rs .rb .php .swift .scala .sh .bash
    .zsh .ps1 .sql .r .jl .lua .pl .hs .ml .ex .exs .erl .clj .dart .vue .svelte .css .scss .less .html .htm .xml .json
    .yaml .yml .toml .ini .cfg .tf .gradle .cmake
    """.split()  # noqa: SIM905 - as a list it is a column of sixty lines
)


@dataclass(frozen=True, slots=True)
class Text:
    """What was read: the text of each page, which is one where there are no pages. `left_out` says what was not."""

    name: str
    kind: DocumentKind
    bytes: int
    sha256: str
    pages: tuple[str, ...]
    left_out: str = ""


def read(path: Path, going: Callable[[], bool] = lambda: True) -> Text:
    """Read a file of text, Markdown, code or PDF. Raises InputError, which says what is wrong and what helps, and
    Stopped as soon as `going` says no."""
    content = _content(path)
    name = " ".join(storable(path.name).split()) or "document"
    pdf = content.startswith(b"%PDF-") or path.suffix.lower() == ".pdf"
    found = _pdf(path, content, going) if pdf else Pages([_text(path, content)])
    kind, pages = DocumentKind.PDF if pdf else _kind(path), tuple(found.texts)
    if not any(page.strip() for page in pages):
        raise InputError(_NO_TEXT[pdf], path.name)
    if (size := sum(map(len, pages))) > MOST_CHARACTERS:
        raise InputError(
            "{0} has {1:,} characters of text; Mneme takes {2:,} at most. Split it in parts.",
            path.name,
            size,
            MOST_CHARACTERS,
        )
    left_out = _left_out(name, found.left_out)
    return Text(name, kind, len(content), hashlib.sha256(content).hexdigest(), pages, left_out)


def written(name: str, text: str) -> Text:
    """A text that was pasted rather than read from a file."""
    content = text.encode("utf-8", "replace")
    return Text(name, DocumentKind.TEXT, len(content), hashlib.sha256(content).hexdigest(), (storable(text),))


_NO_TEXT = {
    False: form("{0} is empty. Choose a file with some text in it."),
    True: form(
        "{0} holds pictures of pages and no text, as a scan does. Run text recognition (OCR) on it first, then "
        "attach the result."
    ),
}


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError("{0} is a folder. Choose the files in it.", path.name)
        if not path.is_file():
            raise InputError("There is no file at {0}. Check the name.", path)
        if (size := path.stat().st_size) > MOST_BYTES:
            raise InputError(
                "{0} is {1:,.0f} MB; Mneme takes files of {2} MB at most. Split it, or attach the part that matters.",
                path.name,
                size / 1e6,
                MOST_BYTES // 10**6,
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError("{0} cannot be read ({1}). Check that you may open it.", path.name, error.strerror) from error


def _kind(path: Path) -> DocumentKind:
    ending = path.suffix.lower()
    return DocumentKind.MARKDOWN if ending in _MARKDOWN else DocumentKind.CODE if ending in _CODE else DocumentKind.TEXT


def _text(path: Path, content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or an old one-byte encoding."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _binary(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(
        "{0} is not text. Mneme reads text, Markdown, code and PDF files; save it as one of these.", path.name
    )


def _binary(text: str) -> bool:
    strange = sum(sign < " " and sign not in "\t\n\r\f" for sign in text)
    return "\0" in text or strange > len(text) * _CONTROL_SHARE


def _pdf(path: Path, content: bytes, going: Callable[[], bool]) -> Pages:
    found = pages_of(content, MOST_CHARACTERS, going)
    if found.problem == LOCKED:
        raise InputError("{0} is locked with a password. Save a copy without one, and attach that.", path.name)
    if found.problem or (found.why and not any(found.texts)):
        raise InputError(
            "{0} is damaged, or no PDF that can be read ({1}). Open it in a viewer and save it anew.",
            path.name,
            found.why,
        )
    if found.left_out and not any(found.texts):
        raise InputError("{0} takes too long to read. Save the pages that matter as a PDF of their own.", path.name)
    return found


def _left_out(name: str, pages: Sequence[int]) -> Phrase:
    """What could not be read in time, for people."""
    if not pages:
        return Phrase("")
    several = ", ".join(map(str, pages[:_NAMED])) + (" …" if len(pages) > _NAMED else "")
    if len(pages) == 1:
        return Phrase(
            "Page {1} of {0} is damaged or takes too long to read, and was left out. The rest is there.", name, several
        )
    return Phrase(
        "Pages {1} of {0} are damaged or take too long to read, and were left out. The rest is there.", name, several
    )
