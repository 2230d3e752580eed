"""The customers that people at the desk work with: who they are, where they stand on the grid, what they told us."""
