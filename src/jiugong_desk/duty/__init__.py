"""Who is on duty: the roster over the working-day calendar, leave, and who stands in."""
