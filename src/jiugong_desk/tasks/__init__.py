"""What is still to be done for a customer: by whom, until when, and that it is not lost when people change or are away."""
