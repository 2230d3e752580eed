"""What is said and asked in a call: written by planners, reviewed by compliance, kept as versions that never change."""
