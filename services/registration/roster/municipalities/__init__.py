"""Municipalities that the secretariat has invited, and whether they have accepted."""
