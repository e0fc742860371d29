"""Searching the catalog and adding to it."""
