"""What stands in place of a level where there is none."""

# No level: the income is unknown.
UNSCORED = "unscored"
# Not in that run, or no longer segmented (closed, deceased).
ABSENT = "absent"
