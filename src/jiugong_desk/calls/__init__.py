"""A manager's day: the queue, the claim, the script beside the customer, the outcome."""
