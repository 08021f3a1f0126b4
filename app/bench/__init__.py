"""Measurements anyone can repeat: `mneme bench NAME`. One file a benchmark."""
