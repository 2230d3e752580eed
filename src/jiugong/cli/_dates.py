"""How a day is typed in a command."""

DAYS = ["%Y-%m-%d", "%Y%m%d"]
