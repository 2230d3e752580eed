"""Pages of the grid, one module each."""
