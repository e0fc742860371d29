"""A zip as an untrusted input: its directory is checked as a whole before any member is read."""
