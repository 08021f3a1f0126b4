"""What an archive is made of: a zip of JSON Lines and .npy with a manifest. docs/archive-format.md tells it in full."""

from __future__ import annotations

import re

from app.core.errors import InputError

NAME, VERSION = "mneme archive", 1
MANIFEST, SETTINGS = "manifest.json", "settings.json"
LINES = re.compile(r"^[a-z_]{1,40}\.jsonl$")
ARRAYS = re.compile(r"^(vectors|keys)/\d{1,4}(\.spans)?\.npy$")

MOST_MEMBERS = 1_000
MOST_MANIFEST = 4 << 20
MOST_LINE = 64 << 20
"""Bytes of a line; the longest message has to fit."""
MOST_RATIO = 200
"""Bytes that one compressed byte may become; words become ten."""
SLACK = 1 << 20
MOST_DIMENSION = 65_536


class ArchiveBroken(InputError):
    """The file is no archive, or not whole."""

    title = "The archive cannot be used"


def fits(name: str) -> bool:
    """Whether an archive may have a member of this name. Nothing is ever written to a path from an archive."""
    return name in (MANIFEST, SETTINGS) or bool(LINES.match(name) or ARRAYS.match(name))
