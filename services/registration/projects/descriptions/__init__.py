"""Writing project descriptions, and the lists of them."""
