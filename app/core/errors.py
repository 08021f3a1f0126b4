"""Errors that a person can act on.

    MnemeError                      title + message (what happened, what to do) + exit code
    ├── ModelError            (3)   the chat model
    │   ├── ModelMissing            no file there
    │   ├── ModelUnreadable         not a GGUF, truncated, or refused by the loader
    │   ├── ModelTooLarge           does not fit into free memory
    │   ├── ModelUnreachable        its file could not be read any further while it ran; it is loaded anew
    │   ├── DownloadFailed          it could not be fetched; what came is kept, and it goes on from there
    │   ├── ModelStopped            its process died; the next question starts a new one
    │   └── ContextOverflow         even the newest turn does not fit
    ├── EmbedderError         (3)   the embedding model: recall goes on by words
    ├── StoreError            (4)   the memory store
    │   ├── StoreTooNew             written by a newer Mneme
    │   ├── StoreLocked             another program holds it
    │   ├── StoreReadOnly           no permission to write
    │   ├── StoreDamaged            not a database, or a broken one
    │   └── DiskFull                no room left
    ├── InputError            (5)   what was handed in: an empty message, a malformed export
    ├── ConsentNeeded         (7)   a night would fold or let fade more memories than it may without a word
    └── DisplayError          (6)   no window can be opened here

Anything else that escapes is a bug and is reported as one, with the place of the log.
"""

from __future__ import annotations

from app.core.phrase import phrase


class MnemeError(Exception):
    """A known error. `title` names it; `message` says in a sentence or two what happened and what to do.

    What changes from time to time is handed in beside the message, which has gaps for it: "There is no fact {0}.", 7.
    """

    title = "Something went wrong"
    exit_code = 1

    def __init__(self, message: str, *data: object) -> None:
        super().__init__(message, *data)
        self.message = phrase(message, *data)

    def __str__(self) -> str:
        return str(self.message)

    def as_dict(self) -> dict[str, str]:
        """The error for a program: kind, title and message."""
        return {"error": type(self).__name__, "title": self.title, "message": self.message}


class ModelError(MnemeError):
    title = "The model cannot answer"
    exit_code = 3


class ModelMissing(ModelError):
    title = "The model file is missing"


class ModelUnreadable(ModelError):
    title = "The model file cannot be read"


class ModelTooLarge(ModelError):
    title = "The model does not fit into memory"


class ModelUnreachable(ModelError):
    title = "The model's file cannot be reached"


class DownloadFailed(ModelError):
    title = "The model could not be fetched"


class ModelStopped(ModelError):
    title = "The model stopped"


class ContextOverflow(ModelError):
    title = "The message is too long for the model"


class EmbedderError(MnemeError):
    title = "Recall by meaning is not available"
    exit_code = 3


class StoreError(MnemeError):
    title = "The memory store cannot be used"
    exit_code = 4


class StoreTooNew(StoreError):
    title = "The memory store is from a newer Mneme"


class StoreLocked(StoreError):
    title = "The memory store is busy"


class StoreReadOnly(StoreError):
    title = "The memory store cannot be written"


class StoreDamaged(StoreError):
    title = "The memory store is damaged"


class DiskFull(StoreError):
    title = "The disk is full"


class InputError(MnemeError):
    title = "That cannot be used"
    exit_code = 5


class ConsentNeeded(MnemeError):
    """`would` memories `of` all would go out of sight."""

    title = "Tonight would change much"
    exit_code = 7

    def __init__(self, message: str, would: int, of: int) -> None:
        super().__init__(message)
        self.would, self.of = would, of


class DisplayError(MnemeError):
    title = "No window can be opened here"
    exit_code = 6
