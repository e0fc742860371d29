"""Reports of completeness by one service, as the other services read them."""
