"""Whom a campaign is for: rules in groups over a fixed catalogue, who of them may be called, and named audiences."""
