"""Models in the window: what is used, what is here, what can be fetched."""
