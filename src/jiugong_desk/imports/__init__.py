"""The data steward's room: a bank's files come in, are read, mended, weighed, committed as one batch, and undone."""
