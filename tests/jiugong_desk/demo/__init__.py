"""A package, so that the built demo is taken back when its last test has run, not at the end of the suite."""
