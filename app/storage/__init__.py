"""SQLite is the truth; the FAISS file beside it is a cache. The only room that imports sqlite_utils or faiss."""

from app.storage.owner import StoreOwner
from app.storage.store import Store, open_store

__all__ = ["Store", "StoreOwner", "open_store"]
