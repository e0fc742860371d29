"""Overlapping stays of one person: two municipalities have the same child on the same day."""
