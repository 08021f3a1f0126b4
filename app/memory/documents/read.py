"""The text of a file, page by page. Trusts nothing: each kind of bad file is one clear error."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from app.core.documents import DocumentKind
from app.core.errors import InputError
from app.core.phrase import form
from app.core.text import storable

MOST_BYTES = 50_000_000
MOST_CHARACTERS = 2_000_000
_MOST_SECONDS = 120
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
    """What was read: the text of each page, which is one where there are no pages."""

    name: str
    kind: DocumentKind
    bytes: int
    sha256: str
    pages: tuple[str, ...]


def read(path: Path) -> Text:
    """Read a file of text, Markdown, code or PDF. Raises InputError, which says what is wrong and what helps."""
    content = _content(path)
    name = " ".join(storable(path.name).split()) or "document"
    pdf = content.startswith(b"%PDF-") or path.suffix.lower() == ".pdf"
    kind, pages = (DocumentKind.PDF, _pdf(path, content)) if pdf else (_kind(path), (_text(path, content),))
    if not any(page.strip() for page in pages):
        raise InputError(_NO_TEXT[pdf], path.name)
    if (size := sum(map(len, pages))) > MOST_CHARACTERS:
        raise InputError(
            "{0} has {1:,} characters of text; Mneme takes {2:,} at most. Split it in parts.",
            path.name,
            size,
            MOST_CHARACTERS,
        )
    return Text(name, kind, len(content), hashlib.sha256(content).hexdigest(), pages)


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


def _pdf(path: Path, content: bytes) -> tuple[str, ...]:
    import io

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may repeat what the file says
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("{0} is locked with a password. Save a copy without one, and attach that.", path.name)
        return _pages(path, reader)
    except InputError:
        raise
    except Exception as error:  # whatever a broken file makes of it
        raise InputError(
            "{0} is damaged, or no PDF that can be read ({1}). Open it in a viewer and save it anew.",
            path.name,
            type(error).__name__,
        ) from error


def _pages(path: Path, reader: object) -> tuple[str, ...]:
    ends = time.monotonic() + _MOST_SECONDS
    pages, size = [], 0
    for page in reader.pages:  # type: ignore[attr-defined]
        pages.append(storable(page.extract_text() or ""))
        size += len(pages[-1])
        if size > MOST_CHARACTERS:
            break
        if time.monotonic() > ends:
            raise InputError("{0} takes too long to read. Save the pages that matter as a PDF of their own.", path.name)
        os.sched_yield() if hasattr(os, "sched_yield") else None
    return tuple(pages)
