"""Judging a plan by what the catalog has published."""
