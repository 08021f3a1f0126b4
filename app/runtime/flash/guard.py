"""Every doubt about moving weights, in one place. On any of them the model runs the plain way."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.core.phrase import Phrase, phrase
from app.runtime.gguf_check import GgufHeader

_PAGE = 4096
KNOWN_LIBRARY = "0.3.36"


class FlashRefused(Exception):
    """Weights must not be moved here. `reason` ends the sentence "The memory budget cannot be kept: …"."""

    def __init__(self, reason: str, *data: object) -> None:
        """`reason` is a form, `data` what stands in its gaps."""
        self.reason = phrase(reason, *data)
        super().__init__(self.reason)


def cannot_be_kept(why: str) -> Phrase:
    """What is said of a budget that nothing keeps to."""
    return Phrase("The memory budget cannot be kept: {0}.", why)


def check_system(path: Path, header: GgufHeader) -> None:
    """Raises FlashRefused where the system, the file system or the file rules it out; says which."""
    if sys.platform != "linux":
        raise FlashRefused("this system has no direct reads that Mneme knows")
    if os.sysconf("SC_PAGE_SIZE") != _PAGE:
        raise FlashRefused("this system's pages are of an unusual size")
    if int(header.metadata.get("split.count", 1)) > 1:
        raise FlashRefused("the model is split into several files")
    if any(tensor.size == 0 for tensor in header.tensors):
        raise FlashRefused("the model is quantised in a way that Mneme does not know")
    check_direct(path)


def check_direct(path: Path) -> None:
    """Raises FlashRefused where the file cannot be read past the page cache (tmpfs, some network drives)."""
    from app.runtime.flash.memory import anonymous

    try:
        file = os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError:
        raise FlashRefused("the drive of the model does not offer direct reads") from None
    try:
        os.preadv(file, [anonymous(_PAGE).view], 0)
    except OSError:
        raise FlashRefused("the drive of the model does not offer direct reads") from None
    finally:
        os.close(file)


def check_library() -> None:
    """Raises FlashRefused for a llama.cpp that this was not tested with."""
    import llama_cpp as native

    if native.__version__ != KNOWN_LIBRARY:
        raise FlashRefused(
            "llama-cpp-python is {0}, and {1} is what this was made for", native.__version__, KNOWN_LIBRARY
        )
    if native.llama_supports_gpu_offload():
        raise FlashRefused("llama.cpp may place weights on a GPU")
