"""Documents that memory keeps, and the places in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.phrase import Phrase
from app.core.reasons import LINE, LINES, PAGE


class DocumentKind(StrEnum):
    """What a document is."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CODE = "code"
    PDF = "pdf"

    @property
    def has_pages(self) -> bool:
        """Whether its passages are on pages."""
        return self is DocumentKind.PDF


@dataclass(frozen=True, slots=True)
class Passage:
    """Where words stand in a document: lines first..last, of a page where there are pages."""

    page: int | None
    first_line: int
    last_line: int

    @property
    def words(self) -> str:
        """The place for people: "page 3", "lines 10 to 24"."""
        if self.page is not None:
            return Phrase(PAGE, self.page)
        if self.last_line > self.first_line:
            return Phrase(LINES, self.first_line, self.last_line)
        return Phrase(LINE, self.first_line)


@dataclass(frozen=True, slots=True)
class Document:
    """A document under the id of the conversation that holds its passages; `name` is one of its own. `sha256` is that
    of the file, or "" once a passage was erased."""

    id: int
    name: str
    kind: DocumentKind
    bytes: int
    pages: int | None
    sha256: str
    added_at: datetime
    passages: int = 0
