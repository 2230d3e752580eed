"""Malformed files: hand-made ones with what must be said of each, and mutations of valid ones. No file is kept; seeds are fixed."""
