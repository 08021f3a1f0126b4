"""Mneme beyond its window: the tray, quick recall, the hotkey, the first run, and what went over the network."""
