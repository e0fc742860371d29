"""Staging: the parsed rows of a file, keyed or sealed, in a table of their kind until the file is final."""
