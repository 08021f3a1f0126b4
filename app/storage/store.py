"""The store: the tables of one data folder behind one connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlite_utils import Database

from app.core.clock import Clock
from app.core.paths import DataDir
from app.storage.all_words import AllWords
from app.storage.branches import Branches
from app.storage.changes import Changes
from app.storage.conversations import Conversations
from app.storage.database import BUSY_TIMEOUT_MS, connect, explained, immediately
from app.storage.documents import Documents
from app.storage.entities import Entities
from app.storage.episodes import Episodes
from app.storage.erasures import Erasures
from app.storage.fact_readers import FactReaders
from app.storage.facts import Facts
from app.storage.feedback import FeedbackLog
from app.storage.folds import Folds
from app.storage.hindsights import Hindsights
from app.storage.incoming import Incoming
from app.storage.job_runs import JobRuns
from app.storage.keys import Keys
from app.storage.kv_files import KvFiles
from app.storage.links import Links
from app.storage.migrations import migrate, migrations
from app.storage.next_vectors import NextVectors
from app.storage.nights import Nights
from app.storage.overview import Overview
from app.storage.parts import ACROSS, OF_CONVERSATIONS, Column, Part, columns, present
from app.storage.places import Places
from app.storage.recalls import Recalls
from app.storage.spaces import Spaces
from app.storage.spans import Spans
from app.storage.strengths import Strengths
from app.storage.terms import Terms
from app.storage.themes import Themes
from app.storage.vectors import VectorIndex

_SETTLE_MS = 100  # that everybody else waits while the log cannot be emptied


class Store:
    """All tables of one store. Belongs to one thread at a time; see `StoreOwner`."""

    def __init__(self, db: Database, data: DataDir) -> None:
        self._db = db
        self.path = data.database
        self.conversations = Conversations(db)
        self.branches = Branches(db)
        self.spans = Spans(db)
        self.documents = Documents(db, self.spans)
        self.places = Places(db)
        self.spaces = Spaces(db)
        self.overview = Overview(db)
        self.episodes = Episodes(db)
        self.vectors = VectorIndex(db)
        self.next_vectors = NextVectors(db)
        self.recalls = Recalls(db, self.spans)
        self.feedback = FeedbackLog(db)
        self.keys = Keys(db)
        self.terms = Terms(db)
        self.entities = Entities(db)
        self.strengths = Strengths(db)
        self.erasures = Erasures(db)
        self.words = AllWords(db)
        self.facts = Facts(db)
        self.fact_readers = FactReaders(db, self.facts)
        self.changes = Changes(db)
        self.job_runs = JobRuns(db)
        self.folds = Folds(db)
        self.hindsights = Hindsights(db)
        self.links = Links(db)
        self.themes = Themes(db)
        self.nights = Nights(db)
        self.kv_files = KvFiles(db, data.kv)

    def incoming(self, source: str) -> Incoming:
        """Takes rows of the archive `source` in; for one import."""
        return Incoming(self._db, source)

    def schema_of(self, part: Part) -> list[Column]:
        """The columns of a part that travels in an archive."""
        return columns(self._db, part)

    def parts(self) -> list[Part]:
        """The parts of an archive that this store can take in, in their order."""
        return present(self._db, (*OF_CONVERSATIONS, *ACROSS))

    def steps(self) -> list[str]:
        """The migrations that this store has been through."""
        return [step.name for step in migrations.applied(self._db)]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, and are on disk when it ends, or none does."""
        if self._db.conn.in_transaction:
            with self._db.atomic():
                yield
        else:
            with immediately(self._db):
                yield

    @contextmanager
    def swiftly(self) -> Iterator[None]:
        """Transactions inside are whole or not there, but sure to be on disk only after one outside, or `settle`."""
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    def check(self) -> str:
        """SQLite's own verdict on the file: "ok", or what is wrong."""
        return str(self._db.execute("PRAGMA quick_check").fetchone()[0])

    def compact(self) -> None:
        """Write the whole file anew, so that no page of it is as it was. Outside of a transaction."""
        self._db.execute("VACUUM")

    def settle(self) -> bool:
        """Bring all that was written into the file, and empty the log beside it; False while another process reads."""
        self._db.execute(f"PRAGMA busy_timeout = {_SETTLE_MS}")
        try:
            return not self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    def close(self) -> None:
        """Let the file go."""
        self.terms.close()
        self._db.close()


def open_store(data: DataDir, clock: Clock) -> Store:
    """Open the store of a data folder, creating or updating it. Raises StoreError."""
    with explained(data.database):
        data.create()
    db = connect(data.database)
    try:
        with explained(data.database):
            migrate(db, data.database, data.backups, clock.now())
            for old in (data.index, data.index.with_suffix(".json")):  # traces of what was erased would stay in it
                old.unlink(missing_ok=True)
    except BaseException:
        db.close()
        raise
    return _tidied(Store(db, data))


def _tidied(store: Store) -> Store:
    """The store without saved states that belong to nothing: a file that cannot be removed is no reason not to open."""
    with suppress(OSError):
        store.kv_files.sweep()
    return store
