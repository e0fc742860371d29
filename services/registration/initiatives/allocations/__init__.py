"""Numbered divisions of the pool, each kept as it was made."""
