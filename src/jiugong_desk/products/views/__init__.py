"""The catalogue, its import, and the offers."""
