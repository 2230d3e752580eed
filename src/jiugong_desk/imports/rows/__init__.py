"""A file's rows: checked, and compared with what stands."""
