"""What a batch would change in what stands."""
