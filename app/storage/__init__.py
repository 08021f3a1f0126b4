"""SQLite is the truth; the FAISS index over it lives in memory. The only room that imports sqlite_utils or faiss."""
