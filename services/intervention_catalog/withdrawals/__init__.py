"""Withdrawing published content."""
