"""Pupils of a municipality: their identity, found by keys only, and their memberships of classes."""
