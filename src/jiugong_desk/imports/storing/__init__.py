"""The warehouse's side of a batch: what it is laid over, its load, its undo."""
