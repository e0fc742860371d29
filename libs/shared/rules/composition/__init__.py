"""Composition: whether a plan's efforts may stand together as they do."""
