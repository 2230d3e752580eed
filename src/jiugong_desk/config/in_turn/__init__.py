"""The SQLite backend whose writers take turns; `ENGINE` of the desk's settings."""
