"""The models that Mneme offers, from `models/catalogue.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.core.errors import InputError
from app.core.paths import catalogue_file


class Kind(StrEnum):
    """What a model is for."""

    CHAT = "chat"
    EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True)
class Entry:
    """One model on offer. `size` is in bytes as published, for showing; `active` is what a mixture of experts uses of
    its parameters for a token, "" for a dense model."""

    id: str
    name: str
    kind: Kind
    repo: str
    file: str
    licence: str
    parameters: str
    context: int
    size: int
    note: str
    active: str = ""
    thinks: bool = False
    recommended: bool = False

    def place(self, folder: Path) -> Path:
        """Where it lies once it was fetched: a GGUF file, or the folder of an embedder."""
        return folder / (self.file if self.kind is Kind.CHAT else self.repo.rpartition("/")[2])


@cache
def catalogue(path: Path | None = None) -> tuple[Entry, ...]:
    """All models on offer, as the file has them. Raises InputError, naming the file, where it makes no sense."""
    path = path or catalogue_file()
    try:
        with open(path, "rb") as file:
            rows = tomllib.load(file)["model"]
        return tuple(Entry(**row | {"kind": Kind(row["kind"])}) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("The catalogue of models in {0} cannot be read: {1}.", path, error) from error


def entry(key: str) -> Entry:
    """The model with this id. Raises InputError where there is none."""
    for found in catalogue():
        if found.id == key:
            return found
    raise InputError("The catalogue has no model {0!r}. `mneme models` lists what it has.", key)
