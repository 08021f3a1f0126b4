"""A model's weights written anew in another format, which a processor may run faster."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import llama_cpp as native

from app.core.errors import DiskFull, ModelUnreadable

FORMATS = {"BF16": (native.LLAMA_FTYPE_MOSTLY_BF16, 16), "Q8_0": (native.LLAMA_FTYPE_MOSTLY_Q8_0, 9)}
"""llama.cpp's number of each format, and the bits that it takes for a weight."""
_LEAST_BITS = 4  # of the formats that models come in, to guess how large the new file becomes
_SPARE = 1_000_000_000


def requantize(source: Path, target: Path, form: str) -> Path:
    """Write `target`, unless it is there. The file is whole or not there. Raises DiskFull or ModelUnreadable."""
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, bits = FORMATS[form]
    needed = source.stat().st_size * bits // _LEAST_BITS
    if shutil.disk_usage(target.parent).free < needed + _SPARE:
        raise DiskFull(
            "{0} weights would take up to {1:.1f} GB in {2}. Free some space first.",
            form,
            needed / 1e9,
            target.parent,
        )
    parameters = native.llama_model_quantize_default_params()
    parameters.ftype, parameters.allow_requantize = number, True
    draft = target.with_suffix(".part")
    status = native.llama_model_quantize(os.fsencode(source), os.fsencode(draft), parameters)
    if status != 0:
        with suppress(OSError):
            draft.unlink()
        raise ModelUnreadable("llama.cpp could not write {0} as {1}; the log has the details.", source.name, form)
    os.replace(draft, target)
    return target
