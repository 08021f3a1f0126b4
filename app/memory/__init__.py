"""Memory: what is kept of what was said, and how it comes back."""

from app.memory.engine import Memory

__all__ = ["Memory"]
