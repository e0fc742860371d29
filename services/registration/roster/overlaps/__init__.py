"""Stays of one person that overlap: two municipalities say that the same child is theirs on the same day."""
