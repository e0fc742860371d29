"""Errors, settings and small value types that every other library uses."""
