"""Compares the real services with slow references, by scripts of files and events."""
