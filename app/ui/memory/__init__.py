"""Memory itself in the window."""
