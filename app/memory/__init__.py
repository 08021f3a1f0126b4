"""Memory: what is kept of what was said, and how it comes back."""
