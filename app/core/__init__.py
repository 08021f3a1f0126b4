"""What every room shares: types, errors, time, settings, places on disk and the log. Standard library only."""
