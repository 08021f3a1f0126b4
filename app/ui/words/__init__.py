"""Words from the rooms below the window, in the language that is spoken: by their form, never by their English."""
