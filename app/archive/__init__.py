"""Memory that comes in from other programs, and leaves only when its owner says so."""
