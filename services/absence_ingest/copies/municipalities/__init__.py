"""Whose files are taken, as registration tells."""
