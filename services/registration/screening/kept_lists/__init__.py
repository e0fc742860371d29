"""Gross lists that were kept as they were, because a decision stands on them."""
