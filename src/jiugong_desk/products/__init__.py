"""What the bank sells and on which terms, what a campaign may promise, and whom a product suits."""
