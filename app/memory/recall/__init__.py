"""Recall in stages, each a small function over typed candidates: query, candidates, fuse, choose, explain."""
