"""Who answers for callers: their people this minute, what they can do for them, and that nobody stalls a campaign."""
