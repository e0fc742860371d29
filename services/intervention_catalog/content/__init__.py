"""The packaged content that a new catalog is filled with."""
