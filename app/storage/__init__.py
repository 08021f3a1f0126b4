"""SQLite is the truth; the FAISS file beside it is a cache. The only room that imports sqlite_utils or faiss."""
