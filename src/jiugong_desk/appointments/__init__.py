"""Visits: booked by a manager, received by the lobby, and what was agreed."""
