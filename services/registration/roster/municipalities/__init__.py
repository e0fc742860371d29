"""Municipalities: invited by the secretariat, and whether they accepted."""
