"""The steward's pages."""
