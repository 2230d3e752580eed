"""Pages of campaigns: plans, their editor, the steps of their life."""
