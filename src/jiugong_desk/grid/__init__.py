"""Where customers stand: the board, who moved between two months, watch lists, and changes of the policy's bands."""
