from __future__ import annotations

import pytest

from app.core import errors
from app.core.errors import MnemeError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MnemeError)]
CODES = {"ModelError": 3, "EmbedderError": 3, "StoreError": 4, "InputError": 5, "DisplayError": 6}
CODES |= {"ConsentNeeded": 7, "MnemeError": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_title_of_its_own_and_the_code_of_its_family(kind: type[MnemeError]) -> None:
    family = next(base.__name__ for base in kind.__mro__ if base.__name__ in CODES)
    assert kind.exit_code == CODES[family]
    assert "title" in vars(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_stands_in_the_picture_of_the_hierarchy(kind: type[MnemeError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_an_error_reads_the_same_for_a_program() -> None:
    error = errors.DiskFull("No room.")
    assert error.as_dict() == {"error": "DiskFull", "title": "The disk is full", "message": "No room."}
    assert str(error) == "No room."
