"""What every room of the desk stands on: verdicts, the clock, encrypted fields, scoped managers, masks."""
