"""The conversation: its list, its transcript, its composer, its sources."""
