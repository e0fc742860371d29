"""Writes and reads selections, their list, and the states of their events."""
