"""Rows of a file on their way: parsed, keyed or sealed, in a table of their kind, until their file is settled."""
