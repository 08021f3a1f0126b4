"""The window and the tray. Qt lives here and nowhere else; all real work happens on other threads."""
